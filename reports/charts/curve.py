# SPDX-License-Identifier: Apache-2.0
"""The curve chart: a line per lane over the number of workers, or over another number a case is run with.

Rows: points {lane, x, value, low, high, said} with colour and shape, ideal {x, value} (empty where there is
no ideal). Signals: xs and ticks (of the two axes), domain (of the upright one), measure, title, width. Both axes are logarithmic, so that
the ideal is a straight line.
"""

from reports.charts import axis
from reports.charts.palette import Ink


def spec(ink: Ink) -> dict:
    line = {"x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "value"}}
    return {
        "description": "A line per lane, with the interval of every point; the ideal is dashed.",
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 0, "right": 8, "top": 6, "bottom": 0},
        "height": 236,
        "config": axis.config(ink),
        "signals": [{"name": "width", "value": 420}, {"name": "xs", "value": []},
                    {"name": "ticks", "value": []},
                    {"name": "domain", "value": [1, 10]},
                    {"name": "measure", "value": "speedup"}, {"name": "title", "value": "workers"}],
        "data": [{"name": "points", "values": []}, {"name": "ideal", "values": []}],
        "scales": [
            {"name": "x", "type": "log", "base": 2, "domain": {"data": "points", "field": "x"}, "range": "width",
             "nice": False, "zero": False, "padding": 14},
            {"name": "y", "type": "log", "domain": {"signal": "domain"}, "range": "height",
             "nice": False, "zero": False, "padding": 10}],
        "axes": [
            {"scale": "x", "orient": "bottom", "values": {"signal": "xs"}, "title": {"signal": "title"},
             "tickSize": 4, "domain": False, "encode": {"labels": {"update": {"text": {
                 "signal": "format(datum.value, ',.3~r')"}}}}},
            {"scale": "y", "orient": "left", "grid": True, "domain": False, "ticks": False, "values": {"signal": "ticks"},
             "labelOverlap": "greedy", "labelSeparation": 8, "labelPadding": 6, "encode": axis.labels()}],
        "marks": [
            {"type": "line", "from": {"data": "ideal"}, "aria": False, "encode": {"update": {
                **line, "stroke": {"value": ink.muted}, "strokeDash": {"value": [2, 3]},
                "strokeWidth": {"value": 1.3}}}},
            {"type": "rule", "from": {"data": "points"}, "aria": False, "encode": {"update": {
                "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "low"},
                "y2": {"scale": "y", "field": "high"}, "stroke": {"field": "colour"},
                "strokeWidth": {"value": 4}, "strokeOpacity": {"value": 0.28}}}},
            {"type": "group", "from": {"facet": {"name": "lane_points", "data": "points", "groupby": "lane"}},
             "aria": False, "marks": [
                {"type": "line", "from": {"data": "lane_points"}, "encode": {"update": {
                    **line, "stroke": {"field": "colour"}, "strokeWidth": {"value": 1.8},
                    "strokeDash": {"field": "dash"}}}},
                {"type": "symbol", "from": {"data": "lane_points"}, "encode": {"update": {
                    **line, "shape": {"field": "shape"}, "size": {"value": 46}, "fill": {"field": "colour"},
                    "stroke": {"field": "colour"}, "strokeWidth": {"value": 1.2},
                    "tooltip": {"field": "said"}}}}]}],
    }
