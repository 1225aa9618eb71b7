# SPDX-License-Identifier: Apache-2.0
"""False alarms and power of the whole rule, from data whose truth is known. Few suites, for every test run;
`./run_all.sh gate selftest` collects the same with real processes."""

import random

from reports.gate import verdict
from reports.tests.gate_data import GateData

LAYOUT, SITTING = 0.015, 0.005


def outcomes(seeds, ratio, noise, cells=1, layout=LAYOUT, sitting=SITTING):
    found = []
    for seed in seeds:
        data = GateData(seed)
        for number in range(cells):
            data.cell(f"lane{number % 4}/ping_pong/capacity={number}/w1", ratio, noise, layout, sitting, counters=False)
        found.append(verdict.judge(data.whole(), [], False)["overall"])
    return found


def test_sixty_suites_of_thirty_equal_cells_raise_no_alarm():
    """Each cell has the bias of its build and of its sitting. 60 of 60 right is at least 95 % (with 95 % confidence)."""
    assert outcomes(range(60), 1.0, 0.03, cells=30).count("FAIL") == 0


def test_a_slowdown_of_ten_percent_under_much_noise_is_caught():
    assert outcomes(range(100, 140), 1.10, 0.03).count("FAIL") >= 38


def test_a_slowdown_of_five_percent_on_a_quiet_cell_is_caught():
    assert outcomes(range(200, 240), 1.05, 0.015, layout=0.005, sitting=0.0).count("FAIL") >= 36


def test_a_speed_up_is_never_taken_for_a_slowdown():
    assert outcomes(range(300, 320), 0.9, 0.03).count("FAIL") == 0


def test_one_build_pair_alone_would_cry_wolf():
    """Why relinking: the same rule, blind to layouts, over a constant bias of one build per cell."""
    alarms = 0
    for seed in range(8):
        chance, data = random.Random(seed), GateData(seed)
        for number in range(60):
            data.cell(f"lane/ping_pong/capacity={number}/w1", 1 + abs(chance.gauss(0, 0.03)), 0.01, counters=False)
        alarms += verdict.judge(data.whole(), [], False)["overall"] == "FAIL"
    assert alarms == 8
