# SPDX-License-Identifier: Apache-2.0
"""Goals: what counts as met, who is named as faster, and that the goals of the tree can be read."""

import pytest

from reports import goals
from reports.bad_input import BadInput

LANES = [("work_stealing", "runtime"), ("coro", "runtime"), ("go", "reference")]


def cell(lane, workload, params, workers, median, best=None, tie=False, ratio=1.0, **more):
    return {"lane": lane, "workload": workload, "params": params, "workers": workers, "status": "ok",
            "ns_per_op": {"median": median}, "cpu_ns_per_op": None, "bytes_per_goroutine": None,
            "ratio": {"best": best or lane, "value": ratio, "tie": tie}, **more}


def summary(*cells):
    return {"context": {"lanes": [{"lane": lane, "kind": kind} for lane, kind in LANES]}, "cells": list(cells)}


def row(found, workload, figure=""):
    return next(each for each in found.rows if each.workload == workload and each.figure == figure)


def test_a_goal_is_met_at_both_numbers_of_workers_or_told_at_which():
    params = {"capacity": "0"}
    for one, two, verdict in ((20, 30, "met"), (20, 31, "1\u00a0worker met"), (21, 30, "2\u00a0workers met"), (21, 31, "missed")):
        found, = goals.of(summary(cell("work_stealing", "ping_pong", params, 1, one),
                                  cell("work_stealing", "ping_pong", params, 2, two)))
        assert row(found, "ping_pong").verdict == verdict
        assert (found.met, len(found.measured)) == (verdict == "met", 1)
        assert "skynet" in found.unmeasured and "ping_pong" not in found.unmeasured


def test_a_speed_up_is_better_when_it_is_more():
    params = {"work_ns": "10000"}
    for two, verdict in ((5000, "met"), (6000, "missed")):
        found, = goals.of(summary(cell("work_stealing", "parallel_work", params, 1, 10_000),
                                  cell("work_stealing", "parallel_work", params, 2, two)))
        assert row(found, "parallel_work", "speed-up by the second worker").verdict == verdict


def test_other_figures_of_a_cell_have_goals_too():
    params = {"sleep_ms": "10"}
    found, = goals.of(summary(*(cell("work_stealing", "timers", params, n, 400) | {"cpu_ns_per_op": 351} for n in (1, 2))))
    assert row(found, "timers").verdict == "met"
    assert row(found, "timers", "CPU time").verdict == "missed"


def test_a_cell_without_a_figure_is_no_success():
    wrong = cell("work_stealing", "ping_pong", {"capacity": "0"}, 1, 1) | {"status": "WRONG", "ns_per_op": None}
    found, = goals.of(summary(wrong, cell("work_stealing", "ping_pong", {"capacity": "0"}, 2, 30)))
    assert row(found, "ping_pong").verdict == "2\u00a0workers met"


def test_others_and_references_stand_beside_it():
    params = {"capacity": "0"}
    found, = goals.of(summary(*(cell(lane, "ping_pong", params, n, time) for n in (1, 2)
                                for lane, time in (("work_stealing", 20), ("coro", 10), ("go", 200)))))
    assert row(found, "ping_pong").reference == "go 200\u00a0ns / 200\u00a0ns"
    assert row(found, "ping_pong").others == "coro 10.0\u00a0ns / coro 10.0\u00a0ns"
    assert found.geometric == ["10.0× as fast as go at 1\u00a0worker (geometric mean of 1\u00a0case)",
                               "10.0× as fast as go at 2\u00a0workers (geometric mean of 1\u00a0case)"]


def test_who_is_faster_beyond_doubt_is_named_and_a_tie_is_not():
    params = {"capacity": "0"}
    found, = goals.of(summary(cell("work_stealing", "ping_pong", params, 1, 20, best="coro", ratio=2.0),
                              cell("work_stealing", "ping_pong", params, 2, 20, best="coro", ratio=1.01, tie=True)))
    assert [each.told for each in found.faster] == ["ping_pong capacity=0 at 1\u00a0worker: coro 2.00×"]


def test_workers_that_hurt_are_named():
    params = {"capacity": "0"}
    found, = goals.of(summary(*(cell("work_stealing", "ping_pong", params, n, time) for n, time in ((1, 10), (2, 13), (4, 21)))))
    assert [each.told for each in found.hurt] == ["ping_pong capacity=0 at 4\u00a0workers: 2.10×"]


def test_nothing_is_said_where_nothing_was_measured():
    assert goals.of(summary(cell("coro", "ping_pong", {"capacity": "0"}, 1, 20))) == []


def test_goals_that_cannot_be_read_are_told(tmp_path, monkeypatch):
    (tmp_path / "work_stealing").mkdir()
    (tmp_path / "work_stealing" / "goals.toml").write_text("goal = 1 2\n", encoding="utf-8")
    monkeypatch.setattr(goals, "_IMPLS", tmp_path)
    with pytest.raises(BadInput, match="no list of goals"):
        goals.read("work_stealing")


def test_every_goal_of_the_tree_names_a_workload_that_exists():
    workloads = goals._IMPLS.parent / "workloads"
    found, tried = goals.read("work_stealing")
    for entry in found + tried:
        assert (workloads / f"{entry['workload']}.cpp").is_file(), entry
    for goal in found:
        assert len(goal["goal"]) == len(goals.WORKERS)
