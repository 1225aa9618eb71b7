# SPDX-License-Identifier: Apache-2.0
"""The matrix: lane x program x {found, silent}, each cell against what is known of the program.

An edge must be silent and a non-edge reported; of a seeded program the racy twin must be found and the fixed one
silent. A false report fails any lane. A race that is not found fails our own lanes and the oracle; of the others it
is told, as the lane's fidelity. The detector itself misses one run in some thousands on a loaded machine (decision
0110): a racy run that was silent is asked again, all runs are told, and one miss of a program is no fault yet.
"""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .detector import Verdict, run_program

# Where a race that is not found is a fault. Boost.Fiber's idle workers spin: what the detector remembers of a
# goroutine that has ended is overwritten within milliseconds, and without it there is no report. Its native channels
# share an edge for all of their values. oneTBB is somebody else's, too.
COMPLETE = ("work_stealing", "os_threads", "coro", "go")
_MISSES_OF_THE_DETECTOR = 1
_ASKED_AGAIN = 2


@dataclass(frozen=True)
class Cell:
    lane: str
    program: str
    kind: str  # edge, non_edge, seeded
    twin: str  # racy, fixed
    workers: int

    @property
    def wanted(self) -> str:
        return "found" if self.twin == "racy" else "silent"


@dataclass
class Outcome:
    runs: int = 0
    as_wanted: int = 0
    why: str = ""  # of the first run that was not as wanted
    word: str = ""

    def add(self, cell: Cell, verdict: Verdict) -> None:
        self.runs += 1
        if verdict.word == cell.wanted:
            self.as_wanted += 1
        elif not self.why:
            self.word, self.why = verdict.word, verdict.text or verdict.word
        if verdict.word == "n/a":
            self.word = "n/a"


@dataclass
class Matrix:
    outcomes: dict[Cell, Outcome] = field(default_factory=dict)

    def judged(self, lane: str, twin: str, kinds: tuple[str, ...]) -> list[tuple[Cell, Outcome]]:
        return [(cell, outcome) for cell, outcome in self.outcomes.items()
                if cell.lane == lane and cell.twin == twin and cell.kind in kinds and outcome.word != "n/a"]

    def faults(self) -> list[tuple[Cell, Outcome]]:
        """What makes the verb fail."""
        return [(cell, outcome) for cell, outcome in self.outcomes.items()
                if outcome.word != "n/a" and outcome.as_wanted < outcome.runs
                and not (cell.twin == "racy" and outcome.word == "silent"
                         and (cell.lane not in COMPLETE
                              or outcome.runs - outcome.as_wanted <= _MISSES_OF_THE_DETECTOR))]

    def fidelity(self, lane: str) -> dict[str, object]:
        seeded = self.judged(lane, "racy", ("seeded", "non_edge"))
        silent = self.judged(lane, "fixed", ("seeded", "edge"))
        programs = {cell.program for cell, _ in seeded}
        missed = {cell.program for cell, outcome in seeded if outcome.as_wanted < outcome.runs}
        return {
            "seeded": len(programs),
            "found_in_every_run": len(programs - missed),
            "runs_of_racy": sum(outcome.runs for _, outcome in seeded),
            "runs_found": sum(outcome.as_wanted for _, outcome in seeded),
            "runs_of_fixed": sum(outcome.runs for _, outcome in silent),
            "false_reports": sum(outcome.runs - outcome.as_wanted for _, outcome in silent),
            "missed": sorted(missed),
        }


def plan(lane: str, executable: Path, workers: list[int]) -> Iterator[Cell]:
    listed = subprocess.run([executable], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        kind, program = line.split()
        for count in workers:
            if kind != "edge":
                yield Cell(lane, program, kind, "racy", count)
            if kind != "non_edge":
                yield Cell(lane, program, kind, "fixed", count)


def fill(executables: dict[str, Path], workers: list[int], racy_runs: int, fixed_runs: int) -> Matrix:
    matrix = Matrix()
    runs = []
    for lane, executable in executables.items():
        for cell in plan(lane, executable, workers):
            matrix.outcomes[cell] = Outcome()
            command = [str(executable), cell.program, cell.twin, str(cell.workers)]
            runs += [(cell, command)] * (racy_runs if cell.twin == "racy" else fixed_runs)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (cell, _), verdicts in zip(runs, pool.map(lambda run: list(ask(*run)), runs), strict=True):
            for verdict in verdicts:
                matrix.outcomes[cell].add(cell, verdict)
    return matrix


def ask(cell: Cell, command: list[str]) -> Iterator[Verdict]:
    """One run; of a racy twin that was silent some more, on the lanes that are to find it."""
    verdict = run_program(command)
    yield verdict
    if verdict.word == "silent" and cell.twin == "racy" and cell.lane in COMPLETE:
        for _ in range(_ASKED_AGAIN):
            yield run_program(command)


def table(matrix: Matrix, lanes: list[str]) -> list[str]:
    """A line per program: for each lane how often the racy twin was found, and how often the fixed was silent."""
    programs = list(dict.fromkeys((cell.kind, cell.program) for cell in matrix.outcomes))
    width = max(len(name) for _, name in programs)
    lines = [" " * width + "  " + "  ".join(f"{lane:>20}" for lane in lanes)]
    for kind, program in programs:
        cells = []
        for lane in lanes:
            parts = []
            for twin, word in (("racy", "found"), ("fixed", "silent")):
                these = [outcome for cell, outcome in matrix.outcomes.items()
                         if (cell.lane, cell.program, cell.kind, cell.twin) == (lane, program, kind, twin)]
                if any(outcome.word == "n/a" for outcome in these):
                    parts = ["n/a"]
                    break
                if these:
                    parts.append(f"{word} {sum(o.as_wanted for o in these)}/{sum(o.runs for o in these)}")
            cells.append(" ".join(parts) or "-")
        lines.append(f"{program:<{width}}  " + "  ".join(f"{cell:>20}" for cell in cells))
    return lines
