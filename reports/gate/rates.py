# SPDX-License-Identifier: Apache-2.0
"""Rates of right verdicts so far, each with its exact interval (Clopper and Pearson 1934): 20 of 20 is not 100 %."""

from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    name: str
    wanted: str
    right: int
    suites: int
    planned: int

    @property
    def at_least(self) -> float:
        """One-sided: with 95 % confidence the rate of right verdicts is not below."""
        interval = stats.binomtest(self.right, self.suites, alternative="greater").proportion_ci(CONFIDENCE)
        return float(interval.low)


def show(rates: list[Rate], console: Console | None = None) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("experiment", "wanted", "right", "planned", "at least (95 %)"):
        table.add_column(column)
    for rate in rates:
        table.add_row(rate.name, rate.wanted, f"{rate.right} of {rate.suites}", str(rate.planned), f"{rate.at_least:.0%}")
    (console or Console(highlight=False, width=120)).print(table)
