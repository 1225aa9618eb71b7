# SPDX-License-Identifier: Apache-2.0
"""Tier 1: counters that are the same in every run. Two runs of each arm, no statistics.

A counter whose two runs of one arm disagree is no measure here: it is demoted, which leaves the cell to
tier 2, and the verdict says so.
"""

import math
from dataclasses import dataclass
from statistics import fmean

from reports.gate.raw import ARMS, CellData
from reports.gate.rules import COUNTER_RUNS, COUNTERS, CounterRule


@dataclass(frozen=True)
class CounterJudgement:
    name: str
    outcome: str  # ok | slower | faster | demoted | invalid; "slower" is: more of it
    base: float | None = None
    head: float | None = None
    reason: str | None = None

    def told(self) -> dict:
        return {"counter": self.name, "outcome": self.outcome, "base": self.base, "head": self.head,
                "reason": self.reason}


def judge_counters(cell: CellData) -> list[CounterJudgement]:
    names = sorted({name for name, _ in cell.counters})
    return [_judge(COUNTERS[name], *(cell.counters.get((name, arm)) for arm in ARMS)) for name in names]


def _judge(rule: CounterRule, base: list[float] | None, head: list[float] | None) -> CounterJudgement:
    if base == [] and head == []:
        return CounterJudgement(rule.name, "demoted", reason="neither arm could be counted")
    for arm, runs in zip(ARMS, (base, head)):
        if runs is None or len(runs) < COUNTER_RUNS:
            return CounterJudgement(rule.name, "invalid", reason=f"{arm} has {len(runs or ())} of {COUNTER_RUNS} runs")
        if not all(math.isfinite(value) for value in runs):
            return CounterJudgement(rule.name, "invalid", reason=f"{arm} is not a number")
    figures = [round(fmean(runs), 6) for runs in (base, head)]
    for arm, runs in zip(ARMS, (base, head)):
        if not _agree(rule, runs):
            told = " and ".join(f"{value:.6g}" for value in sorted(runs))
            return CounterJudgement(rule.name, "demoted", *figures, f"two runs of {arm} differ: {told}")
    more = _exceeds(rule, *figures)
    less = _exceeds(rule, figures[1], figures[0])
    return CounterJudgement(rule.name, "slower" if more else "faster" if less else "ok", *figures)


def _agree(rule: CounterRule, runs: list[float]) -> bool:
    spread = max(runs) - min(runs)
    return spread <= max(rule.agree_share * abs(fmean(runs)), rule.agree_amount)


def _exceeds(rule: CounterRule, low: float, high: float) -> bool:
    """Is `high` above what `low` allows? The smaller of the two bounds counts."""
    bounds = []
    if rule.fail_share is not None:
        bounds.append(rule.fail_share * abs(low))
    if rule.fail_amount is not None:
        bounds.append(rule.fail_amount)
    return high - low > min(bounds)
