# SPDX-License-Identifier: Apache-2.0
"""The guard on a lane's geometric mean: many cells a little slower, none of them enough to be confirmed.

The screen's estimates are averaged; a lane that is off by more than the guard has all of its cells measured
anew, block by block, on relinked builds in two sittings. A block's mean over the cells is one observation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from reports.gate import confirm
from reports.gate.raw import CellData
from reports.gate.rules import GUARD, GUARD_LEAST_CELLS, GUARD_PAIRS_PER_LAYOUT
from reports.gate.timing import Timing, Unusable


@dataclass(frozen=True)
class Guard:
    lane: str
    shard: int
    cells: int
    mean: float  # of the screen's estimates, ln(head / base)
    flag: int
    confirmation: confirm.Confirmation | None


def mean_flag(estimates: Iterable[float]) -> tuple[float, int]:
    """The mean over a lane's cells, and the direction in which it is off by more than the guard."""
    values = list(estimates)
    if len(values) < GUARD_LEAST_CELLS:
        return (fmean(values) if values else 0.0), 0
    mean = fmean(values)
    return mean, (1 if mean > GUARD else -1 if mean < -GUARD else 0)


def judge_guards(timings: Mapping[CellData, Timing]) -> list[Guard]:
    """One per lane and shard; Unusable when a flagged one was not measured anew."""
    lanes: dict[tuple[str, int], list[CellData]] = {}
    for cell in timings:
        lanes.setdefault((cell.told["lane"], cell.shard), []).append(cell)
    return [_judge(lane, shard, cells, timings) for (lane, shard), cells in sorted(lanes.items())]


def _judge(lane: str, shard: int, cells: list[CellData], timings: Mapping[CellData, Timing]) -> Guard:
    mean, flagged = mean_flag(timings[cell].screen.value for cell in cells)
    if not flagged:
        return Guard(lane, shard, len(cells), mean, 0, None)
    blocks: dict[tuple[int, int, int], list[float]] = {}
    for cell in cells:
        pairs = cell.pairs.get("guard", [])
        if not confirm.complete(pairs, GUARD_PAIRS_PER_LAYOUT):
            raise Unusable(f"the guard of {lane} was touched, but {cell.id} was not measured anew "
                           f"({len(pairs)} pairs)")
        if not all(pair.sound for pair in pairs):
            raise Unusable(f"the guard of {lane}: a figure of {cell.id} is no finite time above 0")
        for pair in pairs:
            blocks.setdefault((pair.sitting, pair.layout, pair.number), []).append(pair.difference)
    sittings: dict[int, list[float]] = {}
    for (sitting, _, _), values in sorted(blocks.items()):
        sittings.setdefault(sitting, []).append(fmean(values))
    return Guard(lane, shard, len(cells), mean, flagged, confirm.confirm(sittings, flagged, GUARD))
