# SPDX-License-Identifier: Apache-2.0
"""The page and its twin: whole, self-contained, and with a told reason wherever there is no figure."""

import html.parser
import json
import re

import pytest

from reports import cell, load, matrix, summary
from reports.__main__ import main
from reports.tests.folder_builder import FolderBuilder
from reports.tests.golden_folder import golden_folder
from reports.tests.sample import sample


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = sample(tmp_path_factory.mktemp("sample") / "20261123T224100Z_lab_0123456")
    assert main(["build", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def page(built):
    return (built / "report.html").read_text(encoding="utf-8")


def test_every_cell_of_the_matrix_is_a_figure_or_a_told_reason(built):
    told = json.loads((built / "summary.json").read_text())
    lanes = {lane["lane"] for lane in told["context"]["lanes"]}
    for one in matrix.matrices(told):
        for row in one.rows:
            assert {view.lane for view in row.cells} == lanes
            for view in row.cells:
                if view.status == "ok":
                    assert view.figure and view.text.endswith("×")
                else:
                    assert view.status in ("WRONG", "DNF", "n/a") and one.footnotes[view.footnote - 1]


def test_the_page_asks_the_network_for_nothing(page):
    written = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(src|href)=\"(?!#|data:,)", written)
    assert "@import" not in written and "url(http" not in written


def test_the_page_is_small(page):
    assert len(page.encode()) < 3_000_000


def test_every_element_is_closed(page):
    void = {"meta", "link", "br", "wbr", "img", "input"}
    depth = []

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in void:
                depth.append(tag)

        def handle_endtag(self, tag):
            assert depth.pop() == tag

    Parser().feed(page)
    assert depth == []


def test_no_two_elements_have_one_id(page):
    ids = re.findall(r'\bid="([^"]+)"', re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))
    assert len(ids) == len(set(ids)) > 20


def test_the_script_and_vega_cannot_end_their_elements(page):
    assert page.count("<script") - page.count("<script>alert") == page.count("</script>") == 7


def test_the_raw_data_come_back_whole(built, page):
    raw = re.search(r'<script type="application/json" id="gauntlet-data">(.*?)</script>', page, re.DOTALL)
    data = json.loads(raw[1])
    assert data["summary"] == json.loads((built / "summary.json").read_text())
    observations = load.load(built).observations
    assert len(data["runs"]) == len(observations)
    at = data["columns"].index("ns_per_op")
    for run, seen in zip(data["runs"], observations):
        cell_ = data["summary"]["cells"][run[0]]
        assert (cell_["lane"], cell_["workload"], run[1]) == (seen.process.lane, seen.process.workload,
                                                              seen.process.round)
        assert run[at] == pytest.approx(seen.figures["ns_per_op"], rel=1e-6)


def test_the_page_says_why_there_is_no_figure(page):
    for reason in ("C5: Channel.C5_close_wakes_every_receiver", "cargo not found", "(EAGAIN)", "(1 of 6 runs)"):
        assert reason in page


