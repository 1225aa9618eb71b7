# SPDX-License-Identifier: Apache-2.0
"""Changes: at which run the level of a series moved, by Apache Otava's change point detection.

The algorithm is that of Hunter (Fleming et al., ICPE 2023): E-divisive means (Matteson and James 2014) over
sliding windows, a t-test for every candidate, weak candidates merged again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from otava.analysis import compute_change_points

from reports.history.series import Point, Series

MOST_CHANCE = 0.001  # Of a change found by chance.
LEAST_CHANGE = 0.02  # What is smaller is not told: relinking alone moves as much (decision 0133).
FEWEST_POINTS = 6  # Below, no test can tell a change from a restless day.
FEWEST_AT_A_LEVEL = 3  # One or two runs apart from the rest are outliers yet, no level.
_WINDOW = 50


@dataclass(frozen=True)
class Change:
    index: int  # Of the first point of the new level, among those that have a figure.
    point: Point
    before: Point  # The last one of the old level: the change is between the two commits.
    old: float
    new: float
    chance: float

    @property
    def ratio(self) -> float:
        return self.new / self.old


def indices(values: Sequence[float]) -> list[tuple[int, float, float, float]]:
    """(index, mean before, mean after, p) of every change of level."""
    if len(values) < FEWEST_POINTS:
        return []
    points, _ = compute_change_points([float(value) for value in values], _WINDOW, MOST_CHANCE, LEAST_CHANGE)
    kept, last = [], 0
    for point in points:
        if point.index - last >= FEWEST_AT_A_LEVEL and len(values) - point.index >= FEWEST_AT_A_LEVEL:
            kept.append(point)
            last = point.index
    borders = [0, *(int(point.index) for point in kept), len(values)]
    means = [fmean(values[start:end]) for start, end in zip(borders, borders[1:])]
    return [(int(point.index), before, after, float(point.stats.pvalue))
            for point, before, after in zip(kept, means, means[1:])]


def changes(series: Series) -> list[Change]:
    timed = series.timed
    return [Change(index, timed[index], timed[index - 1], old, new, chance)
            for index, old, new, chance in indices([point.median for point in timed])]
