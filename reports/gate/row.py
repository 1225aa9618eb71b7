# SPDX-License-Identifier: Apache-2.0
"""Rows of the verdict: one per cell, one per lane's guard, each with its outcome and the reason."""

import datetime
from collections.abc import Mapping
from statistics import fmean

from reports.gate import rules
from reports.gate.accepted import Accepted
from reports.gate.counter import judge_counters
from reports.gate.figure import percent, ratio_of, share_of
from reports.gate.guard import Guard
from reports.gate.raw import CellData
from reports.gate.timing import Timing


def cell_row(cell: CellData, timing: Timing | None, told: tuple[str, str] | None, standing: bool,
         accepted: list[Accepted], day: datetime.date) -> dict:
    counters = judge_counters(cell)
    findings = [] if timing is None or not standing else [("time", timing.flag, ratio_of(timing.estimate.value))]
    findings += [(c.name, 1 if c.outcome == "slower" else -1, share_of(c)) for c in counters
                 if c.outcome in ("slower", "faster")]
    outcome, reason = told or ("PASS", None)
    broken = [f"{c.name}: {c.reason}" for c in counters if c.outcome == "invalid"]
    covering: list[Accepted] = []
    if outcome == "PASS" and broken:
        outcome, reason = "INVALID", "; ".join(broken)
    elif outcome == "PASS":
        worse = [finding for finding in findings if finding[1] == 1]
        covers = [next((entry for entry in accepted if entry.covers(cell.id, what, ratio, day)), None)
                  for what, _, ratio in worse]
        if worse and all(covers):
            outcome, covering = "ACCEPTED", covers
            reason = "; ".join(dict.fromkeys(entry.reason for entry in covers))
        elif worse:
            outcome, reason = "FAIL", "; ".join(f"{what} {percent(ratio)}" for what, _, ratio in worse)
        elif timing.blind:
            outcome = "INCONCLUSIVE"
            reason = (f"too noisy: a slowdown below {timing.visible:.0%} would not be seen, "
                      f"{timing.wanted:.0%} must be")
    return {
        **{key: cell.told[key] for key in ("id", "lane", "workload", "params", "workers", "unit")},
        "shard": cell.shard,
        "outcome": outcome,
        "reason": reason,
        "improved": sorted(what for what, sign, _ in findings if sign == -1),
        "worse": sorted(what for what, sign, _ in findings if sign == 1),
        "accepted": [entry.told() for entry in covering],
        "time": None if timing is None else _timing_told(timing),
        "counters": [counter.told() for counter in counters],
    }


def _timing_told(timing: Timing) -> dict:
    estimate = timing.estimate
    return {
        "ratio": ratio_of(estimate.value), "low": ratio_of(estimate.low), "high": ratio_of(estimate.high),
        "pairs": estimate.pairs, "confidence": round(estimate.confidence, 6),
        "flagged": {1: "slower", -1: "faster", 0: None}[timing.flag],
        "p": float(f"{timing.confirmation.p:.6g}") if timing.confirmation else None,
        "visible": round(timing.visible, 6), "must_see": timing.wanted,
    }


def rest_of(guard: Guard, timings: Mapping[CellData, Timing], agreed: set[str]) -> float | None:
    """The lane's mean without its accepted cells; None when it has none of them."""
    own = [cell for cell in timings if (cell.told["lane"], cell.shard) == (guard.lane, guard.shard)]
    rest = [timings[cell].estimate.value for cell in own if cell.id not in agreed]
    return None if len(rest) == len(own) else fmean(rest) if rest else 0.0


def guard_row(guard: Guard, standing: bool, accepted: list[Accepted], day: datetime.date,
               rest: float | None) -> dict:
    ratio = ratio_of(guard.confirmation.estimate.value if guard.confirmation else guard.mean)
    entry = next((entry for entry in accepted if entry.covers(f"guard/{guard.lane}", "time", ratio, day)), None)
    cover = entry.reason if entry else "only its accepted cells touch it" if rest is not None and rest <= rules.GUARD else None
    worse = standing and guard.flag == 1
    return {"lane": guard.lane, "shard": guard.shard, "cells": guard.cells, "ratio": ratio,
            "outcome": "PASS" if not worse else "ACCEPTED" if cover else "FAIL",
            "improved": standing and guard.flag == -1,
            "reason": cover if worse and cover else f"geometric mean {percent(ratio)}" if worse else None,
            "p": float(f"{guard.confirmation.p:.6g}") if guard.confirmation else None}
