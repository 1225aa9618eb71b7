# SPDX-License-Identifier: Apache-2.0
"""Memory of parked goroutines over their number: what the bench counted as `resident_at_<number>` and `maps`."""

import re

from reports.cell import Cell

_RESIDENT = re.compile(r"^resident_at_(\d+)$")


def of(cell: Cell) -> dict | None:
    """Memory maps when all were parked, and resident bytes per goroutine by how many were: the growth since nobody
    was, divided by them. Medians over the runs. None where no run sampled it."""
    names = {name for seen in cell.observations for name in seen.figures}
    alive = sorted(int(match[1]) for match in map(_RESIDENT.match, names) if match)
    before = cell.median("resident_at_0")
    if before is None or alive in ([], [0]):
        return None
    maps = cell.median("maps")
    return {"maps": None if maps is None else int(maps),
            "bytes_at": {str(number): (cell.median(f"resident_at_{number}") - before) / number
                         for number in alive if number > 0}}
