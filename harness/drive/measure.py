# SPDX-License-Identifier: Apache-2.0
"""Measure: round after round, each cell that is due in a fresh process, one at a time.

Invariant: a line is in the journal if and only if its process ended by itself or by the timeout; the
process that an interrupt cut off leaves neither line nor file.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .bench import Outcome, run_bench
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
        for order, cell in enumerate(ordered):
            if interrupt.came:
                return Measured(lines, [], False, wrong)
            left = budget.seconds_left(time.monotonic() - begin)
            progress.step(order, len(ordered), f"round {round_number} of {profile.rounds}, {cell.name}", left)
            process_seed = seed_of(cell, seed, round_number)
            refused = verdict(cell) or budget.refusal(cell)
            if refused:
                outcome = Outcome(refused[0], refused[1], None, None, None, 0.0)
            else:
                outcome = run_bench(
                    benches[cell.lane], cell, round_number, order, process_seed, profile, folder, interrupt,
                    environment,
                )
            if outcome is None:
                return Measured(lines, [], False, wrong)
            journal.run(line_of(cell, round_number, order, process_seed, outcome))
            lines += 1
            wrong += outcome.status == "WRONG"
            budget.spent(cell, outcome.seconds, outcome.status == "ok")
            if outcome.status != "ok":
                progress.say(f"   {cell.name}: {outcome.status} ({outcome.reason})")
        if not ordered:
            break
    return Measured(lines, budget.shortened(), True, wrong)


def line_of(cell: Cell, round_number: int, order: int, seed: int, outcome: Outcome) -> dict[str, object]:
    return {
        "lane": cell.lane,
        "workload": cell.case.workload,
        "params": cell.case.params_object,
        "workers": cell.workers,
        "round": round_number,
        "order": order,
        "seed": seed,
        "file": outcome.file,
        "exit_code": outcome.exit_code,
        "signal": outcome.signal,
        "status": outcome.status,
        "reason": outcome.reason,
        "seconds": round(outcome.seconds, 4),
        "needs": list(cell.case.needs),
        "unit": cell.case.unit,
    }
