# SPDX-License-Identifier: Apache-2.0
"""A comparison as people and programs read it: a terminal table, Markdown, CSV, JSON."""

import csv
import io
import json

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reports import quantity
from reports.compare.comparison import Comparison
from reports.compare.row import Row, geometric_mean

_STYLES = {"slower": "red", "faster": "green", "~": "dim", "?": "yellow", "-": "dim"}


def change(row: Row) -> str:
    """`+4.2 % [+3.1, +5.0]`; `~` is a tie, `?` too little data to say so."""
    if row.ratio is None:
        return row.note or "-"
    span = f" [{_percent(row.low)}, {_percent(row.high)}]" if row.low is not None and row.high is not None else ""
    mark = f"{row.verdict} " if row.verdict in ("~", "?") else ""
    return f"{mark}{_percent(row.ratio)} %{span}"


def evidence(row: Row) -> str:
    """`p=0.002 n=6`, `n=6+8` where the sides are not paired."""
    if row.ratio is None:
        return ""
    count = f"n={row.runs[0]}" if row.paired else f"n={row.runs[0]}+{row.runs[1]}"
    return f"p={row.p:.3f} {count}" if row.p is not None else count


def show(comparison: Comparison, console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("cell", overflow="fold")
    for name in (comparison.before, comparison.after, "after over before", ""):
        table.add_column(escape(name), justify="right", overflow="fold")
    for row in comparison.rows:
        table.add_row(escape(row.cell), _time(row.before), _time(row.after),
                      f"[{_STYLES[row.verdict]}]{escape(change(row))}[/]", evidence(row))
    mean = geometric_mean(comparison.rows)
    if mean is not None:
        table.add_section()
        table.add_row("geometric mean", "", "", f"{_percent(mean)} %", "")
    console.print(table)
    for note in comparison.notes:
        console.print(f"note: {note}", markup=False)


def markdown(comparison: Comparison) -> str:
    lines = [f"# {_cell(comparison.after)} compared with {_cell(comparison.before)}", "",
             "Time per operation; `~` is a tie, `?` is too little data to tell.", "",
             "| cell | before | after | after over before | evidence |", "|---|--:|--:|--:|--:|"]
    lines += [f"| {_cell(row.cell)} | {_time(row.before)} | {_time(row.after)} | {_cell(change(row))} | {evidence(row)} |"
              for row in comparison.rows]
    mean = geometric_mean(comparison.rows)
    lines += [f"| geometric mean | | | {_percent(mean)} % | |"] if mean is not None else []
    return "\n".join([*lines, "", *(f"- {_cell(note)}" for note in comparison.notes)]).rstrip() + "\n"


def as_csv(comparison: Comparison) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["cell", "before_ns_per_op", "after_ns_per_op", "ratio", "low", "high", "confidence", "p",
                     "runs_before", "runs_after", "paired", "verdict", "note"])
    for row in comparison.rows:
        writer.writerow([row.cell, row.before, row.after, row.ratio, row.low, row.high, row.confidence, row.p,
                         *row.runs, row.paired, row.verdict, row.note])
    return file.getvalue()


def as_json(comparison: Comparison) -> str:
    return json.dumps(comparison.told(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _percent(ratio: float) -> str:
    return f"{(ratio - 1) * 100:+.1f}"


def _time(ns: float | None) -> str:
    return "-" if ns is None else quantity.duration(ns)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
