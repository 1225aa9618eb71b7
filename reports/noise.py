# SPDX-License-Identifier: Apache-2.0
"""The noise floor: how large a difference between two equal lanes this machine shows by itself.

For one cell the runs of a lane are drawn twice with replacement, as if they were two lanes (A/A), and the
ratio of the two medians is taken; 95 % of such ratios stay below the floor. Drawing from n runs knows too
little spread by the factor sqrt((n - 1) / n), which is given back. Below the floor a difference means nothing.

Lanes of a round take turns, so what a round is slower on all others is weather that a difference does not see: it is
taken away first.
"""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy

FEWEST_RUNS = 4  # Three runs have but ten medians to draw from.
_FEWEST_OTHERS = 2
_DRAWS = 4000
_SEED = 20250102


def without_weather(own: Mapping[int, float], others: Sequence[Mapping[int, float]]) -> list[float]:
    """The runs by round, less what the median of the other lanes was off in that round; as they are where fewer than two
    others had it, because one alone is no weather."""
    middles = [numpy.median(list(other.values())) for other in others]
    calm = []
    for number, value in own.items():
        seen = [other[number] / middle for other, middle in zip(others, middles) if number in other]
        calm.append(value / (float(numpy.median(seen)) if len(seen) >= _FEWEST_OTHERS else 1.0))
    return calm


def floor_beside(own: Mapping[int, float], others: Sequence[Mapping[int, float]]) -> float | None:
    """The floor of a lane among others; with the weather taken away where there was some: else that only adds their noise."""
    known = [found for found in (floor(list(own.values())), floor(without_weather(own, others))) if found is not None]
    return min(known, default=None)


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
