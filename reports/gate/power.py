# SPDX-License-Identifier: Apache-2.0
"""What a cell could have shown: the smallest slowdown that screen and confirmation would let through to a FAIL
four times in five, given the noise of its pairs.

The pairs' spread is taken by the median absolute deviation (one process in ten is an outlier here). A rank
test of n pairs is as good as a mean test of 3n/pi (its efficiency under normal noise).
"""

import math
from collections.abc import Sequence

import numpy
from scipy import stats

from reports.gate.rules import (FAMILY_ALPHA, FLOOR, LAYOUTS, LEAST, PAIRS_PER_LAYOUT, SCREEN_ALPHA, SCREEN_PAIRS,
                                 TESTS)

POWER = 0.8


def spread(differences: Sequence[float]) -> float:
    """Standard deviation of a pair's difference, robust."""
    return float(stats.median_abs_deviation(numpy.asarray(differences, dtype=float), scale="normal"))


def _reach(alpha: float, pairs: int) -> float:
    """How many standard deviations a shift must have to be found."""
    return float(stats.norm.isf(alpha) + stats.norm.ppf(POWER)) / math.sqrt(3.0 * pairs / math.pi)


def smallest_visible(differences: Sequence[float]) -> float:
    """As a share: 0.05 is a slowdown of 5 %."""
    noise = spread(differences)
    screened = noise * _reach(SCREEN_ALPHA, SCREEN_PAIRS)
    confirmed = FLOOR + noise * _reach(FAMILY_ALPHA / TESTS, LAYOUTS * PAIRS_PER_LAYOUT)
    return math.expm1(max(screened, confirmed, LEAST))
