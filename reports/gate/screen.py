# SPDX-License-Identifier: Apache-2.0
"""Tier 2, first look: ten pairs, exact one-sided signed ranks in both directions.

Stops early only towards a pass: as soon as neither direction can reach the level any more, whatever the
pairs to come say. The rank sum against a claim can only grow, so the look at the pairs so far decides.
"""

from collections.abc import Sequence

from reports import signed_rank
from reports.gate.rules import SCREEN_ALPHA, SCREEN_PAIRS


def against(differences: Sequence[float], sign: int) -> int:
    """The rank sum of what speaks against "slower" (sign 1) or "faster" (sign -1), at its least."""
    count = len(differences)
    return count * (count + 1) // 2 - signed_rank.rank_sum([sign * value for value in differences])


def most_against() -> int:
    """The largest sum against the claim with which ten pairs still reach the level."""
    tail = signed_rank.upper_tail(SCREEN_PAIRS)
    whole = SCREEN_PAIRS * (SCREEN_PAIRS + 1) // 2
    return max(sum_ for sum_ in range(whole + 1) if tail[whole - sum_] <= SCREEN_ALPHA)


def undecided(differences: Sequence[float]) -> bool:
    """Whether another pair is wanted."""
    if len(differences) >= SCREEN_PAIRS:
        return False
    return any(against(differences, sign) <= most_against() for sign in (1, -1))


def flag(differences: Sequence[float]) -> int:
    """1 looks slower, -1 looks faster, 0 neither. Needs a complete screen."""
    if len(differences) < SCREEN_PAIRS:
        return 0
    for sign in (1, -1):
        if signed_rank.p_greater([sign * value for value in differences]) <= SCREEN_ALPHA:
            return sign
    return 0
