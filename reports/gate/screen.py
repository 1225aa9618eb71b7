# SPDX-License-Identifier: Apache-2.0
"""Tier 2, first look: ten pairs, exact one-sided signed ranks and signs in both directions; either flags.

It only says where to look again, so it rather asks too often. Stops early only towards a pass: as soon as neither
direction can reach the level by either test any more, whatever the pairs to come say. What speaks against a claim can
only grow, so the look at the pairs so far decides.
"""

from collections.abc import Callable, Sequence

from reports import sign_test, signed_rank
from reports.gate.rules import SCREEN_ALPHA, SCREEN_PAIRS


def ranks_against(differences: Sequence[float]) -> int:
    """The rank sum of what speaks against "slower", at its least."""
    count = len(differences)
    return count * (count + 1) // 2 - signed_rank.rank_sum(differences)


def most_ranks_against() -> int:
    """The largest sum against the claim with which ten pairs still reach the level."""
    tail = signed_rank.upper_tail(SCREEN_PAIRS)
    whole = SCREEN_PAIRS * (SCREEN_PAIRS + 1) // 2
    return max(sum_ for sum_ in range(whole + 1) if tail[whole - sum_] <= SCREEN_ALPHA)


def most_signs_against() -> int:
    """So many pairs against the claim, and ten still reach the level."""
    return max(count for count in range(SCREEN_PAIRS + 1) if sign_test.p_of(SCREEN_PAIRS, count) <= SCREEN_ALPHA)


def _for_either(differences: Sequence[float], holds: Callable[[Sequence[float]], bool]) -> int:
    """1 if it holds for "slower", else -1 if it holds for "faster", else 0."""
    return next((sign for sign in (1, -1) if holds([sign * value for value in differences])), 0)


def undecided(differences: Sequence[float]) -> bool:
    """Whether another pair is wanted."""
    if len(differences) >= SCREEN_PAIRS:
        return False
    return _for_either(differences, lambda values: ranks_against(values) <= most_ranks_against()
                       or sign_test.against(values) <= most_signs_against()) != 0


def flag(differences: Sequence[float]) -> int:
    """1 looks slower, -1 looks faster, 0 neither. Needs a complete screen."""
    if len(differences) < SCREEN_PAIRS:
        return 0
    return _for_either(differences, lambda values: min(signed_rank.p_greater(values), sign_test.p_greater(values))
                       <= SCREEN_ALPHA)
