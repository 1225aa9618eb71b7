# SPDX-License-Identifier: Apache-2.0
"""The calibration of injected slowdowns, where the processor hides some of the steps."""

import pytest

from harness.drive.gate import canary


def hidden(steps: int) -> float:
    """The first forty cost next to nothing, each further one 1 %."""
    return 0.0002 * steps + max(0, steps - 40) * 0.01


@pytest.mark.parametrize("share", [0.05, 0.10, 0.15, 0.20])
def test_the_effect_is_what_was_wanted_although_steps_are_hidden(share: float) -> None:
    assert hidden(canary.closest(hidden, share, 128)) == pytest.approx(share, rel=0.1)


def test_a_straight_line_is_found_as_well() -> None:
    assert canary.closest(lambda steps: steps / 100, 0.2, 64) in range(18, 23)


def test_the_nearest_is_taken_where_none_is_near() -> None:
    assert canary.closest(lambda steps: 0.5 * steps, 0.2, 16) == 1
