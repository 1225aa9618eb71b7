# SPDX-License-Identifier: Apache-2.0
"""Screen, Holm and power: each against its definition."""

import itertools
import math

import pytest
from hypothesis import given, settings, strategies
from scipy import stats

from reports import signed_rank
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
    assert screen.undecided([0.18] * 5 + [-0.5, -0.6]) and not screen.undecided([0.18] * 5 + [-0.5, -0.6, -0.4])


def test_every_pattern_of_signs_is_flagged_as_scipy_says():
    """All 1,024: ten sizes, every choice of signs."""
    for signs in itertools.product((1, -1), repeat=rules.SCREEN_PAIRS):
        values = [sign * size for size, sign in enumerate(signs, 1)]
        slower, faster = (scipy_flags(values, side) for side in ("greater", "less"))
        assert not (slower and faster) and screen.flag(values) == (1 if slower else -1 if faster else 0)


def scipy_flags(values: list[int], side: str) -> bool:
    ranks = stats.wilcoxon(values, alternative=side, method="exact").pvalue
    signs = stats.binomtest(sum(value > 0 for value in values), len(values), alternative=side).pvalue
    return min(ranks, signs) <= rules.SCREEN_ALPHA


def test_two_wild_pairs_of_ten_do_not_hide_a_slowdown():
    assert screen.flag([0.18] * 8 + [-0.5, -0.6]) == 1
    assert screen.flag([0.18] * 7 + [-0.5, -0.6, -0.4]) == 0


def test_four_wild_pairs_of_a_sitting_do_not_hide_a_slowdown():
    """20 of 24 signs: C(24,0) + ... + C(24,4) = 12,951 of 2^24, doubled."""
    values = [0.18 + 0.001 * number for number in range(20)] + [-0.5, -0.6, -0.4, -0.45]
    assert confirm.confirm({1: values, 2: values}, 1).p == pytest.approx(2 * 12951 / 2**24)
    assert signed_rank.p_greater(values) > 0.01


def test_quiet_pairs_are_judged_by_their_ranks_and_charged_for_both_tests():
    values = [-0.001, -0.002, -0.003, -0.004] + [0.05 + 0.001 * number for number in range(20)]
    assert confirm.confirm({1: values, 2: values}, 1, floor=0.0).p == pytest.approx(
        2 * stats.wilcoxon(values, alternative="greater", method="exact").pvalue)
    assert confirm.confirm({1: [-value for value in values]}, 1).p == 1.0


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
