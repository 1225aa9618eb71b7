# SPDX-License-Identifier: Apache-2.0
"""Charts: every run as a dot, its median and interval, one panel per params and workers, log axis.

Vega-Altair draws, vl-convert turns it into SVG without a browser. Colours are drawn as stand-ins and then
replaced by CSS variables, so that one SVG serves light, dark and print. A lane is told by its row, a
cell without a figure by its status in that row: nothing is told by colour alone.
"""

import math
import re

import altair
from vl_convert import vegalite_to_svg

from reports import params as params_of
from reports import quantity
from reports.cell import Cell

PALETTE_SIZE = 8  # Colours in style.css: --lane-0 ...; lanes beyond begin again.
_INK, _MUTED, _GRID, _REFERENCE = "#0badc0", "#0badc1", "#0badc2", "#0badc3"
_VARIABLES = {_INK: "--ink", _MUTED: "--muted", _GRID: "--grid", _REFERENCE: "--reference"}
_VARIABLES |= {f"#1abe1{i}": f"--lane-{i}" for i in range(PALETTE_SIZE)}
_PANELS_WIDE = 960
_ROW_HIGH = 19
_STEPS = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8), tuple(step / 20 for step in range(20, 200)))
_LABEL_WIDE = 7.4  # Per letter: more than any likely font takes, as the reader's font is not known here.
_FIGURES = {"ns_per_op": ("time", quantity.duration_tick),
            "bytes_per_goroutine": ("memory", quantity.memory)}


def lane_colours(lanes: list[dict]) -> dict[str, int | None]:
    """The palette's number per lane; references have none, they are drawn in ink."""
    runtimes = [lane["lane"] for lane in lanes if lane["kind"] == "runtime"]
    return {lane["lane"]: runtimes.index(lane["lane"]) % PALETTE_SIZE if lane["lane"] in runtimes else None
            for lane in lanes}


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers in between: the coarsest grid that has three, thinned to seven."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    inside: list[float] = []
    for steps in _STEPS:
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= 3:
            break
    return inside[::math.ceil(len(inside) / 7) or 1]


def _domain(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = max(1.12, (high / low) ** 0.04)
    return low / room, high * room


def _panel(cells: list[Cell], figure: str, lanes: list[dict], domain: tuple[float, float],
           title: str, subtitle: str, width: float, first: bool) -> altair.LayerChart:
    order = [lane["lane"] for lane in lanes]
    kinds = {lane["lane"]: lane["kind"] for lane in lanes}
    colours = {name: _REFERENCE if number is None else f"#1abe1{number}"
               for name, number in lane_colours(lanes).items()}
    tell = _FIGURES[figure][1]
    ticks = _ticks(*domain)
    labels = " : ".join(
        [f"abs(datum.value / {tick!r} - 1) < 1e-6 ? '{tell(tick)}'" for tick in ticks] + ["''"])
    y = altair.Y("lane:N", sort=order, scale=altair.Scale(domain=order), axis=altair.Axis(
        title=None, labels=first, ticks=False, domain=False, grid=True, labelPadding=8, labelLimit=400,
        minExtent=_LABEL_WIDE * max(map(len, order)) if first else 0))
    x_scale = altair.Scale(type="log", domain=list(domain), nice=False, clamp=True)
    x_axis = altair.Axis(title=None, values=ticks, tickSize=3, domain=False, grid=True, labelOverlap=True,
                         labelExpr=labels)
    x = altair.X("value:Q", scale=x_scale, axis=x_axis)
    colour = altair.Color("lane:N", legend=None, scale=altair.Scale(
        domain=order, range=[colours[lane] for lane in order]))
    dots, spans, told, lines = [], [], [], []
    for cell in cells:
        values = cell.values(figure)
        for value in values:
            dots.append({"lane": cell.lane, "value": value})
        if values:
            middle = cell.median(figure)
            ends = cell.time if figure == "ns_per_op" else None
            spans.append({"lane": cell.lane, "value": middle, "low": ends.low if ends else min(values),
                          "high": ends.high if ends else max(values)})
            if kinds[cell.lane] == "reference":
                lines.append({"value": middle})
        else:
            status = cell.status if cell.status != "ok" else "not measured"
            told.append({"lane": cell.lane, "text": status, "value": domain[0]})

    def data(rows: list[dict]) -> altair.Data:
        return altair.Data(values=rows)

    layers = [
        altair.Chart(data(lines)).mark_rule(
            color=_REFERENCE, strokeDash=[4, 3], strokeWidth=1.2, aria=False).encode(x=x),
        altair.Chart(data(spans)).mark_bar(height=9, opacity=0.28, cornerRadius=2, aria=False).encode(
            y=y, x=altair.X("low:Q", scale=x_scale, axis=x_axis), x2="high:Q", color=colour),
        altair.Chart(data(dots)).mark_circle(size=30, opacity=0.75, aria=False).encode(
            y=y, x=x, color=colour),
        altair.Chart(data(spans)).mark_tick(
            color=_INK, thickness=2, height=13, aria=False).encode(y=y, x=x),
        altair.Chart(data(told)).mark_text(
            align="left", dx=6, color=_MUTED, fontSize=11, fontStyle="italic", aria=False).encode(
            y=y, x=x, text="text:N"),
    ]
    return altair.layer(*layers).properties(
        width=width, height=_ROW_HIGH * len(order),
        title=altair.TitleParams(title, subtitle=subtitle, anchor="start", frame="group", fontSize=12,
                                 subtitleFontSize=11, subtitlePadding=2, offset=8))


def _themed(svg: str, name: str) -> str:
    for stand_in, variable in _VARIABLES.items():
        svg = re.sub(re.escape(stand_in), f"var({variable})", svg, flags=re.IGNORECASE)
    svg = re.sub(r'font-family="[^"]*"', 'font-family="inherit"', svg)
    svg = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)  # Many SVGs live in one page.
    return re.sub(r"\s+\n", "\n", svg)


def draw(cells: list[Cell], lanes: list[dict], figure: str, alt: str) -> str | None:
    """One chart of all panels, as SVG; None when no cell has that figure."""
    every = [value for cell in cells for value in cell.values(figure)]
    if not every or min(every) <= 0:
        return None
    domain = _domain(every)
    workers = sorted({cell.case.workers for cell in cells})
    width = _PANELS_WIDE / len(workers) - 24
    rows = []
    for params in sorted({cell.case.params for cell in cells}, key=params_of.sort_key):
        panels = []
        for number in workers:
            shown = [cell for cell in cells if cell.case.params == params and cell.case.workers == number]
            panels.append(_panel(shown, figure, lanes, domain, quantity.count(number, "worker"),
                                 params_of.text(params), width, number == workers[0]))
        rows.append(altair.hconcat(*panels, spacing=24))
    chart = altair.vconcat(*rows, spacing=26, background="transparent").configure_view(
        stroke=None).configure_axis(
        labelColor=_INK, gridColor=_GRID, tickColor=_GRID, labelFontSize=11).configure_title(
        color=_INK, fontWeight=600, subtitleColor=_MUTED)
    with altair.data_transformers.disable_max_rows():
        spec = chart.to_dict()
    svg = vegalite_to_svg(spec)
    name = f"{_FIGURES[figure][0]}-{cells[0].case.workload}"
    label = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    svg = re.sub(r"<svg ", f'<svg role="img" aria-label="{label}" ', svg, count=1)
    return _themed(svg, name)
