# SPDX-License-Identifier: Apache-2.0
"""Screen, Holm and power: each against its definition."""

import itertools
import math

import pytest
from hypothesis import given, settings, strategies
from scipy import stats

from reports.gate import confirm, power, rules, screen

DIFFERENCES = strategies.lists(strategies.floats(-0.1, 0.1, allow_nan=False), min_size=1, max_size=9)


@given(DIFFERENCES, strategies.data())
@settings(max_examples=60)
def test_a_screen_that_stops_early_could_not_have_flagged(differences, data):
    if screen.undecided(differences):
        return
    missing = rules.SCREEN_PAIRS - len(differences)
    rest = data.draw(strategies.lists(strategies.floats(-9, 9, allow_nan=False), min_size=missing, max_size=missing))
    for tail in (rest, [9.0 + n for n in range(missing)], [-9.0 - n for n in range(missing)]):
        assert screen.flag([*differences, *tail]) == 0


def test_a_screen_goes_on_while_either_side_may_win():
    assert screen.undecided([]) and screen.undecided([0.01] * 9) and screen.undecided([-0.01] * 9)
    assert not screen.undecided([0.01] * 10)


def test_every_pattern_of_signs_is_flagged_as_scipy_says():
    """All 1,024: ten sizes, every choice of signs."""
    for signs in itertools.product((1, -1), repeat=rules.SCREEN_PAIRS):
        values = [sign * size for size, sign in enumerate(signs, 1)]
        slower = stats.wilcoxon(values, alternative="greater", method="exact").pvalue <= rules.SCREEN_ALPHA
        faster = stats.wilcoxon(values, alternative="less", method="exact").pvalue <= rules.SCREEN_ALPHA
        assert screen.flag(values) == (1 if slower else -1 if faster else 0)


def test_an_early_stop_flags_nothing():
    assert screen.flag([0.1] * 9) == 0


@pytest.mark.parametrize("p_values, standing", [
    ({"a": 0.004, "b": 0.0051}, "ab"), ({"a": 0.0051, "b": 0.0052}, ""), ({"a": 0.004, "b": 0.011}, "a"),
    ({"a": 0.01}, "a"), ({"a": 0.0101}, ""), ({}, ""), ({"a": 0.006, "b": 0.006}, ""),
])
def test_holm(p_values, standing):
    assert confirm.holm(p_values) == set(standing)


@given(strategies.dictionaries(strategies.integers(), strategies.floats(0, 0.05), max_size=8))
def test_holm_stands_where_its_adjusted_p_does(p_values):
    """Holm's adjusted p: the running maximum of (m - k) p over the ordered p-values."""
    adjusted, highest = {}, 0.0
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    for place, (key, p) in enumerate(ordered):
        highest = max(highest, (len(ordered) - place) * p)
        adjusted[key] = highest
    wanted = {key for key, p in adjusted.items() if p <= rules.FAMILY_ALPHA}
    assert confirm.holm(p_values) ^ wanted <= {key for key, p in adjusted.items() if abs(p - rules.FAMILY_ALPHA) < 1e-12}


def test_spread_is_that_of_normal_noise_and_ignores_outliers():
    values = stats.norm.ppf([(n + 0.5) / 1000 for n in range(1000)], scale=0.02)
    assert power.spread(values) == pytest.approx(0.02, rel=0.01)
    assert power.spread([*values, 9.0, 9.0]) == pytest.approx(0.02, rel=0.02)


def test_more_noise_makes_less_visible_and_quiet_cells_see_the_least_that_matters():
    seen = [power.smallest_visible([noise * sign for sign in (1, -1, 1, -1, 1, -1)]) for noise in (0, 0.01, 0.05, 0.2)]
    assert seen == sorted(seen) and seen[0] == pytest.approx(math.expm1(rules.LEAST)) and seen[-1] > 0.15
