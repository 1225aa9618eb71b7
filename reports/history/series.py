# SPDX-License-Identifier: Apache-2.0
"""Series: one cell on one machine over the runs, in the order in which they were started."""

from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy

from reports.bad_input import BadInput
from reports.history.store import CELL, RUN, Store


class Key(NamedTuple):
    lane: str
    workload: str
    params: str
    workers: int

    def __str__(self) -> str:
        return "/".join(filter(None, (self.lane, self.workload, self.params, f"w{self.workers}")))


@dataclass(frozen=True)
class Point:
    run: str
    started: str
    commit: str | None
    dirty: bool
    status: str
    reason: str | None
    median: float | None  # None where the cell has no figure.
    low: float | None
    high: float | None


@dataclass
class Series:
    key: Key
    machine: str
    unit: str
    points: list[Point] = field(default_factory=list)

    @property
    def timed(self) -> list[Point]:
        return [point for point in self.points if point.median is not None]


def parse(text: str) -> Key:
    """Reads `lane/workload/k=v,k=v/w2`; the params may be left out where a workload has none."""
    parts = text.split("/")
    if len(parts) not in (3, 4) or not (parts[-1][:1] == "w" and parts[-1][1:].isdigit()):
        raise BadInput(text, "names no cell", "give LANE/WORKLOAD/PARAMS/wN, as `history list` prints them")
    return Key(parts[0], parts[1], parts[2] if len(parts) == 4 else "", int(parts[-1][1:]))


def read(store: Store, key: Key | None = None) -> list[Series]:
    """All series, or those of one cell (one per machine), sorted by cell and machine."""
    wanted = sqlalchemy.select(RUN, CELL).join(CELL, CELL.c.run_id == RUN.c.id).order_by(RUN.c.started, RUN.c.id)
    if key:
        for name, value in key._asdict().items():
            wanted = wanted.where(CELL.c[name] == value)
    found: dict[tuple, Series] = {}
    with store.reading() as connection:
        for row in connection.execute(wanted).mappings():
            own = Key(row["lane"], row["workload"], row["params"], row["workers"])
            series = found.setdefault((own, row["machine"]), Series(own, row["machine"], row["unit"]))
            series.points.append(Point(row["name"], row["started"], row["commit"], bool(row["dirty"]), row["status"],
                                       row["reason"], row["median"], row["low"], row["high"]))
    return [found[which] for which in sorted(found)]
