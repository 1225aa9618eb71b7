# SPDX-License-Identifier: Apache-2.0
"""Builds report.html: one file, no request to anybody; the tables are there without script, the charts with it."""

import base64
import gzip
from functools import cache
from pathlib import Path

import vl_convert
from markupsafe import Markup

from reports import matrix, noise, standing
from reports.charts import curve, latency, palette, runs, trend
from reports.page import data, section
from reports.page.trends import Trends

_HERE = Path(__file__).parent
# The order in which they stand in the page; a script file may use what an earlier one declares.
_STYLES = ("tokens", "frame", "verdict", "toolbar", "matrix", "chart", "table", "narrow", "print")
_SCRIPTS = ("quantity", "state", "theme", "choice", "sorting", "ticks", "rows", "library", "drawing", "contents")


@cache
def vega() -> str:
    """Vega as vl-convert carries it, packed: half a megabyte less in every report. The script unpacks it.

    It is reached through Vega-Embed: the bundle's own `vega` is null.
    """
    code = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return base64.b64encode(gzip.compress(code.encode(), mtime=0)).decode()


def _text(folder: str, names: tuple[str, ...], ending: str) -> Markup:
    files = (_HERE / folder / f"{name}.{ending}" for name in names)
    return Markup("\n".join(file.read_text(encoding="utf-8") for file in files))


def view(summary: dict, cells: list, folder, told: dict, trends: Trends | None) -> dict:
    """What the templates see; `told` is the view that page and Markdown have in common."""
    lanes = told["lanes"]
    looks = palette.looks(lanes)
    shown = matrix.main_workers(summary)
    floors = [row.floor for one in told["matrices"] if one.workers == shown for row in one.rows]
    return told | {
        "looks": looks,
        "shown": shown,
        "place": {lane["lane"]: number for number, lane in enumerate(lanes)},
        "judged": {one.lane: one for one in told["correctness"]},
        "middle_floor": noise.of_case(floors),
        "standings": {number: standing.standings(summary, number) for number in told["workers"]},
        "workloads": section.workloads(summary, cells),
        "floors": section.noise_floors(told["matrices"], shown),
        "memory_cases": section.memory_cases(summary),
        "memory_curves": section.memory_curves(summary),
        "memory_steps": section.memory_steps(summary),
        "style": _text("style", _STYLES, "css"),
        "script": _text("script", _SCRIPTS, "js"),
        "vega": vega(),
        "raw": Markup(data.raw(summary, folder)),
        "plan": Markup(data.plan(summary, looks)),
        "specs": Markup(data.plain({"runs": runs.spec(palette.PAGE), "curve": curve.spec(palette.PAGE),
                                    "latency": latency.spec(palette.PAGE), "trend": trend.spec(palette.PAGE)})),
        "trends": trends,
        "trend_data": Markup(data.plain(trends.as_data() if trends else None)),
    }
