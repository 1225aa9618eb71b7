# SPDX-License-Identifier: Apache-2.0
"""Measure: round after round, each cell that is due in a fresh process, of which one works at a time: the lanes of a case
take turns, pass by pass.

Invariant: a line is in the journal if and only if its process ended by itself or by the timeout; the
process that an interrupt cut off leaves neither line nor file.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .bench import Outcome, Start, run_bench, run_in_turns
from .budget import Budget
from .interrupt import Interrupt
from .journal import Journal
from .plan import Cell, order_of_round, seed_of
from .profile import Profile
from .progress import Progress

# Why a cell is not started at all: status and reason, or None for a cell that may run.
Verdict = Callable[[Cell], tuple[str, str] | None]


@dataclass(frozen=True)
class Measured:
    processes: int  # lines of the journal
    shortened: list[tuple[Cell, int]]  # ok cells that had fewer rounds than the profile's
    whole: bool  # no interrupt
    wrong: int  # lines with status WRONG


def measure(
    cells: list[Cell], benches: dict[str, str], verdict: Verdict, profile: Profile, seed: int, folder: Path,
    journal: Journal, interrupt: Interrupt, progress: Progress, environment: dict[str, str] | None = None,
) -> Measured:
    budget = Budget(profile, cells)
    begin = time.monotonic()
    lines = wrong = 0
    for round_number in range(1, profile.rounds + 1):
        due = budget.due(time.monotonic() - begin)
        ordered = [cell for cell in order_of_round(cells, seed, round_number) if cell in due]
        if round_number == 1:
            ordered.sort(key=lambda cell: cell.workers)  # Stable. Budget.refusal() looks at fewer workers.
        places = {cell: order for order, cell in enumerate(ordered)}
        for group in together(ordered):
            if interrupt.came:
                return Measured(lines, [], False, wrong)
            left = budget.seconds_left(time.monotonic() - begin)
            progress.step(places[group[0]], len(ordered), f"round {round_number} of {profile.rounds}, {name_of(group)}", left)
            starts = [Start(benches[cell.lane], cell, seed_of(cell, seed, round_number), round_number, places[cell])
                      for cell in group]
            refused = {cell: why for cell in group if (why := verdict(cell) or budget.refusal(cell))}
            ended = _run([start for start in starts if start.cell not in refused], profile, folder, interrupt, environment)
            if ended is None:
                return Measured(lines, [], False, wrong)
            for start in starts:
                cell, why = start.cell, refused.get(start.cell)
                outcome = Outcome(*why, None, None, None, 0.0) if why else ended[cell]
                journal.run(line_of(start, outcome))
                lines += 1
                wrong += outcome.status == "WRONG"
                budget.spent(cell, outcome.seconds, outcome.status == "ok")
                if outcome.status != "ok":
                    progress.say(f"   {cell.name}: {outcome.status} ({outcome.reason})")
        if not ordered:
            break
    return Measured(lines, budget.shortened(), True, wrong)


def together(ordered: list[Cell]) -> Iterator[list[Cell]]:
    """The lanes of a case at a number of workers; each alone where a pass needs the machine's memory for itself."""
    for (case, _), cells in itertools.groupby(ordered, key=lambda cell: (cell.case, cell.workers)):
        group = list(cells)
        yield from [[cell] for cell in group] if case.cold_and_warm else [group]


def name_of(group: list[Cell]) -> str:
    return group[0].name if len(group) == 1 else f"{group[0].name_without_lane} on {len(group)} lanes"


def _run(starts: list[Start], profile: Profile, folder: Path, interrupt: Interrupt, environment: dict[str, str] | None
         ) -> dict[Cell, Outcome] | None:
    """None when the interrupt ended them."""
    if not starts:
        return {}
    if starts[0].cell.case.cold_and_warm:
        outcomes = [run_bench(starts[0], profile, folder, interrupt, environment)]
    else:
        outcomes = run_in_turns(starts, profile, folder, interrupt, environment)
    if outcomes is None or None in outcomes:
        return None
    return {start.cell: outcome for start, outcome in zip(starts, outcomes, strict=True)}


def line_of(start: Start, outcome: Outcome) -> dict[str, object]:
    cell = start.cell
    return {
        "lane": cell.lane,
        "workload": cell.case.workload,
        "params": cell.case.params_object,
        "workers": cell.workers,
        "round": start.round,
        "order": start.order,
        "seed": start.seed,
        "file": outcome.file,
        "exit_code": outcome.exit_code,
        "signal": outcome.signal,
        "status": outcome.status,
        "reason": outcome.reason,
        "seconds": round(outcome.seconds, 4),
        "needs": list(cell.case.needs),
        "unit": cell.case.unit,
    }
