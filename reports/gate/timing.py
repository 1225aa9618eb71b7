# SPDX-License-Identifier: Apache-2.0
"""Tier 2 of one cell: what its pairs say, before Holm puts all cells together."""

from dataclasses import dataclass

from reports import signed_rank
from reports.gate import confirm, screen
from reports.gate.power import smallest_visible
from reports.gate.raw import CellData, Pair
from reports.gate.rules import PAIRS_PER_LAYOUT, SMALLEST_EFFECT, class_of


@dataclass(frozen=True)
class Timing:
    flag: int  # 1 looks slower, -1 looks faster, 0 neither
    screen: signed_rank.Estimate
    confirmation: confirm.Confirmation | None
    visible: float  # smallest slowdown that it could have shown, as a share
    wanted: float  # smallest slowdown that it must be able to show

    @property
    def estimate(self) -> signed_rank.Estimate:
        return self.confirmation.estimate if self.confirmation else self.screen

    @property
    def blind(self) -> bool:
        return self.visible > self.wanted


class Unusable(Exception):
    """The pairs are not what the protocol asks for; the message says what is wrong."""


def judge_timing(cell: CellData) -> Timing:
    screened = _sound(cell.pairs.get("screen", []))
    differences = [pair.difference for pair in screened]
    if [pair.number for pair in screened] != list(range(1, len(screened) + 1)):
        raise Unusable("the pairs of its screen are not numbered 1, 2, ...")
    if not differences or screen.undecided(differences):
        raise Unusable(f"too few pairs: its screen was left undecided after {len(differences)}")
    flagged = screen.flag(differences)
    confirmation = None
    confirmed = _sound(cell.pairs.get("confirm", []))
    if flagged:
        if not confirm.complete(confirmed, PAIRS_PER_LAYOUT):
            raise Unusable(f"flagged, but its confirmation is not whole ({len(confirmed)} pairs)")
        confirmation = confirm.confirm(by_sitting(confirmed), flagged)
        differences += [pair.difference for pair in confirmed]
    elif confirmed:
        raise Unusable("confirmed without having been flagged")
    return Timing(flagged, signed_rank.estimate([pair.difference for pair in screened]), confirmation,
                  smallest_visible(differences), SMALLEST_EFFECT[class_of(cell.told["workers"])])


def by_sitting(pairs: list[Pair]) -> dict[int, list[float]]:
    sittings: dict[int, list[float]] = {}
    for pair in pairs:
        sittings.setdefault(pair.sitting, []).append(pair.difference)
    return sittings


def _sound(pairs: list[Pair]) -> list[Pair]:
    for pair in pairs:
        if not pair.sound:
            raise Unusable(f"a figure is no finite time above 0, or one arm has more turns (base {list(pair.base)[:8]}, "
                           f"head {list(pair.head)[:8]})")
    return pairs
