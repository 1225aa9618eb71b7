# SPDX-License-Identifier: Apache-2.0
"""Sections of the page: what the templates show of a workload, of memory, of latency."""

import re
from dataclasses import dataclass, field

from reports import matrix, quantity
from reports import params as params_of
from reports.cell import Cell

LATENCY = re.compile(r"^latency_p(\d+(?:_\d+)?)_ns$")  # latency_p99_9_ns is the 99.9th percentile.


@dataclass
class CaseSection:
    number: int  # Counts the cases of the run: the script finds the case by it.
    params: str
    latency: bool


@dataclass
class WorkloadSection:
    name: str
    unit: str
    group: str
    cases: list[CaseSection] = field(default_factory=list)
    cells: list[dict] = field(default_factory=list)
    counters: list[dict] = field(default_factory=list)  # One per cell: medians of what the runs counted.


def _counters(cell: Cell | None) -> dict:
    """What one process cost, as medians over the runs; None where it was not recorded."""
    if cell is None:
        return {"switches": None, "faults": None, "peak": None}
    voluntary, forced = cell.median("voluntary_switches"), cell.median("involuntary_switches")
    return {"switches": None if voluntary is None or forced is None else voluntary + forced,
            "faults": cell.median("minor_faults"), "peak": cell.median("peak_rss_bytes")}


def workloads(summary: dict, cells: list[Cell]) -> list[WorkloadSection]:
    by_key = {(cell.lane, cell.case.workload, params_of.text(cell.case.params), cell.case.workers): cell
              for cell in cells}
    with_latency = {(cell.case.workload, params_of.text(cell.case.params)) for cell in cells
                    for seen in cell.observations if any(map(LATENCY.match, seen.figures))}
    found: dict[str, WorkloadSection] = {}
    for number, case in enumerate(matrix.cases_of(summary)):
        own = [cell for cell in summary["cells"] if matrix.case_key(cell) == case]
        section = found.setdefault(case[0], WorkloadSection(case[0], own[0]["unit"], own[0]["group"]))
        section.cases.append(CaseSection(number, case[1], case in with_latency))
        section.cells += own
        section.counters += [_counters(by_key.get((cell["lane"], *case, cell["workers"]))) for cell in own]
    return list(found.values())


@dataclass
class Noise:
    """The floor of every workload: of its quietest and its most restless case."""

    workload: str
    low: float
    high: float

    @property
    def said(self) -> str:
        if quantity.percent(self.low) == quantity.percent(self.high):
            return quantity.percent(self.high)
        return f"{quantity.percent(self.low)} to {quantity.percent(self.high)}"


def noise_floors(matrices: list[matrix.Matrix], workers: int) -> list[Noise]:
    rows = next(one.rows for one in matrices if one.workers == workers)
    floors: dict[str, list[float]] = {}
    for row in rows:
        if row.floor is not None:
            floors.setdefault(row.workload, []).append(row.floor)
    return [Noise(workload, min(own), max(own)) for workload, own in floors.items()]


def memory_cases(summary: dict) -> list[tuple[int, str, str]]:
    """Number, workload and params of the cases that any lane has bytes per goroutine of."""
    measured = {matrix.case_key(cell) for cell in summary["cells"] if cell["bytes_per_goroutine"] is not None}
    return [(number, *case) for number, case in enumerate(matrix.cases_of(summary)) if case in measured]


def memory_steps(summary: dict) -> list[int]:
    """How many goroutines were parked when memory was sampled, over all cells."""
    return sorted({int(number) for cell in summary["cells"] if cell["memory"] for number in cell["memory"]["bytes_at"]})


@dataclass
class MemoryCurve:
    """Cases of one workload that differ in one number only: memory over that number."""

    workload: str
    over: str
    rest: str
    cases: list[int]
    xs: list[int]


def memory_curves(summary: dict) -> list[MemoryCurve]:
    groups: dict[tuple, list[tuple[int, int]]] = {}
    params = {matrix.case_key(cell): cell["params"] for cell in summary["cells"]}
    for number, workload, text in memory_cases(summary):
        own = params[workload, text]
        for key, value in own.items():
            if isinstance(value, int) and value > 0:  # The axis is logarithmic.
                rest = params_of.text(params_of.from_mapping({k: v for k, v in own.items() if k != key}))
                groups.setdefault((workload, key, rest), []).append((value, number))
    return [MemoryCurve(workload, over, rest, [number for _, number in sorted(own)], [x for x, _ in sorted(own)])
            for (workload, over, rest), own in groups.items() if len(own) > 1]
