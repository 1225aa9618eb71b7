# SPDX-License-Identifier: Apache-2.0
"""Tier 2, second look: what was flagged is measured anew, on relinked builds, in two sittings.

A build's layout in memory is worth some percent and does not average out over runs of one build; a sitting
has a bias of its own. So each sitting has its own layouts, both must reject, and the estimate over all
must be worth a developer's time. A sitting's p-value is the better one of two tests, doubled, because there are two: signed
ranks, and signs, which a few wild pairs do not move. The p-values of all confirmed cells share one error (Holm 1979).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports import sign_test, signed_rank
from reports.gate.raw import Pair
from reports.gate.rules import FAMILY_ALPHA, FLOOR, LAYOUTS, LEAST, SITTINGS, TESTS


@dataclass(frozen=True)
class Confirmation:
    p: float  # the worse of the sittings
    estimate: signed_rank.Estimate  # over all pairs, of ln(head / base)

    def large(self, sign: int) -> bool:
        return sign * self.estimate.value >= LEAST


def complete(pairs: Sequence[Pair], per_layout: int) -> bool:
    """Every sitting has every layout with all of its pairs, and nothing twice."""
    places = [(pair.sitting, pair.layout, pair.number) for pair in pairs]
    wanted = {
        (sitting, layout, number)
        for sitting in range(1, SITTINGS + 1)
        for layout in range(1, LAYOUTS + 1)
        for number in range(1, per_layout + 1)
    }
    return len(places) == len(wanted) and set(places) == wanted


def confirm(by_sitting: Mapping[int, Sequence[float]], sign: int, floor: float = FLOOR) -> Confirmation:
    """`sign` is the direction that the screen flagged."""
    p = max(p_greater([sign * value - floor for value in values]) for values in by_sitting.values())
    return Confirmation(p, signed_rank.estimate([value for values in by_sitting.values() for value in values]))


def p_greater(differences: Sequence[float]) -> float:
    return min(1.0, TESTS * min(signed_rank.p_greater(differences), sign_test.p_greater(differences)))


def holm(p_values: Mapping[object, float], alpha: float = FAMILY_ALPHA) -> set:
    """The keys whose claims stand together at `alpha`: the smallest p against alpha/m, the next against
    alpha/(m-1), until one does not."""
    standing = set()
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    for place, (key, p) in enumerate(ordered):
        if p > alpha / (len(ordered) - place):
            break
        standing.add(key)
    return standing
