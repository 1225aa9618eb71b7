# SPDX-License-Identifier: Apache-2.0
"""The sign test equals SciPy's binomial test, and a zero is no evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from reports import sign_test


@given(some.lists(some.floats(-1, 1, allow_nan=False).filter(bool), min_size=1, max_size=48))
def test_p_is_that_of_scipy(differences):
    above = sum(value > 0 for value in differences)
    wanted = stats.binomtest(above, len(differences), alternative="greater").pvalue
    assert sign_test.p_greater(differences) == pytest.approx(wanted, abs=1e-12)


def test_zeros_are_against_it_and_nothing_is_no_evidence():
    assert sign_test.p_greater([0.0, 1.0]) == sign_test.p_greater([-1.0, 1.0]) == 0.75
    assert sign_test.p_greater([]) == 1.0
