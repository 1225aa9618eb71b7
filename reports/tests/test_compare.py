# SPDX-License-Identifier: Apache-2.0
"""Comparing: paired where the data are, ties told as ties, four outputs, and what is refused."""

import csv
import io
import json
import math

import pytest
from scipy import stats

from reports.compare import comparison, row, side, table
from reports.compare.__main__ import main
from reports.gate import merge
from reports.tests.folder_builder import FolderBuilder
from reports.tests.gate_data import GateData

# Round by round the machine drifts by far more than the lanes differ.
DRIFT = [1.0, 1.5, 2.1, 0.9, 1.2, 3.0, 1.1]


def folder(path, lanes, rounds=7, host=None, workload="ping_pong"):
    """`lanes`: name to nanoseconds; every round has its own drift."""
    builder = FolderBuilder(path)
    if host:
        builder.context = {"host_name": host}
    for number in range(1, rounds + 1):
        for place, (lane, ns) in enumerate(lanes.items()):
            time = ns * DRIFT[number - 1] * (1 + 0.0005 * ((number * 7 + place * 3) % 5))
            builder.process(lane, workload, {"capacity": 0}, 1, number, [({}, {"ns_per_op": time})])
    return builder.write()


def the_row(told):
    (found,) = told.rows
    return found


def test_two_lanes_of_one_folder_are_paired_round_by_round(tmp_path):
    path = folder(tmp_path / "a", {"alpha": 100.0, "beta": 105.0})
    found = the_row(comparison.of_sides(side.read(f"{path}:alpha"), side.read(f"{path}:beta")))
    assert found.paired and found.verdict == "slower" and found.ratio == pytest.approx(1.05, rel=0.002)
    assert found.low > 1.04 and found.high < 1.06 and found.p == pytest.approx(2 / 2**7)
    assert found.before == pytest.approx(120, rel=0.01) and found.runs == (7, 7)


def test_the_other_way_round_is_the_inverse(tmp_path):
    path = folder(tmp_path / "a", {"alpha": 100.0, "beta": 105.0})
    one = the_row(comparison.of_sides(side.read(f"{path}:alpha"), side.read(f"{path}:beta")))
    other = the_row(comparison.of_sides(side.read(f"{path}:beta"), side.read(f"{path}:alpha")))
    assert other.verdict == "faster" and one.ratio == pytest.approx(1 / other.ratio)
    assert one.low == pytest.approx(1 / other.high)


def test_equal_lanes_are_a_tie(tmp_path):
    path = folder(tmp_path / "a", {"alpha": 100.0, "beta": 100.0})
    found = the_row(comparison.of_sides(side.read(f"{path}:alpha"), side.read(f"{path}:beta")))
    assert found.tie is True and found.verdict == "~" and table.change(found).startswith("~ ")


def test_two_folders_are_samples_of_their_own(tmp_path):
    """The same figures, not paired: the drift between rounds hides 5 %."""
    one = folder(tmp_path / "a", {"alpha": 100.0})
    other = folder(tmp_path / "b", {"alpha": 105.0}, host="elsewhere")
    told = comparison.of_sides(side.read(str(one)), side.read(str(other)))
    found = the_row(told)
    assert not found.paired and found.verdict == "~" and found.cell == "alpha/ping_pong/capacity=0/w1"
    first, second = ([ns * d for d in DRIFT] for ns in (100, 105))
    assert found.p == pytest.approx(stats.mannwhitneyu(second, first).pvalue, abs=0.1)
    assert any("not paired" in note for note in told.notes) and any("machines" in note for note in told.notes)


@pytest.mark.parametrize("rounds, verdict", [(1, "?"), (5, "?"), (6, "slower")])
def test_too_few_pairs_claim_nothing(rounds, verdict, tmp_path):
    path = folder(tmp_path / "a", {"alpha": 100.0, "beta": 150.0}, rounds)
    found = the_row(comparison.of_sides(side.read(f"{path}:alpha"), side.read(f"{path}:beta")))
    assert found.verdict == verdict and (found.note is None) == (verdict != "?")


