# SPDX-License-Identifier: Apache-2.0
"""The rules in numbers; every one of them is printed in the verdict. Why these: reports/gate.md."""

import math
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class CounterRule:
    """A counter fails above either bound; two runs of one build further apart than `agree_*` are no measure."""

    name: str
    unit: str
    fail_share: float | None
    fail_amount: float | None
    agree_share: float
    agree_amount: float


COUNTERS = {
    rule.name: rule
    for rule in (
        CounterRule("instructions", "instructions/op", 0.005, None, 0.001, 0.0),
        CounterRule("allocations", "allocations/op", None, 0.0001, 0.0, 0.0001),
        CounterRule("system_calls", "system calls/op", None, 0.002, 0.0, 0.002),
        CounterRule("bytes_per_goroutine", "B/goroutine", 0.01, 15.0, 0.0025, 4.0),
    )
}
COUNTER_RUNS = 2

SCREEN_PAIRS = 10
SCREEN_ALPHA = 0.055  # of each test and direction; eight of ten signs are 0.0547
SITTINGS = 2
LAYOUTS = 4  # per sitting, other ones in each
PAIRS_PER_LAYOUT = 6
GUARD_PAIRS_PER_LAYOUT = 4
FLOOR = math.log(1.02)  # both sittings must reject "at most this"
LEAST = math.log(1.03)  # and the estimate is at least this
TESTS = 2  # of each sitting, of which the better one counts
FAMILY_ALPHA = 0.01  # over all that are confirmed, after Holm
GUARD = math.log(1.02)  # the geometric mean of a lane
GUARD_LEAST_CELLS = 2

# The smallest slowdown that a cell must be able to show, or its pass says nothing.
SMALLEST_EFFECT = {"one worker": 0.10, "more workers": 0.20}


def class_of(workers: int) -> str:
    return "one worker" if workers == 1 else "more workers"


def told() -> dict:
    """All of the above, for the verdict."""
    return {
        "counters": {name: {key: value for key, value in asdict(rule).items() if key != "name"}
                     for name, rule in COUNTERS.items()},
        "screen": {"pairs": SCREEN_PAIRS, "alpha": SCREEN_ALPHA},
        "confirm": {"sittings": SITTINGS, "layouts": LAYOUTS, "pairs_per_layout": PAIRS_PER_LAYOUT,
                    "tests": TESTS, "floor": 0.02, "least": 0.03, "family_alpha": FAMILY_ALPHA},
        "guard": {"geomean": 0.02, "pairs_per_layout": GUARD_PAIRS_PER_LAYOUT, "least_cells": GUARD_LEAST_CELLS},
        "smallest_effect": SMALLEST_EFFECT,
    }
