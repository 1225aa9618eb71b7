# SPDX-License-Identifier: Apache-2.0
"""Slowdowns of a known size: how many steps of busy work per wake-up make a cell slower by so many percent.

Calibrated in place: the same executable without and with a round number of steps, alternating, the medians
of a few processes each; the effect of a step is their difference.
"""

import statistics
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
_PROBES = 5
_FIRST_STEPS = 16
_MOST_STEPS = 1 << 20
_CLEAR = 1.3  # The probe's steps are doubled until they cost that much: then the noise hardly matters.


def injected(target: str) -> str:
    return f"{target}_injected"


def steps_for(tree: Tree, target: str, cell: Cell, share: float, seed: int, profile: Profile, folder: Path,
              interrupt: Interrupt) -> int:
    """Steps per wake-up that make `cell` slower by `share`; refuses where wake-ups are not what it does."""
    bench = relink(tree, target, layout_seed(seed, "head", "screen", 0, 0))

    def median(steps: int, runs: int) -> tuple[float, float]:
        without, with_steps = [], []
        for run in range(runs):
            for fault, figures in (("", without), (f"steps={steps}", with_steps)):
                side = Side(tree, target, fault)
                result, _ = bench_run.run(bench, cell, seed_of(cell, seed, run), profile, folder, interrupt,
                                          side.environment, bench_run.timed_ops(cell))
                figures.append(bench_run.time_of(result))
        return statistics.median(without), statistics.median(with_steps)

    steps = _FIRST_STEPS
    while steps <= _MOST_STEPS:
        without, with_steps = median(steps, 1)
        if with_steps > _CLEAR * without:
            without, with_steps = median(steps, _PROBES)
            return max(1, round(share * without * steps / (with_steps - without)))
        steps *= 2
    raise Refusal(f"busy work per wake-up does not slow {cell.name} down; its lane wakes by other means: choose "
                  "another lane")
