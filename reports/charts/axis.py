# SPDX-License-Identifier: Apache-2.0
"""Axes: how every chart tells a quantity, and the look that all of them have.

`measure` is a signal of the chart: ns | ratio | rate | bytes | speedup. The expressions are Vega's.
"""

from reports.charts.palette import Ink


def _steps(value: str, steps: list[tuple[float, str]], up_to: float = 1) -> str:
    """A unit is left at `up_to` times the next one."""
    text = ""
    for index, (factor, unit) in enumerate(steps):
        told = f"format({value} / {factor:g}, ',.3~r') + '\u00a0{unit}'"
        last = index == len(steps) - 1
        text += told if last else f"{value} < {steps[index + 1][0] * up_to:.0f} ? {told} : "
    return f"({text})"


def told(value: str = "datum.value") -> str:
    """The expression that tells `value` in the unit of the chart's measure."""
    time = _steps(value, [(1, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")])
    size = _steps(value, [(1, "B"), (2.0**10, "KiB"), (2.0**20, "MiB"), (2.0**30, "GiB")], 10)
    rate = _steps(value, [(1, "/s"), (1e3, "k/s"), (1e6, "M/s"), (1e9, "G/s")])
    return (f"measure == 'ns' ? {time} : measure == 'bytes' ? {size} : measure == 'rate' ? {rate} : "
            f"format({value}, ',.3~r') + '×'")


def labels(value: str = "datum.value") -> dict:
    return {"labels": {"update": {"text": {"signal": told(value)}}}}


def config(ink: Ink) -> dict:
    return {
        "background": None,
        "axis": {"labelColor": ink.ink, "labelFontSize": 11, "titleColor": ink.muted, "titleFontSize": 11,
                 "titleFontWeight": "normal", "gridColor": ink.grid, "domainColor": ink.grid,
                 "tickColor": ink.grid, "labelFont": ink.font, "titleFont": ink.font},
        "text": {"font": ink.font},
        "legend": {"labelFont": ink.font, "labelFontSize": 11, "labelColor": ink.ink},
        "title": {"color": ink.ink, "font": ink.font, "fontSize": 13, "subtitleColor": ink.muted,
                  "subtitleFont": ink.font, "anchor": "start", "frame": "group", "offset": 10},
    }
