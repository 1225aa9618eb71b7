# SPDX-License-Identifier: Apache-2.0
"""The trend chart: the median of a cell from run to run, its interval, the levels and where they changed.

Rows: points {lane, n, value, low, high, said} with colour, shape and dash, levels {from, to, value, colour}, told
{n, text, colour} of changes; n counts the runs. Signals: commits (by n), ticks, domain, last (n), measure, width.
"""

from reports.charts import axis
from reports.charts.palette import STILL, Ink
from reports.charts.ticks import ticks
from reports.history.change import changes
from reports.history.series import Series


def spec(ink: Ink) -> dict:
    x, y = {"scale": "x", "field": "n"}, {"scale": "y", "field": "value"}
    return {
        "description": "Medians from run to run, with the levels between changes.",
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 0, "right": 8, "top": 6, "bottom": 0},
        "height": 230,
        "config": axis.config(ink),
        "signals": [{"name": "width", "value": 560}, {"name": "commits", "value": []}, {"name": "ticks", "value": []},
                    {"name": "domain", "value": [1, 10]}, {"name": "last", "value": 1},
                    {"name": "measure", "value": "ns"}],
        "data": [{"name": name, "values": []} for name in ("points", "levels", "told")],
        "scales": [
            {"name": "x", "type": "linear", "domain": [-0.5, {"signal": "last + 0.5"}], "range": "width"},
            {"name": "y", "type": "log", "domain": {"signal": "domain"}, "range": "height", "nice": False,
             "zero": False, "padding": 18}],
        "axes": [
            {"scale": "x", "orient": "bottom", "values": {"signal": "sequence(0, last + 1)"}, "domain": False,
             "labelOverlap": "greedy", "labelSeparation": 8, "title": "run, by its commit", "encode": {
                 "labels": {"update": {"text": {"signal": "commits[datum.value]"}}}}},
            {"scale": "y", "orient": "left", "grid": True, "domain": False, "ticks": False,
             "values": {"signal": "ticks"}, "labelPadding": 6, "encode": axis.labels()}],
        "marks": [
            {"type": "rule", "from": {"data": "told"}, "aria": False, "encode": {"update": {
                "x": x, "y": {"value": 0}, "y2": {"signal": "height"}, "stroke": {"field": "colour"},
                "strokeDash": {"value": [4, 3]}}}},
            {"type": "text", "from": {"data": "told"}, "aria": False, "encode": {"update": {
                "x": {**x, "offset": 5}, "y": {"value": 2}, "baseline": {"value": "top"}, "text": {"field": "text"},
                "fill": {"field": "colour"}, "fontSize": {"value": 11.5}, "fontWeight": {"value": "bold"}}}},
            {"type": "rule", "from": {"data": "levels"}, "aria": False, "encode": {"update": {
                "x": {"scale": "x", "field": "from"}, "x2": {"scale": "x", "field": "to"}, "y": y,
                "stroke": {"field": "colour"}, "strokeWidth": {"value": 5}, "strokeOpacity": {"value": 0.25}}}},
            {"type": "rule", "from": {"data": "points"}, "aria": False, "encode": {"update": {
                "x": x, "y": {"scale": "y", "field": "low"}, "y2": {"scale": "y", "field": "high"},
                "stroke": {"field": "colour"}, "strokeWidth": {"value": 3}, "strokeOpacity": {"value": 0.35}}}},
            {"type": "group", "from": {"facet": {"name": "lane_points", "data": "points", "groupby": "lane"}},
             "aria": False, "marks": [
                {"type": "line", "from": {"data": "lane_points"}, "encode": {"update": {
                    "x": x, "y": y, "stroke": {"field": "colour"}, "strokeWidth": {"value": 1.2},
                    "strokeDash": {"field": "dash"}}}},
                {"type": "symbol", "from": {"data": "lane_points"}, "encode": {"update": {
                    "x": x, "y": y, "size": {"value": 34}, "shape": {"field": "shape"}, "fill": {"field": "colour"},
                    "tooltip": {"field": "said"}}}}]}],
    }


def of_series(series: Series) -> dict:
    """A still of one cell, with its data."""
    timed, found = series.timed, changes(series)
    ink, level, mark = STILL.ink, "#0072b2", "#a63c00"
    points = [{"lane": series.key.lane, "n": n, "value": point.median, "low": point.low, "high": point.high,
               "colour": ink, "shape": "circle", "dash": [1, 0]} for n, point in enumerate(timed)]
    borders = [0, *(change.index for change in found), len(timed)]
    means = [found[0].old, *(change.new for change in found)] if found else []
    rows = {"points": points,
            "levels": [{"from": start - 0.5, "to": end - 0.5, "value": mean, "colour": level}
                       for start, end, mean in zip(borders, borders[1:], means)],
            "told": [{"n": change.index - 0.5, "text": f"{(change.ratio - 1) * 100:+.1f} %", "colour": mark}
                     for change in found]}
    ends = [value for point in points for value in (point["low"], point["high"])] or [1.0, 10.0]
    signals = {"width": 760, "commits": [(point.commit or "unknown")[:7] for point in timed], "ticks": ticks(ends),
               "domain": [min(ends), max(ends)], "last": max(len(timed) - 1, 0)}
    drawn = spec(STILL)
    return drawn | {
        "background": "#ffffff", "padding": 12,
        "title": {"text": str(series.key), "subtitle": f"time per {series.unit} on {series.machine}"},
        "signals": [signal | {"value": signals.get(signal["name"], signal["value"])} for signal in drawn["signals"]],
        "data": [{"name": name, "values": values} for name, values in rows.items()]}
