# SPDX-License-Identifier: Apache-2.0
"""Rules, what relies on them, and the score that a lane gets for keeping them."""

import json
import re

import pytest

from reports import cell, load, rules, summary
from reports.__main__ import main
from reports.tests.folder_builder import FolderBuilder
from reports.tests.golden_folder import golden_summary
from reports.tests.sample import sample


@pytest.mark.parametrize("test, numbers", [
    ("Channel.C5_close_wakes_every_receiver", ("C5",)), ("Channel.C3_C4_C6_try_calls_agree", ("C3", "C4", "C6")),
    ("Any/Channel/0.C12_dies/3", ("C12",)), ("Channel.closes", ("Channel",)), ("Select.S10_three_by_3", ("S10",))])
def test_the_numbers_are_what_the_name_begins_with(test, numbers):
    assert rules.rules_of(test) == numbers


@pytest.mark.parametrize("needs, test, relied", [
    (["C5"], "Channel.C5_closes", True), (["C1"], "Channel.C12_dies", False), (["channel"], "Channel.C12_dies", True),
    (["wait_group"], "WaitGroup.W1_waits", True), (["C4"], "Channel.C3_C4_agree", True), ([], "Mutex.M1_x", False),
    (None, "Mutex.M1_excludes", True), (["C1"], rules.NOT_FINISHED, True), (["C5"], "Museum.C5_drops", True)])
def test_a_workload_relies_on_rules_or_suites_or_on_everything(needs, test, relied):
    assert rules.relies_on(needs, test) is relied


def test_rules_sort_as_people_count():
    assert sorted(["C10", "S1", "C2"], key=rules.in_order) == ["C2", "C10", "S1"]


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    return golden_summary(tmp_path_factory.mktemp("golden"))


def test_a_rule_is_kept_broken_or_unsupported(golden):
    assert golden["conformance"]["alpha"] == {
        "kept": 3, "broken": 1, "unsupported": 2, "failing": [["G3", "Goroutine.G3_catches"]]}


def test_a_failing_case_is_named_with_its_rule(golden):
    assert golden["conformance"]["beta"] == {
        "kept": 5, "broken": 1, "unsupported": 0, "failing": [["C5", "Channel.C5_close_wakes_every_receiver"]]}


def test_who_was_not_tried_has_no_score(golden):
    assert set(golden["conformance"]) == {"alpha", "beta"}


def _one_lane(path, needs_workload="worker_pool", **contract):
    builder = FolderBuilder(path)
    builder.process("a", needs_workload, {}, 2, 1, [({}, {"ns_per_op": 5})])
    for workers in (1, 2):
        builder.contract("a", workers, ["Channel.C5_closes", "Channel.C12_dies"], **contract)
    return builder


def test_a_rule_broken_at_one_number_of_workers_is_broken(tmp_path):
    builder = _one_lane(tmp_path / "run")
    builder.contract("a", 4, ["Channel.C5_closes"], failing=("Channel.C5_closes",))
    whole = load.load(builder.write())
    told = summary.summarise(whole, cell.cells(whole))
    assert told["conformance"]["a"]["failing"] == [["C5", "Channel.C5_closes"]]
    assert told["conformance"]["a"]["kept"] == 1
    assert [c["status"] for c in told["cells"]] == ["ok"]  # It failed at 4 workers, the cell is at 2.


def test_a_told_defect_takes_the_figure_of_who_relies_on_it(tmp_path):
    whole = load.load(_one_lane(tmp_path / "run", told={"Channel.C5_closes": "drops"}).write())
    found = cell.cells(whole)
    assert [(c.status, c.reason) for c in found] == [("WRONG", "C5: Channel.C5_closes (drops)")]


def test_a_told_defect_leaves_the_figure_of_who_does_not(tmp_path):
    whole = load.load(_one_lane(tmp_path / "run", told={"Channel.C12_dies": "looks again"}).write())
    assert [c.status for c in cell.cells(whole)] == ["ok"]


def test_contract_tests_that_did_not_end_take_every_figure(tmp_path):
    builder = _one_lane(tmp_path / "run")
    builder.contract("a", 2, [rules.NOT_FINISHED], failing=(rules.NOT_FINISHED,))
    whole = load.load(builder.write())
    assert [(c.status, c.reason) for c in cell.cells(whole)] == [("WRONG", f"Lane: {rules.NOT_FINISHED}")]


def test_the_page_has_score_and_reason_of_every_defect(tmp_path):
    folder = sample(tmp_path / "20261123T224100Z_lab_0123456")
    assert main(["build", str(folder)]) == 0
    page = (folder / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    twin = (folder / "report.md").read_text(encoding="utf-8")
    told = json.loads((folder / "summary.json").read_text())["conformance"]
    for lane, score in told.items():
        assert f"{score['kept']} of {score['kept'] + score['broken']} rules kept" in page
        for _, case in score["failing"]:
            assert re.search(rf'<a [^>]*href="#{re.escape(lane)}-{re.escape(case)}"', page)
            assert f'id="{lane}-{case}"' in page and case in twin
    assert "exception state is not switched" in page and "exception state is not switched" in twin
    assert "WRONG (C5)" in page and "WRONG (C5)" in twin
    places = 3 + 1  # A table of standings per number of workers, and the lanes.
    assert page.count('class="state defective"') == 2 * places and "| tbb | defective |" in twin
