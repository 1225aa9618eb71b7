# SPDX-License-Identifier: Apache-2.0
"""The matrix: cases against lanes at one number of workers, and who leads each case.

Made from the summary alone. Each cell has what is printed in it; the reasons of cells without a figure
become footnotes, equal reasons one footnote.
"""

import re
from dataclasses import dataclass, field

from reports import noise, quantity
from reports import params as params_of

_HEAT_STEPS = (1.1, 1.5, 3.0, 10.0, 100.0)
# What the reason of a cell begins with whose lane breaks a rule that the workload relies on.
_RULE = re.compile(r"([A-Z]\d+): ")


@dataclass
class CellView:
    lane: str
    status: str
    text: str  # `1.32×`, or the status.
    ratio_range: str = ""
    figure: str = ""
    figure_range: str = ""
    rate: str = ""  # Operations a second.
    rate_range: str = ""
    mark: str = ""  # best | tie | unsure
    runs: str = ""  # Said when the runs are too few for 95 %.
    tooltip: str = ""
    footnote: int | None = None
    heat: int = 0  # 0 (best or tied) to 6 (a hundred times slower): how faint the cell is.
    value: float | None = None  # The ratio, to sort by.


@dataclass
class Row:
    workload: str
    params: str
    unit: str
    group: str
    cells: list[CellView]
    floor: float | None  # Differences below this share mean nothing here.


@dataclass
class Matrix:
    workers: int
    rows: list[Row] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)


@dataclass
class Leader:
    """Who is fastest at one case: a lane, and those that cannot be told apart from it."""

    lane: str
    figure: str
    ties: list[str]
    next_lane: str | None
    next_ratio: str | None
    sure: bool
    references: list[tuple[str, str]]


def params_text(cell: dict) -> str:
    return params_of.text(params_of.from_mapping(cell["params"]))


def case_key(cell: dict) -> tuple[str, str]:
    return cell["workload"], params_text(cell)


def workers_of(summary: dict) -> list[int]:
    return sorted({cell["workers"] for cell in summary["cells"]})


def main_workers(summary: dict) -> int:
    """What is shown first: the most workers that have a CPU of their own."""
    workers, cpus = workers_of(summary), summary["context"]["cpus"]
    return max((number for number in workers if cpus is None or number <= cpus), default=workers[0])


def cases_of(summary: dict) -> list[tuple[str, str]]:
    return list(dict.fromkeys(case_key(cell) for cell in summary["cells"]))


def lanes_of(summary: dict, kind: str | None = None) -> list[dict]:
    """Runtimes first, references after them, each in the order of the plan."""
    lanes = sorted(summary["context"]["lanes"], key=lambda lane: lane["kind"] == "reference")
    return [lane for lane in lanes if kind in (None, lane["kind"])]


def runs_note(time: dict) -> str:
    if time["runs"] == 1:
        return "1 run, no interval"
    if time["confidence"] < 0.95:
        return f"{time['runs']} runs, {quantity.percent(time['confidence'])}"
    return ""


def _figure_view(cell: dict) -> CellView:
    time, ratio = cell["ns_per_op"], cell["ratio"]
    best = ratio["best"] == cell["lane"]
    single = time["runs"] == 1
    view = CellView(cell["lane"], "ok", quantity.times(ratio["value"]))
    view.figure = quantity.duration(time["median"])
    view.figure_range = "" if single else quantity.duration_bounds(time["low"], time["high"], time["median"])
    view.runs = runs_note(time)
    if best:
        view.mark = "unsure" if single else "best"
    elif ratio["tie"]:
        view.mark = "tie"
    if not best and ratio["low"] is not None:
        view.ratio_range = quantity.times_range(ratio["low"], ratio["high"])
    view.rate = quantity.rate(1e9 / time["median"])
    view.rate_range = "" if single else quantity.rate_bounds(1e9 / time["high"], 1e9 / time["low"], 1e9 / time["median"])
    view.value = ratio["value"]
    view.heat = 0 if view.mark in ("best", "tie") else 1 + sum(ratio["value"] >= step for step in _HEAT_STEPS)
    interval = "" if single else (f", {quantity.percent(time['confidence'])} interval of the median "
                                  f"{quantity.duration_range(time['low'], time['high'])}")
    view.tooltip = (f"{cell['lane']}: {view.figure} per {cell['unit']}{interval}, "
                    f"{quantity.count(time['runs'], 'run')}")
    return view


def _told_view(cell: dict, footnotes: list[str]) -> CellView:
    if cell["reason"] not in footnotes:
        footnotes.append(cell["reason"])
    number = footnotes.index(cell["reason"]) + 1
    told = f"{cell['lane']}: {cell['status']} ({cell['reason']})"
    rule = _RULE.match(cell["reason"]) if cell["status"] == "WRONG" else None
    text = f"{cell['status']} ({rule[1]})" if rule else cell["status"]
    return CellView(cell["lane"], cell["status"], text, tooltip=told, footnote=number)


def matrices(summary: dict) -> list[Matrix]:
    lanes = [lane["lane"] for lane in lanes_of(summary)]
    result = []
    for workers in workers_of(summary):
        matrix = Matrix(workers)
        for case in cases_of(summary):
            by_lane = {cell["lane"]: cell for cell in summary["cells"]
                       if cell["workers"] == workers and case_key(cell) == case}
            if not by_lane:
                continue  # The case is not run at this number of workers by any lane: no row at all.
            views = [_figure_view(by_lane[lane]) if by_lane[lane]["status"] == "ok"
                     else _told_view(by_lane[lane], matrix.footnotes) for lane in lanes]
            floor = noise.of_case([cell["noise_floor"] for cell in by_lane.values()])
            one = next(iter(by_lane.values()))
            matrix.rows.append(Row(*case, one["unit"], one["group"], views, floor))
        result.append(matrix)
    return result


def leader(summary: dict, case: tuple[str, str], workers: int) -> Leader | None:
    """None when no lane has a figure there."""
    kinds = {lane["lane"]: lane["kind"] for lane in summary["context"]["lanes"]}
    timed = [cell for cell in summary["cells"] if cell["workers"] == workers and cell["ns_per_op"]
             and case_key(cell) == case]
    if not timed:
        return None
    best = next(cell for cell in timed if cell["lane"] == cell["ratio"]["best"])
    peers = sorted((cell for cell in timed if cell is not best and kinds[cell["lane"]] == kinds[best["lane"]]),
                   key=lambda cell: cell["ratio"]["value"])
    ties = [cell for cell in peers if cell["ratio"]["tie"]]
    behind = [cell for cell in peers if not cell["ratio"]["tie"]]
    return Leader(
        lane=best["lane"],
        figure=quantity.duration(best["ns_per_op"]["median"]),
        ties=[cell["lane"] for cell in ties],
        next_lane=behind[0]["lane"] if behind else None,
        next_ratio=quantity.times(behind[0]["ratio"]["value"]) if behind else None,
        sure=best["ns_per_op"]["runs"] > 1 and all(cell["ns_per_op"]["runs"] > 1 for cell in peers),
        references=[(cell["lane"], quantity.times(cell["ratio"]["value"])) for cell in timed
                    if kinds[cell["lane"]] == "reference" and cell is not best],
    )
