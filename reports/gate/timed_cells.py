# SPDX-License-Identifier: Apache-2.0
"""The timed cells of a run: their endings, their timings, and which of their changes stand together."""

from collections.abc import Mapping

from reports.gate import confirm
from reports.gate.raw import ARMS, CellData
from reports.gate.timing import Timing, Unusable, judge_timing


def look(measured: list[CellData]) -> tuple[dict[CellData, Timing], dict[CellData, tuple[str, str] | None]]:
    """Timings of the cells that have one, and for the others the outcome with its reason."""
    timings, told = {}, {}
    for cell in measured:
        told[cell] = ending(cell)
        if told[cell] is None:
            try:
                timings[cell] = judge_timing(cell)
            except Unusable as error:
                told[cell] = "INVALID", str(error)
    return timings, told


def ending(cell: CellData) -> tuple[str, str] | None:
    """Outcome of a cell in which a process ended other than ok."""
    ends = {arm: [end for end in cell.ends if end["arm"] == arm] for arm in ARMS}
    if not cell.ends:
        return None
    words = "; ".join(f"{arm} {_said(ends[arm])}" for arm in ARMS)
    statuses = [{end["status"] for end in ends[arm]} for arm in ARMS]
    if "WRONG" not in statuses[0] | statuses[1] and statuses[0] == statuses[1] and len(statuses[0]) == 1:
        return "N/A", f"not judged: {_said(ends['base'])} in both"
    return "INVALID", words


def _said(ends: list[dict]) -> str:
    if not ends:
        return "ok"
    return f"{ends[0]['status']} ({ends[0]['reason']})" if ends[0]["reason"] else ends[0]["status"]


def standing_of(timings: Mapping[CellData, Timing]) -> set[CellData]:
    """The cells whose change is confirmed; each direction is a family of its own, so that they mirror."""
    standing = set()
    for sign in (1, -1):
        flagged = {cell: timing.confirmation for cell, timing in timings.items() if timing.flag == sign}
        found = confirm.holm({cell: confirmation.p for cell, confirmation in flagged.items()})
        standing |= {cell for cell in found if flagged[cell].large(sign)}
    return standing
