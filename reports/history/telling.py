# SPDX-License-Identifier: Apache-2.0
"""Telling: the history of a cell and the list of all cells, as lines for a terminal."""

from collections.abc import Iterable

from reports import quantity
from reports.history.change import FEWEST_POINTS, Change, changes
from reports.history.series import Point, Series


def _commit(point: Point) -> str:
    return (point.commit or "unknown")[:12] + ("+" if point.dirty else "")


def sentence(change: Change) -> str:
    """`changed at 4f2a… (2026-01-02 03:04:05 UTC): 20.1 ns → 24.3 ns, 21 % slower; last before: 91cc…`"""
    percent = abs(change.ratio - 1) if change.ratio > 1 else 1 - change.ratio
    word = "slower" if change.ratio > 1 else "faster"
    return (f"changed at {_commit(change.point)} ({change.point.started}): {quantity.duration(change.old)} → "
            f"{quantity.duration(change.new)}, {quantity.percent(percent)} {word}; last before: {_commit(change.before)}")


def show(series: Series) -> Iterable[str]:
    yield f"{series.key} on {series.machine}: time per {series.unit}, {quantity.count(len(series.points), 'run')}"
    found = {change.point.run: change for change in changes(series)}
    for point in series.points:
        if point.median is None:
            figure = f"{point.status} ({point.reason})"
        else:
            figure = (f"{quantity.duration(point.median):>9}  "
                      f"{quantity.duration_bounds(point.low, point.high, point.median)}")
        change = found.get(point.run)
        mark = "" if change is None else f"  <- {quantity.times(change.ratio)}"
        yield f"  {point.started}  {_commit(point):13}  {figure}{mark}"
    yield from (f"  {sentence(change)}" for change in found.values())
    if len(series.timed) < FEWEST_POINTS:
        yield f"  no change can be told from fewer than {FEWEST_POINTS} runs with a figure"
    elif not found:
        yield "  no change"


def listing(all_series: Iterable[Series]) -> Iterable[str]:
    """One line per series: how many runs, the last figure, the last change."""
    rows = []
    for series in all_series:
        last = series.timed[-1] if series.timed else None
        found = changes(series)
        rows.append((str(series.key), series.machine, quantity.count(len(series.points), "run"),
                     quantity.duration(last.median) if last else series.points[-1].status,
                     sentence(found[-1]) if found else ""))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    for row in rows:
        yield "  ".join([*(text.ljust(width) for text, width in zip(row, widths)), row[4]]).rstrip()
