# SPDX-License-Identifier: Apache-2.0
"""Statistics of a cell: the median with its exact interval, and the ratio of two medians.

The interval is that of the order statistics (Thompson 1936): the number of runs below the true median is
binomial(n, 1/2), so [k-th smallest, k-th largest] covers it with probability 1 - 2 P(X < k), whatever the
distribution. Six runs are the fewest that reach 95 %; with fewer we give [min, max] and the coverage
that it has. The ratio's interval is a percentile bootstrap with a fixed seed: same data, same bytes. Lanes of one round
took turns and met the same machine, so the rounds are drawn, and both lanes' runs of a round together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy
from scipy import stats

CONFIDENCE = 0.95
BOOTSTRAP_SEED = 20250101
BOOTSTRAP_RESAMPLES = 9999


@dataclass(frozen=True)
class Interval:
    median: float
    low: float
    high: float
    runs: int
    confidence: float  # Achieved, not asked for.


@dataclass(frozen=True)
class Ratio:
    """Ratio of two medians. No interval when a side has only one run."""

    value: float
    low: float | None
    high: float | None

    @property
    def tie(self) -> bool | None:
        """Whether the data cannot tell the two apart; None when one run each says nothing on it."""
        if self.low is None or self.high is None:
            return None
        return self.low <= 1.0 <= self.high


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The narrowest order-statistic interval with at least `confidence`, else [min, max]."""
    runs = len(values)
    if runs == 0:
        raise ValueError("no runs, no median")
    ordered = sorted(float(value) for value in values)
    # ppf is the smallest k with P(X <= k) >= tail, so P(X < k) < tail: the k-th from each end will do.
    cut = int(stats.binom.ppf((1.0 - confidence) / 2.0, runs, 0.5)) or 1  # 1: [min, max] is all there is.
    coverage = 1.0 - 2.0 * float(stats.binom.cdf(cut - 1, runs, 0.5))
    median = float(numpy.median(ordered))
    return Interval(median, ordered[cut - 1], ordered[runs - cut], runs, coverage)


def ratio_by_round(values: Mapping[int, float], best: Mapping[int, float]) -> Ratio:
    """Of the rounds that both have: a lane that lost its later rounds is not compared with another hour's. Of all runs where
    they share fewer than two."""
    shared = sorted(values.keys() & best.keys())
    if len(shared) < 2:
        return ratio_of_medians(list(values.values()), list(best.values()))
    return ratio_of_medians([values[number] for number in shared], [best[number] for number in shared], paired=True)


def ratio_of_medians(values: Sequence[float], best: Sequence[float], paired: bool = False) -> Ratio:
    """median(values) / median(best), with a bootstrap interval when both have two runs or more."""
    value = float(numpy.median(values) / numpy.median(best))
    if len(values) < 2 or len(best) < 2:
        return Ratio(value, None, None)

    def ratio(a: numpy.ndarray, b: numpy.ndarray, axis: int = -1) -> numpy.ndarray:
        return numpy.median(a, axis=axis) / numpy.median(b, axis=axis)

    interval = stats.bootstrap(
        (numpy.asarray(values, dtype=float), numpy.asarray(best, dtype=float)),
        ratio, n_resamples=BOOTSTRAP_RESAMPLES, confidence_level=CONFIDENCE, vectorized=True,
        paired=paired, method="percentile", rng=numpy.random.default_rng(BOOTSTRAP_SEED),
    ).confidence_interval
    return Ratio(value, float(interval.low), float(interval.high))
