# SPDX-License-Identifier: Apache-2.0
"""A page of 30 cases, 10 lanes, 3 numbers of workers and 6 rounds: below three megabytes, all of it there."""

import itertools
import random
import re
from pathlib import Path

import pytest

from reports import cell, noise, render, statistics, summary
from reports.journal import Plan, Process
from reports.load import Observation, ResultFolder
from reports.params import from_mapping

LANES = ["work_stealing", "os_threads", "coro", "boost_fiber", "boost_fiber+portable", "tbb", "tbb_coro", "asio", "go",
         "tokio"]
CASES = [(f"workload_{number:02}", {"capacity": capacity, "mode": "parked"})
         for number, capacity in itertools.product(range(10), (0, 1, 128))]
COUNTS = ("ops", "passes", "peak_rss_bytes", "minor_faults", "major_faults", "voluntary_switches",
          "involuntary_switches")
SOME_COUNT = ("share_min", "share_max", "starved")  # Of every fifth workload, as latencies are; memory of every tenth.
LATENCIES = ("latency_p50_ns", "latency_p90_ns", "latency_p99_ns", "latency_p99_9_ns")


def figures(number: int, dice: random.Random) -> dict[str, float]:
    found = {name: dice.lognormvariate(5, 1) for name in ("ns_per_op", "cpu_ns_per_op")}
    found |= {name: float(dice.randrange(10**5)) for name in COUNTS}
    if number % 5 == 0:
        found |= {name: float(dice.randrange(10**6)) for name in SOME_COUNT}
        found |= {name: dice.lognormvariate(9, 1) for name in LATENCIES}
    if number % 10 == 0:
        found["bytes_per_goroutine"] = dice.lognormvariate(8, 1)
    return found


def large_folder() -> ResultFolder:
    dice = random.Random(3)
    folder = ResultFolder(Path("20270101T000000Z_lab_0123456"), Plan(lanes=[
        {"lane": lane, "kind": "reference" if lane in ("go", "tokio") else "runtime"} for lane in LANES]), [])
    for round_, (workload, params), lane, workers in itertools.product(range(1, 7), CASES, LANES, (1, 2, 4)):
        process = Process(lane, workload, from_mapping(params), workers, round_, round_, dice.randrange(2**31), "f", "ok",
                          None, 0.4, None, "op")
        folder.processes.append(process)
        folder.observations.append(Observation(process, process.params, figures(int(workload[-2:]), dice), None))
    return folder


@pytest.fixture(scope="module")
def page():
    with pytest.MonkeyPatch.context() as patch:  # The page's size does not depend on how often was drawn.
        patch.setattr(statistics, "BOOTSTRAP_RESAMPLES", 50)
        patch.setattr(noise, "_DRAWS", 50)
        folder = large_folder()
        cells = cell.cells(folder)
        return render.html(summary.summarise(folder, cells), cells, folder)


def test_the_largest_page_stays_below_three_megabytes(page):
    size = len(page.encode())
    assert 2_000_000 < size < 3_000_000, f"{size:,} bytes"


def test_the_largest_page_has_every_cell(page):
    assert len(re.findall(r'<td[^>]* class="fig ', page)) == len(LANES) * len(CASES) * 3
    assert page.count('data-chart="runs"') == len(CASES) and page.count('data-chart="latency"') == 6
