# SPDX-License-Identifier: Apache-2.0
"""Ratios as the verdict has them: six digits, so that the last bit of a logarithm is never seen."""

import math

from reports.gate.counter import CounterJudgement


def ratio_of(log: float) -> float:
    return round(math.exp(log), 6)


def share_of(counter: CounterJudgement) -> float:
    """A counter that was 0 has no ratio: it is told as infinitely more, which JSON cannot; so as 10^9."""
    if counter.base == counter.head:
        return 1.0
    return round(counter.head / counter.base, 6) if counter.base > 0 else 1e9


def percent(ratio: float) -> str:
    return f"{(ratio - 1) * 100:+.1f} %" if ratio < 1e6 else "from 0"
