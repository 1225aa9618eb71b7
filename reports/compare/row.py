# SPDX-License-Identifier: Apache-2.0
"""A row of a comparison: one cell on both sides.

Paired where both figures come from the same round of the same run (they met the same hour of the machine):
the ratio is then Hodges and Lehmann's with its exact interval. Else the two sides are samples of their own:
the ratio is that of the medians with a bootstrap interval, the p-value Mann and Whitney's.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy
from scipy import stats

from reports import signed_rank
from reports.statistics import CONFIDENCE, ratio_of_medians


@dataclass(frozen=True)
class Row:
    cell: str
    before: float | None  # medians, ns per op
    after: float | None
    ratio: float | None  # after / before
    low: float | None
    high: float | None
    confidence: float | None
    p: float | None
    runs: tuple[int, int]
    paired: bool
    note: str | None  # why there is no ratio, or what weakens it

    @property
    def tie(self) -> bool | None:
        """Whether the data cannot tell the two apart; None when they cannot even say that."""
        if self.low is None or self.high is None or self.confidence is None or self.confidence < CONFIDENCE - 1e-9:
            return None
        return self.low <= 1.0 <= self.high

    @property
    def verdict(self) -> str:
        if self.ratio is None:
            return "-"
        if self.tie is None:
            return "?"
        return "~" if self.tie else "slower" if self.ratio > 1 else "faster"


def untold(cell: str, note: str) -> Row:
    return Row(cell, None, None, None, None, None, None, None, (0, 0), False, note)


def paired(cell: str, before: Sequence[float], after: Sequence[float], logs: Sequence[float]) -> Row:
    """`logs` are the pairs' own ln(after / before)."""
    found = signed_rank.estimate(logs)
    p = min(1.0, 2.0 * min(signed_rank.p_greater(logs), signed_rank.p_greater([-log for log in logs])))
    note = None if found.confidence >= CONFIDENCE - 1e-9 else f"{len(logs)} pairs cannot have a 95 % interval"
    return Row(cell, _median(before), _median(after), math.exp(found.value), math.exp(found.low), math.exp(found.high),
               found.confidence, p, (len(logs), len(logs)), True, note)


def unpaired(cell: str, before: Sequence[float], after: Sequence[float]) -> Row:
    found = ratio_of_medians(after, before)
    p = float(stats.mannwhitneyu(after, before).pvalue) if min(len(before), len(after)) > 1 else None
    note = None if found.low is not None else "one run on a side says nothing of its spread"
    return Row(cell, _median(before), _median(after), found.value, found.low, found.high,
               CONFIDENCE if found.low is not None else None, p, (len(before), len(after)), False, note)


def of_rounds(cell: str, before: Mapping[int, float], after: Mapping[int, float], same_run: bool) -> Row:
    """Paired when both sides are of one run and share rounds."""
    shared = sorted(set(before) & set(after))
    if same_run and shared:
        sides = [[side[number] for number in shared] for side in (before, after)]
        return paired(cell, *sides, [math.log(b / a) for a, b in zip(*sides)])
    return unpaired(cell, list(before.values()), list(after.values()))


def geometric_mean(rows: Sequence[Row]) -> float | None:
    """Over the cells that both sides have."""
    ratios = [row.ratio for row in rows if row.ratio is not None]
    return float(math.exp(sum(map(math.log, ratios)) / len(ratios))) if ratios else None


def _median(values: Sequence[float]) -> float:
    return float(numpy.median(values))
