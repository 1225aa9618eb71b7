# SPDX-License-Identifier: Apache-2.0
"""History: grows only, imports whole or not at all, and tells the run at which a known series changed."""

import json
import random
import re
import shutil
import sqlite3
import xml.etree.ElementTree
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as some

from reports.__main__ import main as build
from reports.history import change, series, telling
from reports.history.__main__ import main
from reports.history.store import CELL, OBSERVATION, RUN, Store
from reports.tests.browser import Browser, needs_browser
from reports.tests.folder_builder import FolderBuilder
from reports.tests.server import needs_postgresql, postgresql

CELL_NAME = "work_stealing/ping_pong/capacity=0/w2"


def run_folder(parent: Path, day: int, ns: float, **context: str) -> Path:
    """A run of the given day; its commit ends in the day."""
    dice = random.Random(day)
    builder = FolderBuilder(parent / f"202601{day:02}T030405Z_lab_{day:07x}")
    builder.context = {"commit": f"{day:07x}" + "0" * 33, **context}
    for round_ in range(1, 7):
        builder.process("work_stealing", "ping_pong", {"capacity": 0}, 2, round_,
                        [({}, {"ns_per_op": ns * dice.lognormvariate(0, 0.01)})])
        builder.process("tbb", "ping_pong", {"capacity": 0}, 2, round_, status="DNF", reason="hung: all wait")
    return builder.write()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Sixteen days: 20 ns, from the ninth on 24 ns."""
    parent = tmp_path_factory.mktemp("runs")
    return [run_folder(parent, day, 20.0 if day < 9 else 24.0) for day in range(1, 17)]


def history(store, *arguments) -> int:
    return main(["--store", str(store), *map(str, arguments)])


def counts(where) -> list[int]:
    store = Store(str(where))
    with store.reading() as connection:
        found = [connection.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(table)).scalar()
                 for table in (RUN, CELL, OBSERVATION)]
    store.close()
    return found


def tells_the_change(where, folders, capsys):
    assert history(where, "import", *reversed(folders)) == 0
    assert counts(where) == [16, 32, 96]
    assert history(where, "import", *folders) == 0  # Once more: nothing is added.
    assert counts(where) == [16, 32, 96] and capsys.readouterr().out.count("already there") == 16
    assert history(where, "show", CELL_NAME) == 0
    told = capsys.readouterr().out.replace("\u00a0", " ")
    assert "changed at 0000009" in told and "% slower; last before: 0000008" in told and told.count("changed at") == 1


def test_an_imported_change_is_told_with_its_commit(tmp_path, folders, capsys):
    tells_the_change(tmp_path / "history.sqlite", folders, capsys)


@needs_postgresql
def test_the_same_on_postgresql(folders, capsys):
    with postgresql() as url:
        tells_the_change(url, folders, capsys)


def test_the_list_has_every_cell_and_its_last_change(tmp_path, folders, capsys):
    where = tmp_path / "history.sqlite"
    assert history(where, "import", *folders) == 0
    capsys.readouterr()
    assert history(where) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("tbb/ping_pong/capacity=0/w2") and "DNF" in lines[0] and "changed" not in lines[0]
    assert lines[1].startswith(CELL_NAME) and "changed at 0000009" in lines[1]


def test_the_chart_of_a_cell_has_its_points_and_its_change(tmp_path, folders):
    where = tmp_path / "history.sqlite"
    assert history(where, "import", *folders) == 0
    assert history(where, "show", CELL_NAME, "--chart", tmp_path / "trend.svg") == 0
    drawing = (tmp_path / "trend.svg").read_text()
    xml.etree.ElementTree.fromstring(drawing)
    assert drawing.count("mark-symbol") == 1 and "+2" in drawing and "0000009" in drawing


def test_machines_are_told_apart(tmp_path, capsys):
    where = tmp_path / "history.sqlite"
    own, other = run_folder(tmp_path, 1, 20.0), run_folder(tmp_path, 2, 90.0, host_name="elsewhere")
    assert history(where, "import", own, other) == 0
    found = series.read(Store(str(where)), series.parse(CELL_NAME))
    assert [len(one.points) for one in found] == [1, 1] and found[0].machine != found[1].machine


def test_a_run_without_a_figure_stays_in_the_series_but_not_in_the_test(tmp_path, capsys):
    where = tmp_path / "history.sqlite"
    builder = FolderBuilder(tmp_path / "20260105T000000Z_lab_0000005")
    builder.process("work_stealing", "ping_pong", {"capacity": 0}, 2, 1, status="WRONG", reason="sum is 3")
    assert history(where, "import", run_folder(tmp_path, 4, 20.0), builder.write()) == 0
    for one in series.read(Store(str(where)), series.parse(CELL_NAME)):
        assert len(one.timed) <= len(one.points)
    assert history(where, "show", CELL_NAME) == 0
    told = capsys.readouterr().out
    assert "WRONG (sum is 3)" in told and "no change can be told from fewer than 6 runs" in told


LEVEL = some.floats(min_value=5.0, max_value=5000.0)


@settings(max_examples=30, deadline=None)
@given(LEVEL, some.integers(min_value=6, max_value=30), some.integers(min_value=6, max_value=30),
       some.sampled_from([0.8, 0.9, 1.1, 1.25, 2.0]), some.integers(min_value=0, max_value=99))
def test_a_clear_step_is_found_where_it_is(level, before, after, step, seed):
    dice = random.Random(seed)
    values = [level * (1 if n < before else step) * dice.lognormvariate(0, 0.004) for n in range(before + after)]
    found = change.indices(values)
    assert [index for index, *_ in found] == [before]
    assert found[0][2] / found[0][1] == pytest.approx(step, rel=0.01)


def test_two_steps_are_two_changes():
    dice = random.Random(5)
    values = [level * dice.lognormvariate(0, 0.005) for level in [20.0] * 12 + [22.0] * 12 + [18.0] * 12]
    assert [index for index, *_ in change.indices(values)] == [12, 24]


def test_unchanged_noise_is_rarely_called_a_change():
    dice = random.Random(11)
    called = sum(bool(change.indices([100 * dice.lognormvariate(0, 0.03) for _ in range(40)])) for _ in range(60))
    assert called <= 3


def test_what_is_smaller_than_relinking_moves_is_not_told():
    dice = random.Random(3)
    assert change.indices([100 * (1 if n < 20 else 1.01) * dice.lognormvariate(0, 0.001) for n in range(40)]) == []


@pytest.mark.parametrize("place", [0, 11, 12, 23])
def test_one_or_two_runs_apart_are_no_level(place):
    values = [100 + n % 3 / 10 for n in range(24)]
    values[place:place + 2] = [130.0] * len(values[place:place + 2])
    assert change.indices(values) == []


def test_six_runs_are_the_fewest():
    assert change.indices([10.0] * 3 + [20.0] * 2) == []


def test_a_sentence_says_faster_or_slower_and_between_which_commits():
    def point(commit, dirty=False):
        return series.Point("r", "2026-01-02 03:04:05 UTC", commit, dirty, "ok", None, 1.0, 1.0, 1.0)

    told = telling.sentence(change.Change(3, point("b" * 40, True), point("a" * 40), 20.0, 15.0, 1e-5))
    assert told.replace("\u00a0", " ") == (
        "changed at bbbbbbbbbbbb+ (2026-01-02 03:04:05 UTC): 20.0 ns → 15.0 ns, 25 % faster; last before: aaaaaaaaaaaa")


@pytest.fixture(scope="module")
def page(tmp_path_factory, folders):
    """The last run's page, with the store beside its folder."""
    parent = tmp_path_factory.mktemp("results")
    assert history(parent / "history.sqlite", "import", *folders) == 0
    shutil.copytree(folders[-1], parent / folders[-1].name)
    assert build(["build", str(parent / folders[-1].name)]) == 0
    return parent / folders[-1].name / "report.html"


