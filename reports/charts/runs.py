# SPDX-License-Identifier: Apache-2.0
"""The runs chart: a lane per row, every run a mark, its median and interval; references as dashed lines.

Rows: dots {lane, value}, spans {lane, middle, low, high, said}, told {lane, text} of lanes without a figure,
lines {value}; each with the lane's colour, dots with its shape too. Signals: lanes (order), ticks, measure, width.
"""

from reports.charts import axis
from reports.charts.palette import Ink

STEP = 24


def spec(ink: Ink) -> dict:
    middle = {"scale": "y", "field": "lane", "band": 0.5}
    fields = [{"data": "dots", "field": "value"}, {"data": "spans", "field": "low"},
              {"data": "spans", "field": "high"}]
    return {
        "description": "Every run of every lane, with median and interval, on a logarithmic axis.",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 0, "right": 6, "top": 4, "bottom": 0},
        "config": axis.config(ink),
        "signals": [
            {"name": "width", "value": 560}, {"name": "lanes", "value": []}, {"name": "measure", "value": "ns"},
            {"name": "ticks", "value": []},
            {"name": "height", "update": f"length(lanes) * {STEP}"}],
        "data": [{"name": name, "values": []} for name in ("dots", "spans", "told", "lines")],
        "scales": [
            {"name": "y", "type": "band", "domain": {"signal": "lanes"}, "range": "height"},
            {"name": "x", "type": "log", "domain": {"fields": fields}, "range": "width", "nice": False,
             "zero": False, "padding": 16}],
        "axes": [
            {"scale": "x", "orient": "bottom", "grid": True, "domain": False, "tickSize": 4,
             "values": {"signal": "ticks"},
             "labelOverlap": "greedy", "labelSeparation": 8, "encode": axis.labels()},
            {"scale": "y", "orient": "left", "domain": False, "ticks": False, "labelPadding": 10,
             "labelLimit": 170, "labelFontSize": 12}],
        "marks": [
            {"type": "rule", "from": {"data": "lines"}, "aria": False, "encode": {"update": {
                "x": {"scale": "x", "field": "value"}, "y": {"value": 0}, "y2": {"signal": "height"},
                "stroke": {"value": ink.reference}, "strokeWidth": {"value": 1.2},
                "strokeDash": {"value": [4, 3]}}}},
            {"type": "rect", "from": {"data": "spans"}, "aria": False, "encode": {"update": {
                "x": {"scale": "x", "field": "low"}, "x2": {"scale": "x", "field": "high"},
                "yc": middle, "height": {"value": 12}, "cornerRadius": {"value": 2},
                "fill": {"field": "colour"}, "fillOpacity": {"value": 0.25}}}},
            {"type": "symbol", "from": {"data": "dots"}, "aria": False, "encode": {"update": {
                "x": {"scale": "x", "field": "value"}, "y": middle, "shape": {"field": "shape"},
                "size": {"value": 34}, "fill": {"field": "colour"}, "fillOpacity": {"value": 0.55},
                "stroke": {"field": "colour"}, "strokeWidth": {"value": 1},
                "tooltip": {"signal": f"datum.lane + ': ' + ({axis.told()}) + ', round ' + datum.round"}}}},
            {"type": "rule", "from": {"data": "spans"}, "aria": False, "encode": {"update": {
                "x": {"scale": "x", "field": "middle"}, "y": {**middle, "offset": -8},
                "y2": {**middle, "offset": 8}, "stroke": {"value": ink.ink}, "strokeWidth": {"value": 2},
                "tooltip": {"field": "said"}}}},
            {"type": "text", "from": {"data": "told"}, "aria": False, "encode": {"update": {
                "x": {"value": 8}, "y": middle, "text": {"field": "text"}, "baseline": {"value": "middle"},
                "fill": {"value": ink.muted}, "fontSize": {"value": 11}, "fontStyle": {"value": "italic"},
                "limit": {"signal": "width - 16"}}}}],
    }
