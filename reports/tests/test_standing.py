# SPDX-License-Identifier: Apache-2.0
"""Standings: every case is counted once, ties and single runs are no victories, references win nothing."""

import pytest

from reports import cell, load, standing, summary
from reports.tests.folder_builder import FolderBuilder
from reports.tests.sample import sample


def standings(folder, workers):
    whole = load.load(folder)
    return {one.lane: one for one in standing.standings(summary.summarise(whole, cell.cells(whole)), workers)}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return standings(sample(tmp_path_factory.mktemp("standing") / "run"), 2)


def test_every_case_is_counted_once(found):
    for one in found.values():
        assert one.cases == 10 == (one.first + one.tied + one.close + one.behind + one.unsure + one.wrong
                                   + one.unfinished + one.absent)


def test_a_tie_makes_both_tied_and_nobody_first(found):
    assert found["work_stealing"].tied == found["coro"].tied == 4 and found["coro"].first == 0
    assert found["work_stealing"].first + found["work_stealing"].tied == 10


def test_ills_are_told_apart(found):
    assert found["tbb"].unfinished == 2 and found["boost_fiber"].absent == 1 and found["tokio"].absent == 10


def test_a_faster_reference_takes_no_lead_away(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    builder.plan = {"lanes": [{"lane": lane, "kind": kind, "status": "ok", "reason": None}
                              for lane, kind in (("a", "runtime"), ("go", "reference"))], "cells": []}
    for round_ in range(1, 7):
        builder.process("a", "ping_pong", {}, 1, round_, [({}, {"ns_per_op": 10 + round_ / 10})])
        builder.process("go", "ping_pong", {}, 1, round_, [({}, {"ns_per_op": 5 + round_ / 10})])
    found = standings(builder.write(), 1)
    assert found["a"].first == 1 and found["go"].leads == 0 and found["go"].close == 1


def test_one_run_leads_nothing(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    for lane, ns in (("a", 5), ("b", 50)):
        builder.process(lane, "ping_pong", {}, 1, 1, [({}, {"ns_per_op": ns})])
    assert {lane: one.unsure for lane, one in standings(builder.write(), 1).items()} == {"a": 1, "b": 1}
