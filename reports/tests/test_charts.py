# SPDX-License-Identifier: Apache-2.0
"""Charts: readable ticks at every range, looks that differ without colour, stills that are sound SVG."""

import xml.etree.ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports import cell, load, matrix, summary
from reports.__main__ import main
from reports.charts import palette, still
from reports.charts.ticks import ticks
from reports.tests.folder_builder import FolderBuilder
from reports.tests.golden_folder import golden_folder


@given(some.floats(min_value=0.01, max_value=1e10), some.floats(min_value=1.0, max_value=1e6))
def test_every_axis_has_two_to_seven_rising_ticks(low, ratio):
    found = ticks([low, low * ratio])
    assert 2 <= len(found) <= 7
    assert found == sorted(found)
    assert low / found[0] < max(1.06, ratio**0.03) * 1.001 or found[0] >= low


def test_no_values_have_no_ticks():
    assert ticks([]) == [] and ticks([0.0]) == []


def test_references_take_no_colour_from_the_runtimes():
    kinds = [{"lane": "a", "kind": "runtime"}, {"lane": "g", "kind": "reference"}, {"lane": "b", "kind": "runtime"}]
    looks = palette.looks(kinds)
    assert [looks[lane].number for lane in "agb"] == [0, None, 1]
    assert looks["g"].dash != looks["a"].dash


@given(some.integers(min_value=1, max_value=40))
def test_no_two_runtimes_look_the_same(number):
    looks = palette.looks([{"lane": str(n), "kind": "runtime"} for n in range(number)])
    assert len({(look.number, look.shape) for look in looks.values()}) == number
    neighbours = list(looks.values())
    assert all(a.shape != b.shape for a, b in zip(neighbours, neighbours[1:]))


@pytest.fixture(scope="module")
def stills(tmp_path_factory):
    folder = golden_folder(tmp_path_factory.mktemp("stills"))
    assert main(["charts", str(folder), "--png"]) == 0
    return folder / "charts"


def test_stills_are_sound_svg_and_png(stills):
    drawings = sorted(file.name for file in stills.glob("*.svg"))
    assert drawings == ["ping_pong.capacity=0.runs.svg", "spawn_million.mode=parked,temperature=cold.runs.svg",
                        "spawn_million.mode=parked,temperature=warm.runs.svg",
                        "wake_latency.work_ns=10000.latency.svg", "wake_latency.work_ns=10000.runs.svg", "worker_pool.pool=3.runs.svg"]
    for file in stills.glob("*.svg"):
        xml.etree.ElementTree.parse(file)
        assert "var(--" not in file.read_text() and file.with_suffix(".png").read_bytes()[:4] == b"\x89PNG"


def test_a_still_has_every_run_and_every_reason(tmp_path):
    folder = load.load(golden_folder(tmp_path))
    cells = cell.cells(folder)
    specs = still.draw(cells, matrix.lanes_of(summary.summarise(folder, cells)), 1)
    data = {part["name"]: part["values"] for part in specs["ping_pong.capacity=0.runs"]["data"]}
    assert len(data["dots"]) == 18 and {row["lane"] for row in data["spans"]} == {"alpha", "beta", "gopher"}
    assert [row["text"] for row in data["told"]] == ["n/a: delta not found"]
    assert [row["value"] for row in data["lines"]] == [20]
    waits = specs["wake_latency.work_ns=10000.latency"]
    points = next(part["values"] for part in waits["data"] if part["name"] == "points")
    assert [round(point["nines"], 3) for point in points] == [0.301, 1.0, 2.0, 3.0]
    assert next(scale["domain"] for scale in waits["scales"] if scale["name"] == "lane_colour") == ["alpha"]


def test_a_line_per_lane_is_named_in_the_file(tmp_path):
    builder = FolderBuilder(tmp_path / "run")
    for lane in ("alpha", "beta"):
        for workers in (1, 2):
            builder.process(lane, "ping_pong", {"capacity": 0}, workers, 1, [({}, {"ns_per_op": 100 / workers})])
    cells = cell.cells(load.load(builder.write()))
    spec = still.draw(cells, [{"lane": lane, "kind": "runtime"} for lane in ("alpha", "beta")], 1)["ping_pong.capacity=0.scaling"]
    drawn = still.svg(spec)
    assert all(f">{lane}</text>" in drawn for lane in ("alpha", "beta"))
