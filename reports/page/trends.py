# SPDX-License-Identifier: Apache-2.0
"""Trends of the page: what the store knows of this run's cells on this machine, and where they changed."""

from dataclasses import dataclass, field

from reports import matrix
from reports import params as params_of
from reports.history import importing, series
from reports.history.change import Change, changes
from reports.history.store import Store
from reports.history.telling import sentence

_MOST_RUNS = 40  # The page must stay small; the store has them all.


@dataclass
class Changed:
    lane: str
    workload: str
    params: str
    workers: int
    when: str
    said: str
    slower: bool


@dataclass
class Trends:
    """`points` by the number of a cell in the summary: [run, median] with the run's number in `runs`."""

    runs: list[dict] = field(default_factory=list)
    points: dict[int, list[list[float]]] = field(default_factory=dict)
    steps: dict[int, list[list[float]]] = field(default_factory=dict)  # [run, old, new] of every change.
    changed: list[Changed] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)  # Numbers of the cases that have a trend.

    def as_data(self) -> dict:
        return {"runs": self.runs, "points": self.points, "steps": self.steps}


def _changed(key: series.Key, params: str, change: Change) -> Changed:
    return Changed(key.lane, key.workload, params, key.workers, change.point.started, sentence(change),
                   change.ratio > 1)


def read(store: Store, summary: dict) -> Trends:
    machine = importing.machine(summary["context"])
    own = {series.Key(cell["lane"], cell["workload"], params_of.text(params_of.from_mapping(cell["params"]), ","),
                      cell["workers"]): number for number, cell in enumerate(summary["cells"])}
    known = [one for one in series.read(store) if one.machine == machine and one.key in own and len(one.timed) > 1]
    started = sorted({(point.started, point.run, (point.commit or "unknown")[:7]) for one in known
                      for point in one.timed})[-_MOST_RUNS:]
    place = {run: number for number, (_, run, _) in enumerate(started)}
    found = Trends(runs=[{"started": when, "commit": commit} for when, _, commit in started])
    numbers = {case: number for number, case in enumerate(matrix.cases_of(summary))}
    cases = set()
    for one in known:
        number = own[one.key]
        points = [[place[point.run], float(f"{point.median:.5g}")] for point in one.timed if point.run in place]
        if len(points) < 2:
            continue
        found.points[number] = points
        cell = summary["cells"][number]
        cases.add(numbers[matrix.case_key(cell)])
        for change in changes(one):
            found.changed.append(_changed(one.key, matrix.params_text(cell), change))
            if change.point.run in place:
                found.steps.setdefault(number, []).append([place[change.point.run], change.old, change.new])
    found.cases = sorted(cases)
    found.changed.sort(key=lambda one: one.when, reverse=True)
    return found
