# SPDX-License-Identifier: Apache-2.0
"""report.html and report.md: one view of the summary, two templates, no figure computed here."""

from pathlib import Path

import jinja2

from reports import environment, goals, matrix, overview, quantity, races
from reports import params as params_of
from reports.cell import Cell
from reports.load import ResultFolder
from reports.page import build as page
from reports.page.trends import Trends

_HERE = Path(__file__).parent


def _view(summary: dict, folder: ResultFolder) -> dict:
    lanes = matrix.lanes_of(summary)
    workers = matrix.workers_of(summary)
    cases = matrix.cases_of(summary)
    return {
        "context": summary["context"],
        "cells": summary["cells"],
        "find": {(c["lane"], *matrix.case_key(c), c["workers"]): c for c in summary["cells"]},
        "lanes": lanes,
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
        "races": summary["races"],
        "race_said": {lane["lane"]: races.said(summary["races"].get(lane["lane"])) for lane in lanes},
        "partial": overview.partial(summary["context"]),
        "sureness": overview.sureness(summary, environment.cautions(folder)),
        "environment": environment.table(folder),
        "goals": goals.of(summary),
    }


def _engine() -> jinja2.Environment:
    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader([_HERE / "templates", _HERE / "page" / "parts"]), undefined=jinja2.StrictUndefined,
        autoescape=lambda name: bool(name) and name.endswith(".html"), trim_blocks=True, lstrip_blocks=True)
    engine.filters |= {"sortable": lambda value: "" if value is None else f"{value:.5g}",
                       "duration": quantity.duration, "memory": quantity.memory, "times": quantity.times,
                       "percent": quantity.percent, "digits": quantity.digits,
                       "params_text": matrix.params_text, "parameters": params_of.text,
                       "runs_note": matrix.runs_note}
    engine.globals |= {"count": quantity.count, "duration_range": quantity.duration_range}
    return engine


def html(summary: dict, cells: list[Cell], folder: ResultFolder, trends: Trends | None = None) -> str:
    told = page.view(summary, cells, folder, _view(summary, folder), trends)
    return _engine().get_template("page.html").render(told)


def markdown(summary: dict, cells: list[Cell], folder: ResultFolder) -> str:
    return _engine().get_template("report.md").render(_view(summary, folder))
