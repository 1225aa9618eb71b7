# SPDX-License-Identifier: Apache-2.0
"""The trend chart: the median of a cell from run to run, its interval, the levels and where they changed."""

from reports.charts import axis
from reports.charts.palette import STILL
from reports.charts.ticks import ticks
from reports.history.change import changes
from reports.history.series import Series

_WIDE = 760


def of_series(series: Series) -> dict:
    """A specification with its data: a still."""
    ink, timed, found = STILL, series.timed, changes(series)
    points = [{"n": n, "value": point.median, "low": point.low, "high": point.high,
               "commit": (point.commit or "unknown")[:7]} for n, point in enumerate(timed)]
    borders = [0, *(change.index for change in found), len(timed)]
    means = [found[0].old, *(change.new for change in found)] if found else []
    levels = [{"from": start - 0.5, "to": end - 0.5, "value": mean}
              for start, end, mean in zip(borders, borders[1:], means)]
    told = [{"n": change.index - 0.5, "text": f"{(change.ratio - 1) * 100:+.1f} %"} for change in found]
    ends = [value for point in points for value in (point["low"], point["high"])]
    x, y = {"scale": "x", "field": "n"}, {"scale": "y", "field": "value"}
    return {
        "description": "The median of a cell from run to run, with its levels.",
        "background": "#ffffff", "padding": 12, "width": _WIDE, "height": 240,
        "autosize": {"type": "fit", "contains": "padding"}, "config": axis.config(ink),
        "title": {"text": str(series.key), "subtitle": f"time per {series.unit} on {series.machine}"},
        "signals": [{"name": "measure", "value": "ns"}],
        "data": [{"name": "points", "values": points}, {"name": "levels", "values": levels},
                 {"name": "told", "values": told}],
        "scales": [
            {"name": "x", "type": "linear", "domain": [-0.5, max(len(timed), 1) - 0.5], "range": "width"},
            {"name": "y", "type": "log", "domain": [min(ends, default=1), max(ends, default=10)], "range": "height",
             "nice": False, "zero": False, "padding": 18},
            {"name": "commit", "type": "ordinal", "domain": {"data": "points", "field": "n"},
             "range": {"data": "points", "field": "commit"}}],
        "axes": [
            {"scale": "x", "orient": "bottom", "values": [point["n"] for point in points], "domain": False,
             "labelOverlap": "greedy", "labelSeparation": 8, "title": "run, by its commit", "encode": {
                 "labels": {"update": {"text": {"signal": "scale('commit', datum.value)"}}}}},
            {"scale": "y", "orient": "left", "grid": True, "domain": False, "ticks": False, "values": ticks(ends),
             "labelPadding": 6, "encode": axis.labels()}],
        "marks": [
            {"type": "rule", "from": {"data": "told"}, "encode": {"update": {
                "x": x, "y": {"value": 0}, "y2": {"signal": "height"}, "stroke": {"value": "#a63c00"},
                "strokeDash": {"value": [4, 3]}}}},
            {"type": "text", "from": {"data": "told"}, "encode": {"update": {
                "x": {**x, "offset": 5}, "y": {"value": 2}, "baseline": {"value": "top"}, "text": {"field": "text"},
                "fill": {"value": "#a63c00"}, "fontSize": {"value": 12}, "fontWeight": {"value": "bold"}}}},
            {"type": "rule", "from": {"data": "levels"}, "encode": {"update": {
                "x": {"scale": "x", "field": "from"}, "x2": {"scale": "x", "field": "to"}, "y": y,
                "stroke": {"value": "#0072b2"}, "strokeWidth": {"value": 2}, "strokeOpacity": {"value": 0.5}}}},
            {"type": "rule", "from": {"data": "points"}, "encode": {"update": {
                "x": x, "y": {"scale": "y", "field": "low"}, "y2": {"scale": "y", "field": "high"},
                "stroke": {"value": ink.muted}, "strokeWidth": {"value": 3}, "strokeOpacity": {"value": 0.4}}}},
            {"type": "symbol", "from": {"data": "points"}, "encode": {"update": {
                "x": x, "y": y, "size": {"value": 36}, "fill": {"value": ink.ink}}}}],
    }
