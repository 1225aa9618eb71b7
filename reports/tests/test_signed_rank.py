# SPDX-License-Identifier: Apache-2.0
"""Signed ranks: pinned against SciPy where SciPy has them, against their definition where it has not."""

import itertools
import random

import numpy
import pytest
from hypothesis import given, strategies
from scipy import stats

from reports import signed_rank

VALUES = strategies.lists(strategies.floats(-5, 5, allow_nan=False).filter(lambda v: abs(v) > 1e-9), min_size=1,
                          max_size=30, unique_by=abs)


@given(VALUES)
def test_p_is_that_of_scipy(values):
    wanted = stats.wilcoxon(values, alternative="greater", method="exact").pvalue
    assert signed_rank.p_greater(values) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("count", range(1, 13))
def test_the_null_distribution_is_that_of_fair_coins(count):
    sums = [sum(r for r, up in enumerate(signs, 1) if up) for signs in itertools.product((0, 1), repeat=count)]
    tail = signed_rank.upper_tail(count)
    for least in range(len(tail)):
        assert tail[least] == pytest.approx(sum(s >= least for s in sums) / 2**count, abs=1e-12)


@given(strategies.lists(strategies.integers(-3, 3), min_size=1, max_size=12))
def test_ties_and_zeros_only_make_p_larger(values):
    """However the ties were broken by a hair, p would not be larger."""
    chance = random.Random(1)
    nudged = [value + chance.uniform(-1e-6, 1e-6) for value in values]
    assert signed_rank.p_greater(values) >= signed_rank.p_greater(nudged) - 1e-12


def test_zeros_are_no_evidence_and_nothing_is_none():
    assert signed_rank.p_greater([0.0] * 10) == 1.0
    assert signed_rank.p_greater([]) == 1.0


@given(VALUES)
def test_the_estimate_is_the_median_of_the_pairwise_means(values):
    wanted = numpy.median([(a + b) / 2 for a, b in itertools.combinations_with_replacement(values, 2)])
    assert signed_rank.estimate(values).value == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@given(VALUES)
def test_the_interval_holds_what_the_test_does_not_reject(values):
    found = signed_rank.estimate(values)
    assert found.low <= found.value <= found.high
    if found.confidence < signed_rank.CONFIDENCE:
        assert len(values) < 6
        return
    for bound, sign in ((found.low, 1), (found.high, -1)):
        inside = [sign * (value - bound) - 1e-9 for value in values]
        outside = [sign * (value - bound) + 1e-9 for value in values]
        assert signed_rank.p_greater(inside) > 0.025
        # A hair outside of the interval the two-sided test at 5 % rejects, or the bound is the last value there is.
        assert signed_rank.p_greater(outside) <= 0.025 or found.confidence > 0.95


@given(VALUES)
def test_the_estimate_mirrors(values):
    one, other = signed_rank.estimate(values), signed_rank.estimate([-value for value in values])
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low), abs=1e-12)


@pytest.mark.parametrize("count, coverage", [(5, 1 - 2 / 32), (6, 1 - 2 / 64), (10, 0.951171875)])
def test_the_interval_says_its_coverage(count, coverage):
    assert signed_rank.estimate(list(range(1, count + 1))).confidence == pytest.approx(coverage, abs=1e-12)


def test_no_pairs_have_no_estimate():
    with pytest.raises(ValueError, match="no pairs"):
        signed_rank.estimate([])
