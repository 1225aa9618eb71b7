# SPDX-License-Identifier: Apache-2.0
"""The sign test: the exact p-value of "more than half are above 0", and nothing is asked of their sizes.

Signed ranks see more in quiet differences; a few wild ones (two cores whose neighbours differ) have the largest ranks and
hide what all others agree on. Signs do not mind them.
"""

import math
from collections.abc import Sequence


def against(differences: Sequence[float]) -> int:
    """How many speak against it; a zero does."""
    return sum(value <= 0 for value in differences)


def p_of(count: int, against_it: int) -> float:
    """P(at most so many of `count` fair coins fall against it)."""
    return sum(math.comb(count, number) for number in range(against_it + 1)) / 2**count


def p_greater(differences: Sequence[float]) -> float:
    """One-sided; 1 when there are none."""
    return p_of(len(differences), against(differences))
