# SPDX-License-Identifier: Apache-2.0
"""The noise floor: honest about equal lanes, silent with too few runs, indifferent to the unit."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports import noise

RUNS = some.lists(some.floats(min_value=1.0, max_value=100.0), min_size=noise.FEWEST_RUNS, max_size=12)


@pytest.mark.parametrize("values", [[], [5.0], [5.0, 6.0, 5.5]])
def test_few_runs_have_no_floor(values):
    assert noise.floor(values) is None


def test_equal_runs_have_the_floor_zero():
    assert noise.floor([7.0] * 6) == 0


@given(RUNS, some.floats(min_value=0.001, max_value=1000.0))
def test_the_unit_does_not_matter(values, factor):
    assert noise.floor([value * factor for value in values]) == pytest.approx(noise.floor(values), rel=1e-6, abs=1e-9)


@given(RUNS)
def test_the_order_of_runs_does_not_matter(values):
    assert noise.floor(values[::-1]) == noise.floor(values)


def test_weather_that_all_lanes_met_is_no_noise():
    weather = {1: 1.0, 2: 2.0, 3: 1.1, 4: 1.9, 5: 1.0, 6: 1.6}
    own, *others = ({number: time * now for number, now in weather.items()} for time in (10.0, 5.0, 7.0))
    assert noise.floor(noise.without_weather(own, others)) == pytest.approx(0, abs=1e-12)
    assert noise.without_weather(own, others[:1]) == list(own.values())
    restless = own | {3: 33.0}
    assert noise.floor(noise.without_weather(restless, others)) > 0.5
    calm, restless_others = dict.fromkeys(weather, 10.0), [own, {number: 7.0 for number in weather}]
    assert noise.floor_beside(own, others) < 1e-9 and noise.floor_beside(calm, restless_others) == 0
    assert noise.floor_beside({1: 10.0}, others) is None


@pytest.mark.parametrize("runs", [6, 12])
def test_about_one_in_twenty_pairs_of_equal_lanes_differs_by_more(runs):
    dice = numpy.random.default_rng(7)
    beyond = 0
    for _ in range(400):
        floors, arms = [], []
        for _ in range(2):
            values = dice.lognormal(0.0, 0.03, runs)
            floors.append(noise.floor(values))
            arms.append(numpy.log(numpy.median(values)))
        beyond += abs(arms[0] - arms[1]) > numpy.log1p(numpy.mean(floors))
    assert 0.01 <= beyond / 400 <= 0.13  # Few runs know their spread but roughly.


def test_a_restless_lane_does_not_speak_for_the_case():
    assert noise.of_case([0.01, 0.02, 0.9, None]) == 0.02
    assert noise.of_case([None]) is None
