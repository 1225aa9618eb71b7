# SPDX-License-Identifier: Apache-2.0
"""The calibration of injected slowdowns: by a large effect, of which a share is taken."""

import random
import statistics
from collections.abc import Callable

import pytest

from harness.drive.gate import canary

SHARES = [0.05, 0.10, 0.15, 0.20]


def cost(steps: int) -> float:
    """An op takes 20 ns and wakes twice, a step takes 2 ns; the first twenty of each piece are hidden."""
    return max(0, steps - 20) * 2 * 2 / 1024 / 20


def measured(noise: float, seed: int) -> Callable[[int, int], float]:
    chance = random.Random(seed)

    def effect(steps: int, runs: int) -> float:
        without, with_steps = ([time * chance.lognormvariate(0, noise) for _ in range(runs)]
                               for time in (1, 1 + cost(steps)))
        return statistics.median(with_steps) / statistics.median(without) - 1

    return effect


@pytest.mark.parametrize("share", SHARES)
def test_the_effect_is_what_was_wanted_although_steps_are_hidden(share: float) -> None:
    assert cost(canary.calibrated(measured(0, 0), share)) == pytest.approx(share, rel=0.1)


@pytest.mark.parametrize("share", SHARES)
def test_noise_of_a_tenth_moves_the_effect_by_less_than_a_half(share: float) -> None:
    for seed in range(100):
        assert cost(canary.calibrated(measured(0.1, seed), share)) == pytest.approx(share, rel=0.5)


def test_where_steps_cost_nothing_there_is_no_number() -> None:
    assert canary.calibrated(lambda steps, runs: 0.01, 0.1) is None
