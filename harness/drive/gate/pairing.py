# SPDX-License-Identifier: Apache-2.0
"""Pairs: a process of each arm of a cell, which take turns pass by pass (../turns.py); base begins in odd pairs, head
in even ones.

Every executable is a layout of its own, also in the screen. Cells take turns in a new random order each
round, so that no cell has the machine's bad minute for itself.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from reports.gate import guard, raw, rules, screen
from reports.signed_rank import estimate

from ..interrupt import Interrupt
from ..plan import seed_of
from ..profile import Profile
from ..progress import Progress
from .bench_run import Arm, NotOk, in_turns
from .layout import relink
from .site import ARMS, Site


class Pairing:
    def __init__(self, profile: Profile, seed: int, folder: Path, interrupt: Interrupt, progress: Progress) -> None:
        self._profile = profile
        self._seed = seed
        self._folder = folder
        self._interrupt = interrupt
        self._progress = progress
        self._done = self._most = 0  # Pairs of the stage that is going on.
        self.rows: list[dict] = []
        self.ends: list[dict] = []
        self.contexts: dict[str, dict] = {}  # By arm: of the first result.

    def screen(self, sites: Sequence[Site], undecided: Callable[[Sequence[float]], bool] = screen.undecided) -> None:
        """Ten pairs each, fewer where nothing can be flagged any more."""
        self._done, self._most = 0, rules.SCREEN_PAIRS * len(sites)
        for number in range(1, rules.SCREEN_PAIRS + 1):
            due = [site for site in self._shuffled(sites, f"screen/{number}")
                   if not site.ends and undecided(self.differences(site, "screen"))]
            for site in due:
                self._pair(site, "screen", 0, 0, number)

    def flagged(self, sites: Sequence[Site]) -> list[Site]:
        return [site for site in sites if not site.ends and screen.flag(self.differences(site, "screen"))]

    def guarded(self, sites: Sequence[Site]) -> list[Site]:
        """The cells of lanes whose mean is off by more than the guard."""
        lanes: dict[str, list[Site]] = {}
        for site in sites:
            if not site.ends and site.role == "measured":
                lanes.setdefault(site.cell.lane, []).append(site)
        touched = []
        for own in lanes.values():
            if guard.mean_flag(estimate(self.differences(site, "screen")).value for site in own)[1]:
                touched += own
        return touched

    def anew(self, sites: Sequence[Site], stage: str, per_layout: int) -> None:
        """Both sittings of a stage, each with layouts of its own."""
        self._done, self._most = 0, rules.SITTINGS * rules.LAYOUTS * per_layout * len(sites)
        for sitting in range(1, rules.SITTINGS + 1):
            for layout in range(1, rules.LAYOUTS + 1):
                for number in range(1, per_layout + 1):
                    for site in self._shuffled(sites, f"{stage}/{sitting}/{layout}/{number}"):
                        if not site.ends:
                            self._pair(site, stage, sitting, layout, number)

    def differences(self, site: Site, stage: str) -> list[float]:
        return [raw.difference(row["base"], row["head"]) for row in self.rows
                if row["cell"] == site.id and row["stage"] == stage]

    def _shuffled(self, sites: Sequence[Site], salt: str) -> list[Site]:
        ordered = sorted(sites, key=lambda site: site.id)
        random.Random(f"{self._seed}/{salt}").shuffle(ordered)
        return ordered

    def _pair(self, site: Site, stage: str, sitting: int, layout: int, number: int) -> None:
        order = ARMS if number % 2 else ARMS[::-1]
        self._done += 1
        self._progress.step(self._done, self._most, f"{stage}, {site.id}", None)
        place = sitting * 10_000 + layout * 100 + number
        seed = seed_of(site.cell, self._seed, place)
        arms = {arm: self._arm(site, arm, stage, sitting, layout) for arm in order}
        timed = in_turns(arms, order, site.cell, seed, self._profile, self._folder, self._interrupt)
        for arm, one in timed.items():
            if one.end is None:
                self.contexts.setdefault(arm, one.context)
            else:
                self._note_end(site, arm, stage, one.end)
        if not site.ends:
            self.rows.append({"cell": site.id, "stage": stage, "sitting": sitting, "layout": layout, "pair": number,
                              "first": order[0], **{arm: timed[arm].figures for arm in ARMS}})

    def _arm(self, site: Site, arm: str, stage: str, sitting: int, layout: int) -> Arm:
        side = site.sides[arm]
        bench = relink(side.tree, side.target, layout_seed(self._seed, arm, stage, sitting, layout))
        return Arm(bench, side.environment)

    def _note_end(self, site: Site, arm: str, stage: str, end: NotOk) -> None:
        site.ends[arm] = end.status, end.reason
        self.ends.append({"cell": site.id, "arm": arm, "stage": stage, "status": end.status, "reason": end.reason})
        self._progress.say(f"   {site.id}: {arm} {end}")


def layout_seed(seed: int, arm: str, stage: str, sitting: int, layout: int) -> int:
    """Another one for every arm, sitting and layout; that of the screen is used again by nobody."""
    text = f"{seed}/{arm}/{'screen' if stage == 'screen' else 'anew'}/{sitting}/{layout}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
