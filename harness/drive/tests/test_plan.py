# SPDX-License-Identifier: Apache-2.0
"""Orders and seeds: shuffled, whole, and the same again from the same seed."""

from harness.drive.cases import Case, _case
from harness.drive.core import CORE, core_of
from harness.drive.plan import Cell, default_workers, make_cells, order_of_round, seed_of

CASES = [Case("ping_pong", (("capacity", count),), "round trip", ()) for count in (0, 1)]
CELLS = make_cells(["alpha", "beta", "gamma"], CASES, [1, 2, 4])


def test_every_order_is_a_permutation_of_the_cells():
    for round_number in range(1, 20):
        ordered = order_of_round(CELLS, 7, round_number)
        assert len(ordered) == len(CELLS) and set(ordered) == set(CELLS)


def test_the_same_seed_gives_the_same_orders():
    assert [order_of_round(CELLS, 7, r) for r in range(5)] == [order_of_round(CELLS, 7, r) for r in range(5)]


def test_rounds_and_seeds_differ_in_order():
    assert order_of_round(CELLS, 7, 1) != order_of_round(CELLS, 7, 2)
    assert order_of_round(CELLS, 7, 1) != order_of_round(CELLS, 8, 1)


def test_lanes_of_one_case_are_neighbours_in_time():
    ordered = order_of_round(CELLS, 7, 3)
    for first in range(0, len(ordered), 3):
        assert len({(cell.case, cell.workers) for cell in ordered[first : first + 3]}) == 1


def test_every_lane_comes_first_sometimes():
    firsts = {order_of_round(CELLS, 7, r)[i].lane for r in range(1, 7) for i in range(0, len(CELLS), 3)}
    assert firsts == {"alpha", "beta", "gamma"}


def test_all_lanes_of_a_round_get_the_same_seed_and_rounds_get_others():
    alpha, beta = Cell("alpha", CASES[0], 2), Cell("beta", CASES[0], 2)
    assert seed_of(alpha, 7, 1) == seed_of(beta, 7, 1)
    assert seed_of(alpha, 7, 1) != seed_of(alpha, 7, 2)
    assert 0 < seed_of(alpha, 7, 1) < 1 << 31


def test_default_workers_are_powers_of_two_and_one_oversubscribed():
    assert default_workers(1) == [1, 2]
    assert default_workers(2) == [1, 2, 4]
    assert default_workers(6) == [1, 2, 4, 8]


def test_a_file_name_holds_params_sorted_by_key():
    case = Case("worker_pool", (("pool", 3), ("work_ns", 0)), "job", ())
    assert Cell("tbb", case, 2).file_stem(1) == "worker_pool.pool=3,work_ns=0.w2.r01"
    assert Cell("tbb", Case("bare", (), "op", ()), 2).file_stem(12) == "bare.-.w2.r12"


def test_the_core_is_the_cases_that_are_listed_and_keeps_their_order():
    listed = [Case(workload, tuple(pair.split("=") for pair in text.split(",")), "op", ())
              for workload, texts in CORE.items() for text in texts]
    others = [Case("sieve", (), "prime", ()), Case("ping_pong", (("capacity", 1),), "round trip", ())]
    assert core_of([*others, *listed]) == listed


def test_a_bench_of_an_older_commit_has_cold_passes_where_it_fixed_the_ops():
    old = {"workload": "w", "params": {}, "unit": "op"}
    assert [_case(old | more).cold_and_warm for more in (
        {}, {"fixed_ops": 5}, {"fixed_ops": 5, "cold_and_warm": False})] == [False, True, False]
    assert _case(old | {"group": "channels"}).group == "channels"
