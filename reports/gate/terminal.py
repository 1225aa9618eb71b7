# SPDX-License-Identifier: Apache-2.0
"""The verdict as a table on the terminal, what wants attention first."""

from rich import box
from rich.console import Console
from rich.table import Table

from reports.gate import wording

_STYLES = {"FAIL": "bold red", "INVALID": "bold red", "INCONCLUSIVE": "yellow", "ACCEPTED": "yellow",
           "N/A": "dim", "PASS": "green"}


def show(verdict: dict, console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("cell", "outcome", "time", "counters", "remark"):
        table.add_column(column, overflow="fold")
    for row in wording.by_weight(verdict):
        table.add_row(row["id"], f"[{_STYLES[row['outcome']]}]{row['outcome']}[/]", wording.time(row),
                      wording.counters(row), wording.remark(row))
    console.print(table)
    for row in verdict["controls"]:
        console.print(f"{row['role']}: {'right' if row['right'] else 'WRONG'} ({wording.change(row['ratio'])})")
    for reason in verdict["invalid"]:
        console.print(f"invalid: {reason}", style="bold red", markup=False)
    console.print(wording.headline(verdict), style=_STYLES[verdict["overall"]], markup=False)