def test_the_page_tells_changes_of_its_cells(page):
    told = page.read_text().replace("\u00a0", " ")
    assert "Medians of 16 runs on this machine" in told and "changed at 0000009" in told
    known = json.loads(re.search(r'id="gauntlet-trends">(.*?)</script>', told)[1])
    assert len(known["runs"]) == 16 and [run["commit"] for run in known["runs"]][8] == "0000009"
    (steps,) = known["steps"].values()
    assert [step[0] for step in steps] == [8] and len(known["points"]) == 1


@needs_browser
def test_the_trend_is_drawn(page):
    with closing(Browser()) as browser:
        browser.size(1440)
        browser.open(page)
        figure = "document.querySelector('figure[data-chart=trend]')"
        assert browser.run(f"return {figure}.querySelectorAll('.mark-symbol path').length") == 16
        assert re.search(r"\+2\d\.\d %", browser.run(f"return {figure}.textContent"))
        assert browser.complaints() == []


def test_a_page_without_a_store_says_so(tmp_path, folders):
    shutil.copytree(folders[0], tmp_path / folders[0].name)
    assert build(["build", str(tmp_path / folders[0].name)]) == 0
    assert "This run stands alone" in (tmp_path / folders[0].name / "report.html").read_text()


def test_a_store_that_is_not_there_stops_the_build(tmp_path, folders, capsys):
    shutil.copytree(folders[0], tmp_path / folders[0].name)
    assert build(["build", str(tmp_path / folders[0].name), "--history", str(tmp_path / "x.sqlite")]) == 2
    assert "no store there" in capsys.readouterr().err
    assert not (tmp_path / folders[0].name / "report.html").exists()


