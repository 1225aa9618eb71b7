# SPDX-License-Identifier: Apache-2.0
"""report.html and report.md: one view of the summary, two templates, no figure computed here."""

import json
from pathlib import Path

import jinja2
from markupsafe import Markup

from reports import charts, environment, matrix, overview, quantity
from reports import params as params_of
from reports.cell import Cell
from reports.load import ResultFolder

_HERE = Path(__file__).parent


def _workload_view(summary: dict, cells: list[Cell], lanes: list[dict], workload: str) -> dict:
    own = [cell for cell in cells if cell.case.workload == workload]
    figures = [cell for cell in summary["cells"] if cell["workload"] == workload]
    led = []
    for case in matrix.cases_of(summary):
        for workers in matrix.workers_of(summary):
            lead = matrix.leader(summary, case, workers) if case[0] == workload else None
            if lead:
                led.append(f"{case[1] or workload} at {quantity.count(workers, 'worker')}: {lead.lane} "
                           f"{lead.figure}")
    unit = own[0].unit
    alt = f"{workload}: time per {unit} of every lane, each run a dot, log axis. Fastest: {'; '.join(led)}."
    return {"name": workload, "unit": unit, "cells": figures, "runs": _runs(own),
            "svg": _safe(charts.draw(own, lanes, "ns_per_op", alt))}


def _safe(svg: str | None) -> Markup | None:
    return Markup(svg) if svg else None


def _runs(cells: list[Cell]) -> dict[tuple, list[float]]:
    """Every run's time, in the order of rounds."""
    return {(cell.lane, params_of.text(cell.case.params), cell.case.workers): cell.values("ns_per_op")
            for cell in cells}


def _memory_view(summary: dict, cells: list[Cell], lanes: list[dict]) -> list[dict]:
    views = []
    for workload in dict.fromkeys(cell.case.workload for cell in cells):
        cases = {cell.case for cell in cells if cell.values("bytes_per_goroutine")
                 and cell.case.workload == workload}
        if cases:
            own = [cell for cell in cells if cell.case in cases]
            alt = f"{workload}: resident bytes per parked goroutine of every lane, log axis."
            views.append({"name": workload, "workers": sorted({case.workers for case in cases}),
                          "cases": list(dict.fromkeys(case.params for case in sorted(cases))),
                          "svg": _safe(charts.draw(own, lanes, "bytes_per_goroutine", alt))})
    return views


def _raw(summary: dict, folder: ResultFolder) -> str:
    """Everything behind the page, for whoever opens it in a script; `<` cannot end the element."""
    names = sorted({name for seen in folder.observations for name in seen.figures})
    runs = [[seen.process.lane, seen.process.workload, dict(seen.params), seen.process.workers,
             seen.process.round, seen.process.order, seen.process.seed,
             *(seen.figures.get(name) for name in names)] for seen in folder.observations]
    columns = ["lane", "workload", "params", "workers", "round", "order", "seed", *names]
    raw = json.dumps({"summary": summary, "columns": columns, "runs": runs}, ensure_ascii=False,
                     separators=(",", ":"), allow_nan=False)
    return raw.replace("<", "\\u003c")


def _view(summary: dict, cells: list[Cell], folder: ResultFolder) -> dict:
    lanes = matrix.lanes_of(summary)
    workers = matrix.workers_of(summary)
    cases = matrix.cases_of(summary)
    return {
        "context": summary["context"],
        "cells": summary["cells"],
        "find": {(c["lane"], *matrix.case_key(c), c["workers"]): c for c in summary["cells"]},
        "lanes": lanes,
        "colours": charts.lane_colours(lanes),
        "workers": workers,
        "cases": cases,
        "workload_names": list(dict.fromkeys(name for name, _ in cases)),
        "competing": list(dict.fromkeys((*matrix.case_key(c), c["workers"]) for c in summary["cells"]
                                        if c["fairness"])),
        "leaders": {(*case, n): matrix.leader(summary, case, n) for case in cases for n in workers},
        "matrices": matrix.matrices(summary),
        "correctness": overview.correctness(summary),
        "defects": overview.defects(summary),
        "scores": {lane["lane"]: overview.score(summary["conformance"].get(lane["lane"])) for lane in lanes},
        "partial": overview.partial(summary["context"]),
        "sureness": overview.sureness(summary, environment.cautions(folder)),
        "environment": environment.table(folder),
    }


def _engine() -> jinja2.Environment:
    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), undefined=jinja2.StrictUndefined,
        autoescape=lambda name: bool(name) and name.endswith(".html"), trim_blocks=True, lstrip_blocks=True)
    engine.filters |= {"duration": quantity.duration, "memory": quantity.memory, "times": quantity.times,
                       "percent": quantity.percent, "digits": quantity.digits,
                       "params_text": matrix.params_text, "parameters": params_of.text,
                       "runs_note": matrix.runs_note}
    engine.globals |= {"count": quantity.count, "duration_range": quantity.duration_range}
    return engine


def html(summary: dict, cells: list[Cell], folder: ResultFolder) -> str:
    view = _view(summary, cells, folder)
    view["workloads"] = [_workload_view(summary, cells, view["lanes"], name)
                         for name in view["workload_names"]]
    view["memory"] = _memory_view(summary, cells, view["lanes"])
    view["style"] = Markup((_HERE / "style.css").read_text(encoding="utf-8"))
    view["raw"] = Markup(_raw(summary, folder))
    return _engine().get_template("report.html").render(view)


def markdown(summary: dict, cells: list[Cell], folder: ResultFolder) -> str:
    return _engine().get_template("report.md").render(_view(summary, cells, folder))
