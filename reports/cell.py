# SPDX-License-Identifier: Apache-2.0
"""Cells: what one lane did at one workload, params and number of workers; a figure or a told reason.

The cells of a summary are the full product of lanes and cases, so a hole is impossible by construction.
A cell is as good as its worst process: one wrong sum in six runs is a wrong lane, not an outlier.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy

from reports import params as params_of
from reports import rules
from reports.load import Observation, ResultFolder
from reports.params import Params
from reports.statistics import Interval, median_interval


# Groups of workloads in the order in which they are shown; others come after them, by name.
GROUPS = ("channels", "scheduling", "sync and time", "spawn and memory")

PERCENTILES = ("p50", "p90", "p99", "p99_9")  # p99_9 is the 99.9th.


class Case(NamedTuple):
    """What every lane is asked to do: a row of the matrix at one number of workers."""

    workload: str
    params: Params
    workers: int

    def sort_key(self) -> tuple:
        return (self.workload, params_of.sort_key(self.params), self.workers)


@dataclass(frozen=True)
class Cell:
    lane: str
    case: Case
    status: str
    reason: str | None
    unit: str
    group: str  # Of workloads; "" where it was not recorded.
    observations: tuple[Observation, ...]  # Empty unless the status is ok.

    def values(self, figure: str) -> list[float]:
        return [o.figures[figure] for o in self.observations if figure in o.figures]

    def by_round(self) -> dict[int, float]:
        """Nanoseconds per op."""
        return {seen.process.round: seen.figures["ns_per_op"] for seen in self.observations}

    @property
    def time(self) -> Interval | None:
        return median_interval(self.values("ns_per_op")) if self.observations else None

    def median(self, figure: str) -> float | None:
        values = self.values(figure)
        return float(numpy.median(values)) if values else None

    @property
    def note(self) -> str | None:
        """What the workload said beside its figure; the most frequent over the runs."""
        notes = Counter(seen.note for seen in self.observations if seen.note)
        return min(notes, key=lambda note: (-notes[note], note)) if notes else None

    @property
    def latency(self) -> dict[str, float] | None:
        """Percentiles in ns, medians over the runs, and the longest wait of all runs; None where ops are no waits."""
        found = {name: self.median(f"latency_{name}_ns") for name in PERCENTILES}
        if None in found.values() or not self.values("latency_max_ns"):
            return None
        return {**found, "max": max(self.values("latency_max_ns"))}

    @property
    def fairness(self) -> dict[str, float] | None:
        """The worst over the runs, so that one starved worker in one run is seen."""
        if not self.values("share_min") or not self.values("share_max"):
            return None
        return {"share_min": min(self.values("share_min")), "share_max": max(self.values("share_max")),
                "starved": max(self.values("starved"), default=0.0)}


class _Attempts:
    """Everything that was tried for one cell."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []
        self.failures: list[tuple[str, str]] = []  # Status and reason, one per failed process.
        self.needs: tuple[str, ...] | None = None

    @property
    def only_unavailable(self) -> bool:
        return not self.observations and all(status == "n/a" for status, _ in self.failures)


def _split_error(message: str) -> tuple[str, str]:
    for status in ("WRONG", "DNF", "n/a"):
        if message.startswith(f"{status}: "):
            return status, message.removeprefix(f"{status}: ")
    return "WRONG", message


def lane_names(folder: ResultFolder) -> list[str]:
    planned = [lane["lane"] for lane in folder.plan.lanes] if folder.plan else []
    return planned + sorted({process.lane for process in folder.processes} - set(planned))


def _spread(folder: ResultFolder) -> dict[tuple[str, Params], set[Params]]:
    """The params of the cells that one process yields, learnt from every lane that had a figure.

    A lane that failed at `mode=spawn` has failed at both temperatures that others have there.
    """
    spread: dict[tuple[str, Params], set[Params]] = defaultdict(set)
    for seen in folder.observations:
        spread[seen.process.workload, seen.process.params].add(seen.params)
    return spread


