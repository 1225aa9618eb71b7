# SPDX-License-Identifier: Apache-2.0
"""The data in the page: the summary and every run for whoever opens it in a script, and what the charts need."""

import json
from collections import Counter

from reports import matrix
from reports import params as params_of
from reports.charts import palette
from reports.load import ResultFolder

_FIGURE_DIGITS = 7  # More than any clock here has.
# What Google Benchmark says of itself; it is in the result files.
_BOOKKEEPING = {"cpu_time", "family_index", "iterations", "per_family_instance_index", "real_time", "repetition_index", "repetitions",
                "threads"}


def _dump(value: object) -> str:
    """`<` cannot end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _short(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(f"{value:.{_FIGURE_DIGITS}g}")


def raw(summary: dict, folder: ResultFolder) -> str:
    """`runs` has one row per observation; its `cell` counts in `summary.cells`. What most have comes first, so that rows end early."""
    index = {(cell["lane"], *matrix.case_key(cell), cell["workers"]): number
             for number, cell in enumerate(summary["cells"])}
    counts = Counter(name for seen in folder.observations for name, value in seen.figures.items()
                     if value is not None and name not in _BOOKKEEPING)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    rows = []
    for seen in folder.observations:
        process = seen.process
        number = index[process.lane, process.workload, params_of.text(seen.params), process.workers]
        row = [number, process.round, process.order, process.seed, *(_short(seen.figures.get(name)) for name in names)]
        while row[-1] is None:
            row.pop()
        rows.append(row)
    return _dump({"summary": summary, "columns": ["cell", "round", "order", "seed", *names], "runs": rows})


def plan(summary: dict, looks: dict[str, palette.Look]) -> str:
    """Lanes with their looks, and the cases with the numbers of their cells by workers and lane."""
    lanes = [{"name": lane["lane"], "reference": lane["kind"] == "reference",
              "colour": looks[lane["lane"]].colour(palette.PAGE), "shape": looks[lane["lane"]].shape,
              "dash": looks[lane["lane"]].dash} for lane in matrix.lanes_of(summary)]
    place = {lane["name"]: number for number, lane in enumerate(lanes)}
    cells: dict[tuple, dict[int, list]] = {}
    for number, cell in enumerate(summary["cells"]):
        row = cells.setdefault(matrix.case_key(cell), {}).setdefault(cell["workers"], [None] * len(lanes))
        row[place[cell["lane"]]] = number
    cases = [{"workload": workload, "params": params, "cells": cells[workload, params]}
             for workload, params in matrix.cases_of(summary)]
    return _dump({"lanes": lanes, "cases": cases, "workers": matrix.workers_of(summary),
                  "cpus": summary["context"]["cpus"]})


def plain(value: object) -> str:
    return _dump(value)