def refused(capsys, *arguments) -> str:
    capsys.readouterr()
    assert history(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and said.err.startswith("history: ")
    return said.err


def test_bad_input_is_one_line(tmp_path, folders, capsys):
    where = tmp_path / "history.sqlite"
    assert "no store there yet" in refused(capsys, where, "list")
    assert "no such folder" in refused(capsys, where, "import", tmp_path / "nowhere")
    assert "no folder for it" in refused(capsys, tmp_path / "nowhere" / "x.sqlite", "import", folders[0])
    assert history(where, "import", folders[0]) == 0
    assert "names no cell" in refused(capsys, where, "show", "ping_pong")
    assert "not in the store" in refused(capsys, where, "show", "go/ping_pong/w1")
    assert "neither .svg nor .png" in refused(capsys, where, "show", CELL_NAME, "--chart", "x.gif")
    assert "no database URL" in refused(capsys, "nosuch://x/y", "list")


def test_a_store_of_somebody_else_or_of_another_schema_is_refused(tmp_path, capsys):
    text, foreign, newer = tmp_path / "a.sqlite", tmp_path / "b.sqlite", tmp_path / "c.sqlite"
    text.write_text("this is no database, it is a text that is long enough to be taken for one" * 20)
    for where, table in ((foreign, "create table x (y int)"), (newer, "create table gauntlet_schema (version int)")):
        connection = sqlite3.connect(where)
        connection.execute(table)
        if where is newer:
            connection.execute("insert into gauntlet_schema values (7)")
        connection.commit()
        connection.close()
    assert "not a database" in refused(capsys, text, "list")
    assert "somebody else" in refused(capsys, foreign, "list")
    assert "store schema 7" in refused(capsys, newer, "list")


def test_a_broken_folder_leaves_nothing_behind(tmp_path, folders, capsys):
    where = tmp_path / "history.sqlite"
    assert history(where, "import", folders[0]) == 0
    broken = run_folder(tmp_path, 20, 20.0)
    next(broken.glob("work_stealing/*.json")).write_text('{"context": ')
    assert "truncated or not JSON" in refused(capsys, where, "import", broken)
    assert counts(where) == [1, 2, 6]


def test_a_run_of_the_same_name_with_other_contents_is_refused(tmp_path, folders, capsys):
    where = tmp_path / "history.sqlite"
    assert history(where, "import", folders[0]) == 0
    other = run_folder(tmp_path, 1, 33.0)
    (other / "runs.jsonl").write_text((other / "runs.jsonl").read_text() + "\n")
    assert "with other contents" in refused(capsys, where, "import", other)


def test_a_folder_of_another_name_has_no_place_in_time(tmp_path, capsys):
    builder = FolderBuilder(tmp_path / "mine")
    builder.process("a", "ping_pong", {}, 1, 1, [({}, {"ns_per_op": 5})])
    assert "does not begin with the time" in refused(capsys, tmp_path / "h.sqlite", "import", builder.write())