def _planned(folder: ResultFolder) -> set[tuple[str, Case]]:
    """Lane and process case (not yet spread) of everything planned."""
    planned = set()
    for raw in folder.plan.cells if folder.plan else []:
        case = Case(raw["workload"], params_of.parse(raw.get("params")), int(raw["workers"]))
        planned.add((raw["lane"], case))
    return planned


def _units(folder: ResultFolder) -> dict[str, str]:
    units = {raw["workload"]: raw["unit"] for raw in (folder.plan.cells if folder.plan else [])
             if raw.get("unit")}
    for process in folder.processes:
        unit = process.unit or folder.contexts.get(process.file or "", {}).get("unit")
        if unit:
            units.setdefault(process.workload, unit)
    return units


def _groups(folder: ResultFolder) -> dict[str, str]:
    return {raw["workload"]: str(raw.get("group") or "") for raw in (folder.plan.cells if folder.plan else [])}


def _place(group: str) -> tuple[int, str]:
    return (GROUPS.index(group) if group in GROUPS else len(GROUPS), group)


def _no_attempt(folder: ResultFolder, lane: str, planned: bool) -> tuple[str, str]:
    for told in folder.plan.lanes if folder.plan else []:
        if told["lane"] == lane and told.get("status", "ok") != "ok":
            return "n/a", told.get("reason") or "the lane is not available here"
    if planned:
        return "n/a", "not run: the run ended before its turn"
    return "n/a", "the lane does not offer this case"


def _judge(folder: ResultFolder, lane: str, case: Case, attempts: _Attempts) -> tuple[str, str | None]:
    proof = folder.contract.get((lane, case.workers))
    broken = proof.broken(attempts.needs) if proof else ()
    if broken and not attempts.only_unavailable:
        return "WRONG", rules.verdict(broken)
    tried = len(attempts.observations) + len(attempts.failures)
    for status in ("WRONG", "DNF", "n/a"):
        reasons = Counter(reason for failed, reason in attempts.failures if failed == status)
        if reasons:
            reason, count = min(reasons.items(), key=lambda item: (-item[1], item[0]))
            return status, reason if count == tried else f"{reason} ({count} of {tried} runs)"
    return "ok", None


def cells(folder: ResultFolder) -> list[Cell]:
    """All lanes times all cases, in a fixed order that does not depend on the order of files."""
    spread = _spread(folder)
    attempts: dict[tuple[str, Case], _Attempts] = defaultdict(_Attempts)
    for seen in folder.observations:
        cell = attempts[seen.process.lane, Case(seen.process.workload, seen.params, seen.process.workers)]
        cell.needs = seen.process.needs
        if seen.error is None:
            cell.observations.append(seen)
        else:
            cell.failures.append(_split_error(seen.error))
    for process in folder.processes:
        if process.status == "ok":
            continue
        for params in spread.get((process.workload, process.params)) or {process.params}:
            cell = attempts[process.lane, Case(process.workload, params, process.workers)]
            cell.needs = process.needs
            cell.failures.append((process.status, process.reason or "no reason was given"))
    planned = {
        (lane, Case(case.workload, params, case.workers))
        for lane, case in _planned(folder)
        for params in spread.get((case.workload, case.params)) or {case.params}
    }
    units, groups = _units(folder), _groups(folder)
    cases = {case for _, case in attempts.keys() | planned}
    found = []
    for case in sorted(cases, key=lambda case: (_place(groups.get(case.workload, "")), case.sort_key())):
        for lane in lane_names(folder):
            tried = attempts.get((lane, case))
            if tried:
                status, reason = _judge(folder, lane, case, tried)
            else:
                status, reason = _no_attempt(folder, lane, (lane, case) in planned)
            kept = tuple(tried.observations) if tried and status == "ok" else ()
            found.append(Cell(lane, case, status, reason, units.get(case.workload, "op"),
                              groups.get(case.workload, ""), kept))
    return found
