# SPDX-License-Identifier: Apache-2.0
"""Budget: once each, cheap ones often, dear ones first to lose their rounds."""

from dataclasses import replace

from harness.drive.budget import Budget
from harness.drive.cases import Case
from harness.drive.plan import Cell
from harness.drive.profile import Profile

CELLS = [Cell("alpha", Case("ping_pong", (("capacity", c),), "op", ()), 1) for c in range(4)]
CHEAP, MIDDLE, DEAR, OTHER = CELLS


def profile(cell_budget=None, total_budget=None) -> Profile:
    return Profile("test", 6, 0.1, 60, 60, cell_budget, total_budget)


def rounds_run(budget: Budget, costs: dict[Cell, float]) -> dict[Cell, int]:
    """Plays the rounds without a clock."""
    elapsed = 0.0
    for _ in range(6):
        for cell in [cell for cell in CELLS if cell in budget.due(elapsed)]:
            budget.spent(cell, costs[cell], True)
            elapsed += costs[cell]
    return {cell: budget.runs(cell) for cell in CELLS}


def test_without_budgets_every_cell_gets_every_round():
    costs = dict.fromkeys(CELLS, 100.0)
    assert set(rounds_run(Budget(profile(), CELLS), costs).values()) == {6}


def test_a_cell_gets_no_more_than_its_own_budget_and_at_least_one_round():
    costs = {CHEAP: 0.2, MIDDLE: 2.0, DEAR: 50.0, OTHER: 1.0}
    runs = rounds_run(Budget(profile(cell_budget=6.0), CELLS), costs)
    assert runs == {CHEAP: 6, MIDDLE: 3, DEAR: 1, OTHER: 6}


def test_the_dearest_cells_lose_their_rounds_first_when_the_total_runs_out():
    costs = {CHEAP: 0.1, MIDDLE: 1.0, DEAR: 5.0, OTHER: 0.1}
    runs = rounds_run(Budget(profile(total_budget=12.0), CELLS), costs)
    assert runs[CHEAP] == runs[OTHER] == 6
    assert 1 < runs[MIDDLE] < 6 or runs[DEAR] == 1
    assert runs[DEAR] == 1


def test_the_first_round_runs_even_past_the_total():
    costs = dict.fromkeys(CELLS, 100.0)
    assert set(rounds_run(Budget(profile(total_budget=1.0), CELLS), costs).values()) == {1}


def test_a_cell_that_failed_is_over():
    budget = Budget(profile(), CELLS)
    budget.spent(CHEAP, 0.1, False)
    assert CHEAP not in budget.due(0.0)
    assert CHEAP not in [cell for cell, _ in budget.shortened()]


def test_shortened_cells_are_told_with_their_rounds():
    costs = {CHEAP: 0.2, MIDDLE: 2.0, DEAR: 50.0, OTHER: 1.0}
    budget = Budget(profile(cell_budget=6.0), CELLS)
    rounds_run(budget, costs)
    assert dict(budget.shortened()) == {MIDDLE: 3, DEAR: 1}


def test_time_left_falls_to_nothing():
    budget = Budget(profile(), CELLS)
    assert budget.seconds_left(0.0) > 0
    rounds_run(budget, dict.fromkeys(CELLS, 1.0))
    assert budget.seconds_left(24.0) == 0


def test_a_slow_cell_is_not_measured_at_more_workers_and_says_so():
    one, two = (replace(CHEAP, workers=count) for count in (1, 2))
    budget = Budget(replace(profile(), slow=10.0), [one, two])
    budget.spent(one, 18.2, True)
    assert budget.refusal(two) == ("n/a", "takes 18 s at 1 worker, measured there only in this profile (full does all)")
    assert budget.refusal(one) is None
    assert Budget(profile(), [one, two]).refusal(two) is None


def test_every_cell_has_its_second_run_before_any_has_a_third():
    costs = {CHEAP: 1.0, MIDDLE: 1.5, DEAR: 2.0, OTHER: 50.0}
    runs = rounds_run(Budget(profile(total_budget=66.0), CELLS), costs)
    assert runs == {CHEAP: 4, MIDDLE: 4, DEAR: 3, OTHER: 1}
