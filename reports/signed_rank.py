# SPDX-License-Identifier: Apache-2.0
"""Wilcoxon's signed ranks: the exact p-value, Hodges and Lehmann's estimate and its exact interval.

SciPy's own exact test refuses zeros and ties and has no interval. Ties are broken here against the claim
(a zero counts as no evidence, of two equal sizes the positive one gets the lower rank), so that the exact null
distribution applies and the p-value can only be too large. Without ties all of it equals SciPy (see tests).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """Of the centre of symmetric differences."""

    value: float
    low: float
    high: float
    pairs: int
    confidence: float  # Achieved: fewer than six pairs cannot have 95 %.


@lru_cache(maxsize=None)
def upper_tail(count: int) -> numpy.ndarray:
    """P(W >= w) for w = 0, 1, ...: each rank's sign is a fair coin. Whole numbers below 2^53, so exact."""
    ways = numpy.ones(1)
    for rank in range(1, count + 1):
        longer = numpy.zeros(len(ways) + rank)
        longer[: len(ways)] += ways
        longer[rank:] += ways
        ways = longer
    return numpy.cumsum(ways[::-1])[::-1] / 2.0**count


def rank_sum(differences: Sequence[float]) -> int:
    """Sum of the ranks of the positive differences, ties broken against them."""
    ordered = sorted(differences, key=lambda value: (abs(value), value <= 0))
    return sum(rank for rank, value in enumerate(ordered, 1) if value > 0)


def p_greater(differences: Sequence[float]) -> float:
    """Exact one-sided p-value of "their centre is above 0"; 1 when there are none."""
    if len(differences) == 0:
        return 1.0
    return float(upper_tail(len(differences))[rank_sum(differences)])


def walsh_averages(differences: Sequence[float]) -> numpy.ndarray:
    values = numpy.asarray(differences, dtype=float)
    first, second = numpy.triu_indices(len(values))
    return numpy.sort((values[first] + values[second]) / 2.0)


def estimate(differences: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """The median of all pairwise means, and the interval that the signed-rank test does not reject."""
    if len(differences) == 0:
        raise ValueError("no pairs, no estimate")
    averages = walsh_averages(differences)
    count = len(differences)
    # By symmetry P(W <= k) is P(W >= most - k): cut off as many averages at each end as the level allows.
    lower_tail = upper_tail(count)[::-1]
    cut = int(numpy.searchsorted(lower_tail, (1.0 - confidence) / 2.0, side="right"))
    cut = max(cut, 1)
    coverage = 1.0 - 2.0 * float(lower_tail[cut - 1])
    return Estimate(float(numpy.median(averages)), float(averages[cut - 1]), float(averages[-cut]), count, coverage)
