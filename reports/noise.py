# SPDX-License-Identifier: Apache-2.0
"""The noise floor: how large a difference between two equal lanes this machine shows by itself.

For one cell the runs of a lane are drawn twice with replacement, as if they were two lanes (A/A), and the
ratio of the two medians is taken; 95 % of such ratios stay below the floor. Drawing from n runs knows too
little spread by the factor sqrt((n - 1) / n), which is given back. Below the floor a difference means nothing.
"""

from collections.abc import Sequence
from math import sqrt

import numpy

FEWEST_RUNS = 4  # Three runs have but ten medians to draw from.
_DRAWS = 4000
_SEED = 20250102


def floor(values: Sequence[float]) -> float | None:
    """As a share (0.02 is 2 %), of medians of as many runs as given; None with too few of them."""
    runs = len(values)
    if runs < FEWEST_RUNS:
        return None
    logs = numpy.log(numpy.sort(numpy.asarray(values, dtype=float)))  # Sorted: the order of runs says nothing.
    dice = numpy.random.default_rng(_SEED)
    arms = numpy.median(dice.choice(logs, size=(2, _DRAWS, runs)), axis=2)
    spread = float(numpy.quantile(numpy.abs(arms[0] - arms[1]), 0.95)) * sqrt(runs / (runs - 1))
    return float(numpy.expm1(spread))


def of_case(floors: Sequence[float | None]) -> float | None:
    """The floor of a case: the median over its lanes, so that one restless lane does not speak for all."""
    known = [one for one in floors if one is not None]
    return float(numpy.median(known)) if known else None
