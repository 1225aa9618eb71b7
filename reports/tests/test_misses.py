# SPDX-License-Identifier: Apache-2.0
"""Misses: what was tried stands beside what is missed, and only there; a miss without a word is told."""

from reports import misses

TRIED = [{"workload": "yield", "what": "everything"},
         {"workload": "spsc", "params": {"capacity": 127}, "what": "one thing"}]


def test_what_was_tried_stands_beside_what_is_missed_and_only_there():
    assert misses.tried(TRIED, []) == []
    assert misses.tried(TRIED, [("yield", "goroutines=10"), ("yield", "goroutines=1000")]) == [misses.Tried("yield", "everything")]
    assert misses.tried(TRIED, [("spsc", "capacity=127")]) == [misses.Tried("spsc capacity=127", "one thing")]


def test_an_entry_with_params_speaks_of_that_case_alone():
    assert misses.tried(TRIED, [("spsc", "capacity=0")]) == []
    assert misses.untold(TRIED, [("spsc", "capacity=0"), ("spsc", "capacity=127")]) == ["spsc capacity=0"]


def test_a_miss_of_which_nothing_is_said_is_named_once():
    assert misses.untold(TRIED, [("yield", "goroutines=10"), ("ring", "size=10"), ("fib", ""), ("ring", "size=10")]) == ["ring size=10", "fib"]


def test_who_hurts_is_judged_by_the_figure_at_one_worker_of_the_same_case():
    def cell(params, workers, median, status="ok"):
        return {"lane": "a", "workload": "w", "params": params, "workers": workers, "status": status, "ns_per_op": {"median": median}}

    cells = [cell({"n": 1}, 1, 10), cell({"n": 1}, 2, 13), cell({"n": 1}, 4, 21), cell({"n": 2}, 2, 99),
             cell({"n": 3}, 1, 1, status="WRONG"), cell({"n": 3}, 2, 99)]
    found = misses.hurt({"cells": cells}, "a")
    assert [(each.case, each.told) for each in found] == [(("w", "n=1"), "w n=1 at 4\u00a0workers: 2.10×")]
