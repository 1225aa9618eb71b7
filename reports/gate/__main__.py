# SPDX-License-Identifier: Apache-2.0
"""`python -m reports.gate judge RAW` and `python -m reports.gate merge --out DIR FOLDER...`

Both judge; the first reads one raw.json, the second several and leaves their union in DIR. Exit codes: 0 pass,
1 confirmed regression, 2 invalid input or data, 3 inconclusive (with --strict only).
"""

import argparse
import sys
from pathlib import Path

from reports.bad_input import BadInput
from reports.gate import accepted, merge, outputs, raw, verdict
from reports.whole import write_all


def main(arguments: list[str] | None = None) -> int:
    told = _parse(arguments)
    try:
        if told.verb == "judge":
            source = told.raw / "raw.json" if told.raw.is_dir() else told.raw
            shards, folder = raw.read(source), told.out or source.parent
        else:
            shards, folder = merge.merge(told.folders), told.out
            _make(folder)
            write_all(folder, {"raw.json": merge.text(shards)})
        judged = verdict.judge(shards, accepted.read(told.accepted), told.strict, told.partial)
        _make(folder)
        outputs.write(folder, judged)
        outputs.tell(judged)
    except BadInput as error:
        print(f"gauntlet: {error}", file=sys.stderr)
        return 2
    return judged["exit_code"]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(folder, f"cannot be made ({error.strerror})", "choose another folder with --out")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m reports.gate", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    one = verbs.add_parser("judge", help="raw data in, verdict out")
    one.add_argument("raw", type=Path, metavar="RAW")
    one.add_argument("--out", type=Path, metavar="DIR", help="default: beside RAW")
    one.add_argument("--partial", action="store_true", help="some shards of a run, for a first look")
    many = verbs.add_parser("merge", help="the shards of one run, judged together")
    many.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    many.add_argument("--out", type=Path, metavar="DIR", required=True)
    for verb in (one, many):
        verb.add_argument("--accepted", type=Path, metavar="FILE")
        verb.add_argument("--strict", action="store_true", help="inconclusive is exit code 3")
    many.set_defaults(partial=False)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