def test_the_twin_has_the_same_figures(built):
    twin = (built / "report.md").read_text(encoding="utf-8")
    told = json.loads((built / "summary.json").read_text())
    for one in matrix.matrices(told):
        for row in one.rows:
            for view in row.cells:
                assert (view.figure if view.status == "ok" else f"{view.text} [{view.footnote}]") in twin
    for block in re.findall(r"(?:^\|.*\n)+", twin, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_names_from_the_data_cannot_break_out_of_the_page(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    builder.process("ok", "ping_pong", {}, 1, 1, [({}, {"ns_per_op": 5})])
    builder.process("bad", "ping_pong", {}, 1, 1, status="DNF", reason="</script><script>alert(1)</script>")
    assert main(["build", str(builder.write())]) == 0
    assert "<script>alert" not in (tmp_path / "run" / "report.html").read_text()


def test_one_run_is_told_and_leads_to_no_claim(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    for lane, ns in (("a", 5), ("b", 50)):
        builder.process(lane, "ping_pong", {"capacity": 0}, 1, 1, [({}, {"ns_per_op": ns})])
    assert main(["build", str(builder.write())]) == 0
    page, twin = ((tmp_path / "run" / name).read_text() for name in ("report.html", "report.md"))
    assert "1 run: order not established" in twin and "1 run, no interval" in twin
    assert "1 from 1 run" in page and "1 run, no interval" in page and ">best<" not in page


def test_a_run_cut_short_says_so(tmp_path):
    folder = golden_folder(tmp_path)
    lines = (folder / "runs.jsonl").read_text().splitlines()
    (folder / "runs.jsonl").write_text("\n".join(lines[:11]) + "\n")
    assert main(["build", str(folder)]) == 0
    assert "Partial:</strong> 10 of 29 processes" in (folder / "report.html").read_text()
    assert "Partial: 10 of 29 processes" in (folder / "report.md").read_text()


def test_the_plan_at_the_end_of_a_run_counts(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    builder.plan = {"processes": 12, "lanes": [], "cells": []}
    builder.process("a", "ping_pong", {"capacity": 0}, 1, 1, [({}, {"ns_per_op": 5})])
    short = {"lane": "a", "workload": "ping_pong", "params": {"capacity": 0}, "workers": 1, "runs": 1}
    builder.rows.append({"plan": {"processes": 1, "lanes": [], "cells": [], "shortened": [short]}})
    assert main(["build", str(builder.write())]) == 0
    page = (tmp_path / "run" / "report.html").read_text()
    assert "Partial" not in page and "got fewer rounds" in page


def test_a_plan_without_any_run_is_told_cell_by_cell(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    builder.plan = {"processes": 6, "lanes": [{"lane": "a", "kind": "runtime", "status": "ok", "reason": None}],
                    "cells": [{"lane": "a", "workload": "ping_pong", "params": {"capacity": 0}, "workers": 1}]}
    folder = builder.write()
    assert main(["build", str(folder)]) == 0
    told = json.loads((folder / "summary.json").read_text())
    assert [c["status"] for c in told["cells"]] == ["n/a"] and "ended before" in told["cells"][0]["reason"]


def test_a_result_file_that_the_journal_does_not_name_is_left_out(tmp_path):
    folder = golden_folder(tmp_path)
    (folder / "alpha" / "stray.json").write_text("{}")
    whole = load.load(folder)
    assert summary.summarise(whole, cell.cells(whole))["context"]["left_out"] == ["alpha/stray.json"]


def test_unknown_needs_are_taken_for_all(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    builder.process("a", "yield", {}, 1, 1, [({}, {"ns_per_op": 5})])
    builder.process("a", "spawn_million", {}, 1, 1, [({}, {"ns_per_op": 5})])
    builder.contract("a", 1, ["Mutex.excludes"], failing=("Mutex.excludes",))
    whole = load.load(builder.write())
    assert {c.case.workload: c.status for c in cell.cells(whole)} == {"yield": "WRONG", "spawn_million": "ok"}


def test_kernels_are_told_apart_but_not_by_their_spelling(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    for lane, kernel in (("a", "Linux 6.18.0"), ("b", "6.18.0")):
        builder.context = {"kernel": kernel}
        builder.process(lane, "ping_pong", {}, 1, 1, [({}, {"ns_per_op": 5})])
    assert main(["build", str(builder.write())]) == 0


@pytest.fixture
def grouped(tmp_path):
    builder = FolderBuilder(tmp_path / "20261123T224100Z_lab_0123456")
    groups = {"spsc": "channels", "fib": "scheduling", "mutex": "sync and time", "mine": "of my own", "bare": ""}
    builder.plan = {"cases": {"measured": 5, "offered": 30}, "processes": 5, "cells": [
        {"lane": "alpha", "workload": name, "params": {}, "workers": 1, "group": group} for name, group in groups.items()],
        "lanes": [{"lane": "alpha", "kind": "runtime", "status": "ok", "reason": None, "description": "the first"}]}
    for round_, order in enumerate(("mixed", "first in", "first in"), 1):
        for name in groups:
            builder.process("alpha", name, {}, 1, round_, [({}, {"ns_per_op": 9.0, "cpu_ns_per_op": 27.0, "cores_used": 1.5,
                                                                 "label": order if name == "fib" else ""})])
    folder = builder.write()
    assert main(["build", str(folder)]) == 0
    return folder


def test_workloads_stand_in_their_groups_in_the_order_of_groups(grouped):
    cells = json.loads((grouped / "summary.json").read_text())["cells"]
    assert [(one["workload"], one["group"]) for one in cells] == [
        ("spsc", "channels"), ("fib", "scheduling"), ("mutex", "sync and time"), ("bare", ""), ("mine", "of my own")]
    page = (grouped / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'<tr class="group"><th [^>]*>([^<]*)<', page) == ["channels", "scheduling", "sync and time", "of my own"]
    contents = page[page.index('<nav aria-label="Contents">'):page.index("</nav>")]
    assert re.findall(r'class="group">([^<]*)<', contents)[:5] == [
        "Channels", "Scheduling", "Sync and time", "Workloads", "Of my own"]


def test_what_a_workload_says_beside_its_figure_is_what_most_of_its_runs_said(grouped):
    cells = {one["workload"]: one for one in json.loads((grouped / "summary.json").read_text())["cells"]}
    assert cells["fib"]["note"] == "first in" and cells["spsc"]["note"] is None
    assert "first in" in (grouped / "report.html").read_text(encoding="utf-8").split('id="gauntlet-data"')[0]


def test_cores_used_are_those_that_the_bench_counted_and_not_a_quotient_of_times(grouped):
    cell_ = json.loads((grouped / "summary.json").read_text())["cells"][0]
    assert cell_["cores_used"] == 1.5
    assert "(1.50 cores)" in (grouped / "report.md").read_text(encoding="utf-8")


def test_cases_that_a_profile_leaves_out_are_told(grouped):
    said = "5 of the 30 cases that these lanes offer were asked for"
    assert said in (grouped / "report.html").read_text(encoding="utf-8")
    assert said in (grouped / "report.md").read_text(encoding="utf-8")
