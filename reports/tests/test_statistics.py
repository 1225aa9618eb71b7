# SPDX-License-Identifier: Apache-2.0
"""Statistics against published tables, against SciPy's own quantile test, and against their own laws."""

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from reports.statistics import median_interval, ratio_by_round, ratio_of_medians

times = some.lists(some.floats(min_value=1e-3, max_value=1e12), min_size=1, max_size=60)


# Ranks of the two-sided 95 % interval of the median, as in tables of the sign test.
@pytest.mark.parametrize("runs, rank", [
    (6, 1), (7, 1), (8, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (25, 8), (30, 10), (50, 18)])
def test_ranks_are_those_of_the_sign_test(runs, rank):
    interval = median_interval(range(1, runs + 1))
    assert (interval.low, interval.high) == (rank, runs + 1 - rank)
    outside = sum(math.comb(runs, below) for below in range(rank))
    assert interval.confidence == pytest.approx(1 - 2 * outside / 2**runs, abs=1e-12)


@pytest.mark.parametrize("runs, coverage", [(1, 0.0), (2, 0.5), (3, 0.75), (4, 0.875), (5, 0.9375)])
def test_fewer_than_six_runs_give_the_range_and_say_its_coverage(runs, coverage):
    interval = median_interval(range(1, runs + 1))
    assert (interval.low, interval.high, interval.confidence) == (1, runs, coverage)


@pytest.mark.parametrize("runs", [6, 11, 40, 301])
def test_the_interval_is_that_of_scipys_quantile_test(runs):
    values = numpy.random.default_rng(runs).lognormal(size=runs)
    theirs = stats.quantile_test(values, q=0, p=0.5).confidence_interval(0.95)
    ours = median_interval(values)
    assert (ours.low, ours.high) == (theirs.low, theirs.high)


def test_no_runs_have_no_median():
    with pytest.raises(ValueError):
        median_interval([])


@given(times)
def test_low_median_and_high_are_in_order(values):
    interval = median_interval(values)
    assert min(values) <= interval.low <= interval.median <= interval.high <= max(values)
    assert 0 <= interval.confidence < 1
    assert len(values) < 6 or interval.confidence >= 0.95


@given(times, some.randoms())
def test_order_of_runs_means_nothing(values, dice):
    shuffled = values[:]
    dice.shuffle(shuffled)
    assert median_interval(shuffled) == median_interval(values)


def test_coverage_is_what_it_says():
    dice = numpy.random.default_rng(3)
    intervals = [median_interval(row) for row in dice.exponential(size=(4000, 9))]
    hit = numpy.mean([i.low <= numpy.log(2) <= i.high for i in intervals])
    assert hit == pytest.approx(0.9609375, abs=0.01)


def test_a_ratio_of_constants_is_exact():
    ratio = ratio_of_medians([20.0] * 6, [10.0] * 6)
    assert (ratio.value, ratio.low, ratio.high, ratio.tie) == (2, 2, 2, False)


def test_equal_data_are_a_tie():
    assert ratio_of_medians([9, 10, 11, 10, 9.5, 10.5], [9, 10, 11, 10, 9.5, 10.5]).tie is True


def test_weather_that_both_met_does_not_blur_their_ratio():
    weather = [1.0, 2.0, 1.1, 1.9, 1.0, 1.6, 2.0, 1.2]
    slow = {number: 10.5 * now for number, now in enumerate(weather)}
    fast = {number: 10.0 * now for number, now in enumerate(weather)}
    together = ratio_by_round(slow, fast)
    assert (together.low, together.high) == pytest.approx((1.05, 1.05)) and together.tie is False
    assert ratio_of_medians(list(slow.values()), list(fast.values())).tie is True


def test_rounds_that_only_one_of_them_has_say_nothing():
    fast = dict.fromkeys(range(1, 5), 10.0)
    assert ratio_by_round(dict.fromkeys(range(1, 3), 11.0), fast | {3: 99.0, 4: 99.0}).value == pytest.approx(1.1)
    assert ratio_by_round({1: 11.0}, fast) == ratio_of_medians([11.0], [10.0] * 4)


def test_one_run_claims_nothing():
    ratio = ratio_of_medians([20], [10, 11, 12])
    assert (ratio.value, ratio.low, ratio.high, ratio.tie) == (20 / 11, None, None, None)


def test_the_bootstrap_is_repeatable_and_free_of_units():
    slow, fast = [21.0, 22.0, 20.0, 23.0, 19.5, 24.0], [10.0, 11.0, 9.0, 10.5, 9.5, 12.0]
    first = ratio_of_medians(slow, fast)
    assert first == ratio_of_medians(slow, fast)
    scaled = ratio_of_medians([1024 * value for value in slow], [1024 * value for value in fast])
    assert (scaled.low, scaled.high) == pytest.approx((first.low, first.high), rel=1e-12)
    assert first.low <= first.value <= first.high
