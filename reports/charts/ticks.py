# SPDX-License-Identifier: Apache-2.0
"""Ticks of a logarithmic axis: round numbers, three to seven of them, at every range."""

import math
from collections.abc import Iterable

_STEPS = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8), tuple(step / 20 for step in range(20, 200)))
_FEWEST, _MOST = 3, 7


def ticks(values: Iterable[float]) -> list[float]:
    """The coarsest grid that has three ticks within the values, thinned to seven; no values, no ticks."""
    known = [value for value in values if value > 0]
    if not known:
        return []
    low, high = min(known), max(known)
    room = max(1.06, (high / low) ** 0.03)  # Where the padding of the axis ends.
    low, high = low / room, high * room
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    inside: list[float] = []
    for steps in _STEPS:
        inside = [step * 10.0**decade for decade in decades for step in steps
                  if low <= step * 10.0**decade <= high]
        if len(inside) >= _FEWEST:
            break
    return inside[:: math.ceil(len(inside) / _MOST) or 1]
