# SPDX-License-Identifier: Apache-2.0
"""`python -m harness.drive.gate VERB`: gate, judge, merge, compare and selftest, as run_all.sh calls them.

Exit codes: 0 pass, 1 confirmed regression, 2 invalid input, data or machine, 3 inconclusive with --strict,
130 interrupted (nothing is left but the build trees).
"""

import fcntl
import sys
from contextlib import contextmanager
from pathlib import Path

from reports.bad_input import BadInput
from reports.compare import __main__ as compare
from reports.gate import __main__ as judging
from reports.gate import merge
from reports.whole import write_all

from ..folder import make_folder
from ..interrupt import Interrupt
from ..preflight import preflight
from ..progress import make_progress
from ..refusal import Refusal, cannot_write
from . import collect, counting, pairs_of_refs, selftest
from .bench_run import Interrupted
from .options import Options, read_options

ROOT = Path(__file__).resolve().parents[3]


def main(arguments: list[str]) -> int:
    try:
        options = read_options(arguments)
        if options.verb == "gate":
            return run_gate(options)
        if options.verb == "compare":
            with alone():
                return pairs_of_refs.compare(options, ROOT)
        if options.verb == "selftest":
            with alone():
                return selftest.run(options, ROOT)
        return judging.main(_for_judging(options))
    except (Refusal, BadInput) as refusal:
        print(f"gauntlet: {refusal}", file=sys.stderr)
        return 2
    except (Interrupted, KeyboardInterrupt):
        return 130


def run_gate(options: Options) -> int:
    counting.check_tools()
    with alone():
        folder = make_folder(ROOT, options.out)
        try:
            with Interrupt() as interrupt:
                for warning in preflight(folder):
                    collect.say(f"caution: {warning}")
                built = collect.build(ROOT, options)
                progress = make_progress()
                try:
                    shard = collect.collect(options, built, folder, interrupt, progress)
                finally:
                    progress.close()
            write_all(folder, {"raw.json": merge.text([shard])})
        except OSError as error:
            leave_nothing(folder)
            raise cannot_write(folder, error) from None
        except BaseException:
            leave_nothing(folder)
            raise
        accepted = options.accepted or built.trees["head"].path / "accepted.toml"
        code = judging.main(["judge", str(folder / "raw.json"), "--accepted", str(accepted),
                             *(["--strict"] if options.strict else []),
                             *(["--partial"] if options.shard[1] > 1 else [])])
        print(f"gate: {folder}")
        return code


def leave_nothing(folder: Path) -> None:
    """After a refusal or an interrupt: an empty folder is no half-written result."""
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)
    try:
        folder.rmdir()
    except OSError:
        pass


@contextmanager
def alone():
    """Two gates at once would build in the same trees and measure each other."""
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build" / "gate.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("another gate or compare runs in this checkout; wait for it") from None
        yield


def _for_judging(options: Options) -> list[str]:
    words = [options.verb, *options.things]
    if options.out:
        words += ["--out", str(options.out)]
    elif options.verb == "merge":
        raise Refusal("merge wants --out DIR, the folder for the merged verdict")
    words += ["--accepted", str(options.accepted)] if options.accepted else []
    return words + (["--strict"] if options.strict else [])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