def test_a_cell_of_one_side_is_told_and_no_hole(tmp_path):
    one = folder(tmp_path / "a", {"alpha": 100.0, "beta": 100.0})
    other = folder(tmp_path / "b", {"alpha": 100.0, "gamma": 1.0})
    told = {found.cell.split("/")[0]: found for found in comparison.of_sides(
        side.read(str(one)), side.read(str(other))).rows}
    assert set(told) == {"alpha", "beta", "gamma"}
    assert told["beta"].note == "no such cell after" and told["gamma"].note == "no such cell before"


def test_a_failed_cell_is_told_with_its_reason(tmp_path):
    builder = FolderBuilder(tmp_path / "a")
    for number in (1, 2):
        builder.process("alpha", "ping_pong", {}, 1, number, [({}, {"ns_per_op": 1.0})])
        builder.process("alpha", "worker_pool", {}, 1, number, [({}, {"ns_per_op": 1.0})])
        builder.process("beta", "worker_pool", {}, 1, number, [({}, {"ns_per_op": 1.0})])
    builder.process("beta", "ping_pong", {}, 1, 1, None, "DNF", "hung")
    path = builder.write()
    found = comparison.of_sides(side.read(f"{path}:alpha"), side.read(f"{path}:beta")).rows
    assert found[0].note == "before: ok; after: DNF (hung)" and found[0].ratio is None


def test_pairs_of_two_commits_are_compared(tmp_path):
    data = GateData(1).cell("work_stealing/ping_pong/capacity=0/w1", 1.1).cell("coro/ping_pong/capacity=0/w1")
    data.shard["only_in_one_arm"].append({"id": "x/y/z/w1", "only_in": "head"})
    (tmp_path / "raw.json").write_text(merge.text(data.whole()))
    told = comparison.of_raw(tmp_path / "raw.json")
    verdicts = {found.cell: found.verdict for found in told.rows}
    assert verdicts["work_stealing/ping_pong/capacity=0/w1"] == "slower" and verdicts["x/y/z/w1"] == "-"
    assert told.after.startswith("topic (111")


def test_the_geometric_mean_is_over_cells_with_a_ratio():
    rows = [row.paired("a", [1.0] * 6, [2.0] * 6, [math.log(2)] * 6),
            row.paired("b", [2.0] * 6, [1.0] * 6, [-math.log(2)] * 6), row.untold("c", "no")]
    assert row.geometric_mean(rows) == pytest.approx(1.0) and row.geometric_mean(rows[2:]) is None


def test_every_output_says_the_same(tmp_path, capsys):
    path = folder(tmp_path / "a", {"alpha": 100.0, "beta": 105.0})
    assert main([f"{path}:alpha", f"{path}:beta", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    (line,) = csv.DictReader(io.StringIO((tmp_path / "out" / "compare.csv").read_text()))
    told = json.loads((tmp_path / "out" / "compare.json").read_text())
    text = (tmp_path / "out" / "compare.md").read_text()
    percent = f"{(told['rows'][0]['ratio'] - 1) * 100:+.1f} %"
    assert float(line["ratio"]) == told["rows"][0]["ratio"] and line["verdict"] == told["rows"][0]["verdict"] == "slower"
    assert percent in text and percent in shown and "geometric mean" in shown
    assert math.isclose(told["geometric_mean"], told["rows"][0]["ratio"])


@pytest.mark.parametrize("sides, said", [
    (["{path}:nobody", "{path}:alpha"], "has no lane 'nobody'"),
    (["{path}", "{path}:alpha"], "only one of them names a lane"),
    (["{path}", "{path}/nowhere"], "no such folder"),
    (["{path}", "{path}", "{path}"], "name two"),
    (["{path}", "{other}"], "no cell has a figure on both sides"),
])
def test_what_cannot_be_compared_is_refused_in_one_line(sides, said, tmp_path, capsys):
    path, other = folder(tmp_path / "a", {"alpha": 1.0}), folder(tmp_path / "b", {"beta": 1.0})
    given = [text.format(path=path, other=other) for text in sides]
    assert main([*given, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and said in told and not (tmp_path / "out").exists()
