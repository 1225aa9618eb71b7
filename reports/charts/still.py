# SPDX-License-Identifier: Apache-2.0
"""Stills: the runs, the scaling and the latency of a case as files, drawn from the same specifications as the page's charts.

For Markdown, slides and papers: time per operation, fixed colours on white.
"""

import math
import re

import vl_convert

from reports import params as params_of
from reports import quantity
from reports.cell import PERCENTILES, Cell
from reports.charts import curve, latency, palette, runs
from reports.charts.palette import STILL, Look
from reports.charts.ticks import ticks

_WIDE = 720


def _filled(spec: dict, rows: dict[str, list], signals: dict[str, object], title: str, subtitle: str) -> dict:
    return spec | {
        "background": "#ffffff",
        "padding": 12,
        "title": {"text": title, "subtitle": subtitle},
        "signals": [signal | {"value": signals.get(signal["name"], signal.get("value"))} if "update" not in signal
                    else signal for signal in spec["signals"]],
        "data": [{"name": part["name"], "values": rows[part["name"]]} for part in spec["data"]]}


def _look(lane: str, looks: dict[str, Look]) -> dict:
    look = looks[lane]
    return {"lane": lane, "colour": look.colour(STILL), "shape": look.shape, "dash": look.dash}


def _with_legend(spec: dict, points: list[dict]) -> dict:
    """The page names its lanes beside the charts; a file has to do it itself."""
    lanes = list({point["lane"]: point for point in points}.values())
    scales = [{"name": f"lane_{key}", "type": "ordinal", "domain": [lane["lane"] for lane in lanes],
               "range": [lane[key] for lane in lanes]} for key in ("colour", "shape")]
    return spec | {"scales": spec["scales"] + scales,
                   "legends": [{"orient": "right", "fill": "lane_colour", "shape": "lane_shape", "symbolSize": 60}]}


def runs_of_case(cells: list[Cell], looks: dict[str, Look]) -> dict | None:
    """Of all lanes at one case; None when none has a figure."""
    rows: dict[str, list] = {"dots": [], "spans": [], "told": [], "lines": []}
    for cell in cells:
        own = _look(cell.lane, looks)
        if cell.time is None:
            rows["told"].append(own | {"text": f"{cell.status}: {cell.reason}"})
            continue
        rows["dots"] += [own | {"value": value, "round": 0} for value in cell.values("ns_per_op")]
        rows["spans"].append(own | {"middle": cell.time.median, "low": cell.time.low, "high": cell.time.high})
        if looks[cell.lane].number is None:
            rows["lines"].append({"value": cell.time.median})
    if not rows["dots"]:
        return None
    case = cells[0].case
    signals = {"width": _WIDE, "lanes": [cell.lane for cell in cells], "measure": "ns",
               "ticks": ticks([dot["value"] for dot in rows["dots"]])}
    return _filled(runs.spec(STILL), rows, signals, f"{case.workload} {params_of.text(case.params)}",
                   f"time per {cells[0].unit} at {quantity.count(case.workers, 'worker')}")


def scaling_of_case(cells: list[Cell], looks: dict[str, Look]) -> dict | None:
    """Over the workers; None with fewer than two of them, or with no figure."""
    xs = sorted({cell.case.workers for cell in cells if cell.time})
    if len(xs) < 2:
        return None
    points = [_look(cell.lane, looks) | {"x": cell.case.workers, "value": cell.time.median, "low": cell.time.low,
                                         "high": cell.time.high} for cell in cells if cell.time]
    first = [cell.time.median for cell in cells
             if cell.time and cell.case.workers == xs[0] and looks[cell.lane].number is not None]
    ideal = [{"x": x, "value": min(first) / x * xs[0]} for x in xs] if first else []
    case = cells[0].case
    ends = [point[key] for point in points for key in ("low", "high")] + [point["value"] for point in ideal]
    signals = {"width": _WIDE, "xs": xs, "measure": "ns", "title": "workers", "ticks": ticks(ends),
               "domain": [min(ends), max(ends)]}
    return _filled(_with_legend(curve.spec(STILL), points), {"points": points, "ideal": ideal}, signals,
                   f"{case.workload} {params_of.text(case.params)}",
                   f"time per {cells[0].unit} over workers; dotted: ideal from the fastest runtime")


def latency_of_case(cells: list[Cell], looks: dict[str, Look]) -> dict | None:
    """Percentiles of the waits of all lanes at one case; None where ops are no waits."""
    points = []
    for cell in cells:
        for name, value in (cell.latency or {}).items():
            if name in PERCENTILES and value > 0:
                beyond = 1 - float(name.removeprefix("p").replace("_", ".")) / 100
                points.append(_look(cell.lane, looks) | {"nines": -math.log10(beyond), "value": value})
    if not points:
        return None
    case = cells[0].case
    signals = {"width": _WIDE, "nines": sorted({point["nines"] for point in points}), "measure": "ns",
               "ticks": ticks([point["value"] for point in points])}
    return _filled(_with_legend(latency.spec(STILL), points), {"points": points}, signals,
                   f"{case.workload} {params_of.text(case.params)}",
                   f"wait per {cells[0].unit} by percentile, at {quantity.count(case.workers, 'worker')}")


def draw(cells: list[Cell], lanes: list[dict], workers: int) -> dict[str, dict]:
    """The specifications by file name without ending: `ping_pong.capacity=0.runs`, `.scaling` and `.latency`.

    Runs and latency are those at `workers`, or at the next fewer that the case is run with.
    """
    looks = palette.looks(lanes)
    order = list(looks)
    by_case: dict[tuple, list[Cell]] = {}
    for cell in sorted(cells, key=lambda one: (one.case.sort_key(), order.index(one.lane))):
        by_case.setdefault((cell.case.workload, cell.case.params), []).append(cell)
    drawn = {}
    for (workload, params), own in by_case.items():
        name = re.sub(r"[^\w=.,+-]", "_", ".".join(filter(None, (workload, params_of.text(params, ",")))))
        at = max((cell.case.workers for cell in own if cell.case.workers <= workers),
                 default=min(cell.case.workers for cell in own))
        there = [cell for cell in own if cell.case.workers == at]
        found = {"runs": runs_of_case(there, looks), "scaling": scaling_of_case(own, looks),
                 "latency": latency_of_case(there, looks)}
        drawn |= {f"{name}.{kind}": spec for kind, spec in found.items() if spec}
    return drawn


def svg(spec: dict) -> str:
    return vl_convert.vega_to_svg(spec) + "\n"


def png(spec: dict) -> bytes:
    return vl_convert.vega_to_png(spec, scale=2)
