# SPDX-License-Identifier: Apache-2.0
"""Annotations in GitHub's workflow commands, ten at most: more of them are not shown anyway."""

from reports.gate import wording

MOST = 10
_LEVELS = {"FAIL": "error", "INVALID": "error", "INCONCLUSIVE": "warning", "PASS": "notice"}


def render(verdict: dict) -> list[str]:
    lines = wording.problems(verdict)
    if len(lines) > MOST:
        lines = [*lines[: MOST - 1], f"and {len(lines) - MOST + 1} more, see verdict.json"]
    level = _LEVELS[verdict["overall"]]
    return [f"::{level} title=Gauntlet gate::{_escaped(line)}" for line in lines]


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
