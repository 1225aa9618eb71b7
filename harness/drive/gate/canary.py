# SPDX-License-Identifier: Apache-2.0
"""Slowdowns of a known size: how many steps of busy work, in one piece per 1,024 wake-ups, make a cell slower by so
many percent.

Calibrated in place: the same executable without and with a number of steps, in turns, the median of a few pairs. What is measured is a slowdown by 200 % and more, of which the share is taken: noise that would drown five percent is
small beside that, and pieces are long enough that what the processor hides of each is, too.
"""

import math
import statistics
from collections.abc import Callable
from pathlib import Path

from reports.gate import raw

from ..interrupt import Interrupt
from ..plan import Cell, seed_of
from ..profile import Profile
from ..refusal import Refusal
from .bench_run import Arm, in_turns
from .layout import relink
from .pairing import layout_seed
from .site import ARMS, Side
from .tree import Tree

CANARY = 0.15
_PROBES = 7
_FIRST_STEPS = 1024
_MOST_STEPS = 1 << 26
_CLEAR = 2.0  # The steps are doubled until the cell takes three times as long.


def injected(target: str) -> str:
    return f"{target}_injected"


def steps_for(tree: Tree, target: str, cell: Cell, share: float, seed: int, profile: Profile, folder: Path,
              interrupt: Interrupt) -> int:
    """Steps per piece that make `cell` slower by `share`; refuses where wake-ups are not what it does."""
    bench = relink(tree, target, layout_seed(seed, "head", "screen", 0, 0))

    def effect(steps: int, runs: int) -> float:
        return math.expm1(statistics.median(pair(steps, run) for run in range(runs)))

    def pair(steps: int, run: int) -> float:
        sides = {"base": Side(tree, target), "head": Side(tree, target, f"steps={steps}")}
        arms = {name: Arm(bench, side.environment) for name, side in sides.items()}
        timed = in_turns(arms, ARMS, cell, seed_of(cell, seed, run), profile, folder, interrupt)
        for one in timed.values():
            if one.end is not None:
                raise one.end
        return raw.difference(*(timed[arm].figures for arm in ARMS))

    steps = calibrated(effect, share)
    if steps is None:
        raise Refusal(f"busy work per wake-up does not slow {cell.name} down; its lane wakes by other means: choose "
                      "another lane")
    return steps


def calibrated(effect: Callable[[int, int], float], share: float) -> int | None:
    """The steps that cost `share`, where `effect` measures in so many runs what steps cost; None if they cost nothing."""
    steps = _FIRST_STEPS
    while effect(steps, 1) <= _CLEAR:
        steps *= 2
        if steps > _MOST_STEPS:
            return None
    return max(1, round(steps * share / effect(steps, _PROBES)))
