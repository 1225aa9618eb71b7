# SPDX-License-Identifier: Apache-2.0
"""Bench: one measurement process, from its command line to its status in the journal.

The process writes FILE.part; only a whole file that is ours gets its name. The watchdog inside the bench
ends a hang first and says who waits for what; the driver's own timeout is for a bench that cannot even
do that.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .interrupt import Interrupt
from .plan import Cell
from .process import Ended, plain_environment, run_process
from .profile import Profile
from .refusal import cannot_write
from .turns import Player, Share, play
from .words import death_of, last_words, signal_name, without_status

WATCHDOG_SLACK = 15.0  # seconds for a dump of a million parked goroutines
PASS_SECONDS = 0.02  # of lanes in turns: what the caches lost to the lane before is a hundredth of it at most
_STATUS_OF_EXIT = {1: "WRONG", 3: "DNF", 4: "n/a"}


@dataclass(frozen=True)
class Outcome:
    status: str  # ok | WRONG | DNF | n/a
    reason: str | None
    file: str | None  # below the result folder
    exit_code: int | None
    signal: str | None
    seconds: float


@dataclass(frozen=True)
class Start:
    """One process of a cell."""

    bench: str
    cell: Cell
    seed: int
    round: int = 1
    order: int = 0  # place in the round

    def file(self, folder: Path) -> Path:
        return folder / self.cell.lane / f"{self.cell.file_stem(self.round)}.json"


def run_bench(start: Start, profile: Profile, folder: Path, interrupt: Interrupt,
              environment: dict[str, str] | None = None) -> Outcome | None:
    """Measures once; None when the interrupt ended it: then it leaves no trace."""
    final = start.file(folder)
    part = _part_of(final)
    try:
        final.parent.mkdir(exist_ok=True)
        ended = run_process(command_of(start, profile, part), profile.timeout + WATCHDOG_SLACK, interrupt,
                            environment=plain_environment(**(environment or {})), scratch=folder)
        return _settle(start, ended, final, interrupt)
    except OSError as error:
        raise cannot_write(final, error) from None


def run_in_turns(starts: Sequence[Start], profile: Profile, folder: Path, interrupt: Interrupt,
                 environment: dict[str, str] | None = None) -> list[Outcome] | None:
    """Measures lanes once on the same case, pass by pass in turns; None when the interrupt ended them."""
    share = Share(profile.min_time, PASS_SECONDS)
    players = {}
    try:
        for start in starts:
            final = start.file(folder)
            final.parent.mkdir(exist_ok=True)
            players[start.cell.lane] = Player(command_of(start, profile, _part_of(final), share.flags),
                                              plain_environment(**(environment or {})))
        played = play(players, list(players), share, profile.timeout + WATCHDOG_SLACK, interrupt, folder)
        outcomes = [_settle(start, played[start.cell.lane].ended, start.file(folder), interrupt) for start in starts]
    except OSError as error:
        raise cannot_write(folder, error) from None
    return None if interrupt.came else outcomes


def _part_of(final: Path) -> Path:
    return final.with_name(final.name + ".part")


def _settle(start: Start, ended: Ended, final: Path, interrupt: Interrupt) -> Outcome | None:
    """A whole file gets its name; None, and no file, after an interrupt."""
    part = _part_of(final)
    if interrupt.came:
        part.unlink(missing_ok=True)
        return None
    status, reason = judge(ended, part, start.cell)
    file = None
    if part.exists() and _whole(part):
        part.replace(final)
        file = str(final.relative_to(final.parents[1]))
    part.unlink(missing_ok=True)
    if status != "ok" and ended.stderr:
        final.with_suffix(".log").write_text(ended.stderr)
    code = ended.returncode
    return Outcome(
        status, reason, file, code if code >= 0 else None, signal_name(-code) if code < 0 else None, ended.seconds
    )


def command_of(start: Start, profile: Profile, out: Path, more: tuple[str, ...] = ()) -> list[str]:
    cell = start.cell
    params = ["--params", cell.case.params_text] if cell.case.params else []
    return [
        start.bench,
        *("--workload", cell.case.workload),
        *params,
        *("--workers", str(cell.workers)),
        *("--seed", str(start.seed)),
        *("--round", str(start.round)),
        *("--order", str(start.order)),
        *("--min-time", f"{profile.min_time:g}"),
        *("--warm-within", f"{profile.warm_within:g}"),
        *("--timeout", f"{profile.timeout:g}"),
        *("--out", str(out)),
        *more,
    ]


def judge(ended: Ended, part: Path, cell: Cell) -> tuple[str, str | None]:
    """Status and reason. Only exit code 0 with a whole file of this very cell is a figure."""
    words = last_words(ended.stderr)
    if ended.timed_out:
        told = f"; last words: {words}" if words else ""
        return "DNF", f"hung: no end within {ended.seconds:.0f} s and no word from the watchdog{told}"
    if ended.returncode < 0:
        return "DNF", death_of(ended.returncode) + (f": {words}" if words else "")
    if ended.returncode == 0:
        fault = _fault_of(part, cell)
        return ("ok", None) if fault is None else ("DNF", fault)
    status = _STATUS_OF_EXIT.get(ended.returncode)
    if status is None:
        return "DNF", death_of(ended.returncode) + (f": {words}" if words else "")
    return status, without_status(words, status) if words else f"{death_of(ended.returncode)} without a reason"


def _fault_of(part: Path, cell: Cell) -> str | None:
    """Why a file that claims success is none, or None."""
    try:
        result = json.loads(part.read_text())
        context, entries = result["context"], result["benchmarks"]
        told = (context["gauntlet_schema"], context["lane"], context["workload"], str(context["workers"]))
        errors = [entry for entry in entries if entry.get("error_occurred")]
        # A warm entry that was left out says n/a; the cold one beside it is the figure.
        failed = [entry for entry in errors if not str(entry.get("error_message")).startswith("n/a: ")]
    except FileNotFoundError:
        return "exit code 0 but no result file"
    except (ValueError, KeyError, TypeError, AttributeError):
        return "exit code 0 but its result file is not ours"
    if told != ("1", cell.lane, cell.case.workload, str(cell.workers)):
        return f"its result file is of another cell: {' '.join(map(str, told))}"
    if failed or len(errors) == len(entries):
        return f"exit code 0 but {failed[0].get('error_message') if failed else 'no figure in its file'}"
    return None


def _whole(part: Path) -> bool:
    try:
        return isinstance(json.loads(part.read_text()), dict)
    except (OSError, ValueError):
        return False
