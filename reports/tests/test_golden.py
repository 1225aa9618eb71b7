# SPDX-License-Identifier: Apache-2.0
"""The golden folder: its summary byte for byte, and the figures of it that a hand can check."""

import pytest

from reports import summary
from reports.__main__ import main
from reports.tests.golden_folder import GOLDEN, golden_folder, golden_summary


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    found = golden_summary(tmp_path_factory.mktemp("golden"))["cells"]
    return {(c["lane"], c["workload"], c["params"].get("temperature")): c for c in found}


def test_the_summary_is_the_golden_one(tmp_path):
    assert summary.text(golden_summary(tmp_path)) == GOLDEN.read_text(encoding="utf-8")


def test_six_runs_give_the_range_at_96_9_percent(cells):
    assert cells["alpha", "ping_pong", None]["ns_per_op"] == {
        "median": 10, "low": 9, "high": 11, "runs": 6, "confidence": 1 - 2 / 64}


def test_a_lane_twice_as_slow_has_ratio_two_and_no_tie(cells):
    ratio = cells["beta", "ping_pong", None]["ratio"]
    assert (ratio["best"], ratio["value"], ratio["tie"]) == ("alpha", 2, False)
    assert 1 < ratio["low"] <= 2 <= ratio["high"]


def test_a_reference_is_compared_with_the_best_runtime(cells):
    assert cells["gopher", "ping_pong", None]["ratio"]["best"] == "alpha"


def test_two_entries_of_one_process_are_two_cells(cells):
    assert cells["alpha", "spawn_million", "cold"]["ns_per_op"]["median"] == 2000
    assert cells["alpha", "spawn_million", "warm"]["ns_per_op"]["median"] == 500
    assert cells["alpha", "spawn_million", "cold"]["bytes_per_goroutine"] == 4200
    assert cells["alpha", "spawn_million", "warm"]["bytes_per_goroutine"] is None


def test_a_process_that_failed_fails_at_every_temperature(cells):
    for temperature in ("cold", "warm"):
        failed = cells["beta", "spawn_million", temperature]
        assert (failed["status"], failed["reason"]) == ("DNF", "hung: all wait")


def test_a_broken_contract_takes_the_figure_away(cells):
    broken = cells["beta", "worker_pool", None]
    assert (broken["status"], broken["reason"]) == ("WRONG", "C5: Channel.C5_close_wakes_every_receiver")
    assert broken["ns_per_op"] is None and broken["ratio"] is None and broken["fairness"] is None


def test_three_runs_say_75_percent(cells):
    assert cells["alpha", "worker_pool", None]["ns_per_op"]["confidence"] == 0.75


def test_percentiles_are_medians_and_the_longest_wait_is_that_of_all_runs(cells):
    assert cells["alpha", "wake_latency", None]["latency"] == {
        "p50": 200, "p90": 400, "p99": 600, "p99_9": 20_000, "max": 90_000}
    assert cells["alpha", "ping_pong", None]["latency"] is None


def test_fairness_is_the_worst_of_the_runs(cells):
    assert cells["alpha", "worker_pool", None]["fairness"] == {"share_min": 2, "share_max": 5, "starved": 0}


def test_an_absent_lane_is_told_in_every_cell(cells):
    assert {c["reason"] for c in cells.values() if c["lane"] == "delta"} == {"delta not found"}


def test_build_writes_the_same_bytes_twice(tmp_path, capsys):
    folder = golden_folder(tmp_path)
    names = ("summary.json", "report.html", "report.md")
    assert main(["build", str(folder)]) == 0
    first = {name: (folder / name).read_bytes() for name in names}
    assert main(["build", str(folder)]) == 0
    assert {name: (folder / name).read_bytes() for name in names} == first
    assert first["summary.json"] == GOLDEN.read_bytes()
    assert main(["check", *(str(folder / name) for name in ("summary.json", "runs.jsonl"))]) == 0


def test_permuting_the_journal_changes_nothing(tmp_path):
    folder = golden_folder(tmp_path)
    plan, *rows = (folder / "runs.jsonl").read_text().splitlines()
    (folder / "runs.jsonl").write_text("\n".join([plan, *reversed(rows)]) + "\n")
    assert main(["build", str(folder)]) == 0
    assert (folder / "summary.json").read_bytes() == GOLDEN.read_bytes()
