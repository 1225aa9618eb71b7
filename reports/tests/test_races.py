# SPDX-License-Identifier: Apache-2.0
"""What the race programs found: in the summary, beside the lane, and told where they were not run."""

import json

import pytest

from reports.__main__ import main
from reports.tests.folder_builder import FolderBuilder
from reports.tests.sample import sample

GOOD = {"seeded": 9, "found_in_every_run": 8, "runs_of_fixed": 1360, "false_reports": 0, "missed": ["close_race"],
        "runs_found": 1}


def folder(path, told):
    builder = FolderBuilder(path)
    for lane in ("a", "b"):
        builder.process(lane, "ping_pong", {}, 1, 1, [({}, {"ns_per_op": 5})])
    if told is not None:
        builder.files["race.json"] = told
    return builder.write()


def test_races_stand_beside_their_lane(tmp_path):
    path = folder(tmp_path / "run", {"fidelity": {"a": GOOD}})
    assert main(["build", str(path)]) == 0
    kept = {name: value for name, value in GOOD.items() if name != "runs_found"}
    assert json.loads((path / "summary.json").read_text())["races"] == {"a": kept}
    page, twin = (path / "report.html").read_text(), (path / "report.md").read_text()
    said = "8 of 9 races found in every run, 0 false reports in 1,360 runs; missed close_race"
    assert said in page and said in twin and page.count("not run with this commit") == 1


def test_a_run_without_race_programs_says_so(tmp_path):
    path = folder(tmp_path / "run", None)
    assert main(["build", str(path)]) == 0
    assert (path / "report.html").read_text().count("not run with this commit") == 2
    assert "race programs were not run" in (path / "report.md").read_text()


@pytest.mark.parametrize("told, words", [
    ([], "not what the race programs write"), ({"fidelity": {"a": {}}}, "not what the race programs write"),
    ({"fidelity": {"a": GOOD | {"found_in_every_run": 10}}}, "found more races than there are"),
    ({"fidelity": {"a": GOOD | {"false_reports": -1}}}, "found more races than there are")])
def test_a_file_that_is_not_theirs_is_refused(tmp_path, capsys, told, words):
    assert main(["build", str(folder(tmp_path / "run", told))]) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1 and not (tmp_path / "run" / "report.html").exists()


def test_the_sample_has_a_lane_on_which_races_are_missed(tmp_path):
    path = sample(tmp_path / "20261123T224100Z_lab_0123456")
    assert main(["build", str(path)]) == 0
    assert "7 of 9 races seen" in (path / "report.html").read_text()
