# SPDX-License-Identifier: Apache-2.0
"""Slowdowns of a known size: how many steps of busy work per sixteen wake-ups make a cell slower by so many percent.

Calibrated in place: the same executable without and with a number of steps, alternating, the medians of a few processes
each. The number is searched for, not computed from one effect: what the processor waits for anyway hides the first
steps (of twenty that a straight line had said would cost 20 %, it hid all but 2 %).
"""

import statistics
from collections.abc import Callable
from pathlib import Path

from ..interrupt import Interrupt
from ..plan import Cell, seed_of
from ..profile import Profile
from ..refusal import Refusal
from . import bench_run
from .layout import relink
from .pairing import layout_seed
from .site import Side
from .tree import Tree

CANARY = 0.15
_PROBES = 7
_FIRST_STEPS = 16
_MOST_STEPS = 1 << 20
_CLEAR = 0.3  # The steps are doubled until they cost that much: then the search begins.
_CLOSE = 0.1  # It ends so near to the share that is wanted, as a part of it.


def injected(target: str) -> str:
    return f"{target}_injected"


def steps_for(tree: Tree, target: str, cell: Cell, share: float, seed: int, profile: Profile, folder: Path,
              interrupt: Interrupt) -> int:
    """Steps per wake-up that make `cell` slower by `share`; refuses where wake-ups are not what it does."""
    bench = relink(tree, target, layout_seed(seed, "head", "screen", 0, 0))

    def effect(steps: int, runs: int) -> float:
        without, with_steps = [], []
        for run in range(runs):
            for fault, figures in (("", without), (f"steps={steps}", with_steps)):
                side = Side(tree, target, fault)
                result, _ = bench_run.run(bench, cell, seed_of(cell, seed, run), profile, folder, interrupt,
                                          side.environment, bench_run.timed_ops(cell))
                figures.append(bench_run.time_of(result))
        return statistics.median(with_steps) / statistics.median(without) - 1

    steps = _FIRST_STEPS
    while effect(steps, 1) <= _CLEAR:
        steps *= 2
        if steps > _MOST_STEPS:
            raise Refusal(f"busy work per wake-up does not slow {cell.name} down; its lane wakes by other means: choose "
                          "another lane")
    return closest(lambda tried: effect(tried, _PROBES), share, steps)


def closest(effect: Callable[[int], float], share: float, high: int) -> int:
    """Bisects below `high`, which costs more than `share`, for the steps whose effect is nearest to it."""
    low, best = 0, (float("inf"), high)
    while high - low > 1:
        middle = (low + high) // 2
        off = effect(middle) - share
        best = min(best, (abs(off), middle))
        if best[0] <= _CLOSE * share:
            break
        low, high = (low, middle) if off > 0 else (middle, high)
    return best[1]
