# SPDX-License-Identifier: Apache-2.0
"""The latency chart: a line per lane over the percentiles, a nine more at every tick.

Rows: points {lane, nines, value, said} with colour, shape and dash; nines = -log10(1 - percentile). Signals:
nines and ticks (of the two axes), measure, width.
"""

from reports.charts import axis
from reports.charts.palette import Ink


def spec(ink: Ink) -> dict:
    line = {"x": {"scale": "x", "field": "nines"}, "y": {"scale": "y", "field": "value"}}
    percentile = "'p' + format(100 - 100 * pow(10, -datum.value), '.6~r')"
    return {
        "description": "Latency over percentiles, on an axis of nines and a logarithmic one.",
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 0, "right": 16, "top": 6, "bottom": 0},
        "height": 260,
        "config": axis.config(ink),
        "signals": [{"name": "width", "value": 560}, {"name": "nines", "value": []},
                    {"name": "ticks", "value": []},
                    {"name": "measure", "value": "ns"}],
        "data": [{"name": "points", "values": []}],
        "scales": [
            {"name": "x", "type": "linear", "domain": {"data": "points", "field": "nines"}, "range": "width",
             "zero": False, "nice": False, "padding": 10},
            {"name": "y", "type": "log", "domain": {"data": "points", "field": "value"}, "range": "height",
             "nice": False, "zero": False, "padding": 10}],
        "axes": [
            {"scale": "x", "orient": "bottom", "values": {"signal": "nines"}, "grid": True, "tickSize": 4,
             "domain": False, "encode": {"labels": {"update": {"text": {"signal": percentile}}}}},
            {"scale": "y", "orient": "left", "grid": True, "domain": False, "ticks": False, "values": {"signal": "ticks"},
             "labelOverlap": "greedy", "labelSeparation": 8, "labelPadding": 6, "encode": axis.labels()}],
        "marks": [
            {"type": "group", "from": {"facet": {"name": "lane_points", "data": "points", "groupby": "lane"}},
             "aria": False, "marks": [
                {"type": "line", "from": {"data": "lane_points"}, "encode": {"update": {
                    **line, "stroke": {"field": "colour"}, "strokeWidth": {"value": 1.8},
                    "strokeDash": {"field": "dash"}}}},
                {"type": "symbol", "from": {"data": "lane_points"}, "encode": {"update": {
                    **line, "shape": {"field": "shape"}, "size": {"value": 40}, "fill": {"field": "colour"},
                    "stroke": {"field": "colour"}, "tooltip": {"field": "said"}}}}]}],
    }
