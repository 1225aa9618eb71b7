# SPDX-License-Identifier: Apache-2.0
"""One process of the gate: started, waited for, judged by the driver's own rules."""

import json
from pathlib import Path

from ..bench import command_of, judge
from ..interrupt import Interrupt
from ..plan import Cell
from ..process import Ended, plain_environment, run_process
from ..profile import Profile

SLACK = 15.0  # seconds for the watchdog's own words
GATE_OPS = 100_000  # per pass, where the case fixes a number that would take seconds


class Interrupted(Exception):
    """A signal came: what has been collected is not whole."""


class NotOk(Exception):
    """The process ended other than ok."""

    def __init__(self, status: str, reason: str | None) -> None:
        super().__init__(f"{status} ({reason})")
        self.status = status
        self.reason = reason


def run(
    bench: Path, cell: Cell, seed: int, profile: Profile, folder: Path, interrupt: Interrupt,
    environment: dict[str, str], more: tuple[str, ...] = (), around: tuple[str, ...] = (),
) -> tuple[dict, Ended]:
    """The result file's content; NotOk or Interrupted otherwise. `around` is a tool that runs the bench."""
    part = folder / "process.json.part"
    part.unlink(missing_ok=True)
    command = command_of(str(bench), cell, 1, 0, seed, profile, part, more)
    ended = run_process([*around, *command], profile.timeout + SLACK, interrupt, plain_environment(**environment),
                        scratch=folder)
    if interrupt.came:
        raise Interrupted
    return taken(part, ended, cell), ended


def taken(part: Path, ended: Ended, cell: Cell) -> dict:
    """What an ended process left in `part`, which is gone then; NotOk where it is no figure."""
    status, reason = judge(ended, part, cell)
    if status != "ok":
        raise NotOk(status, reason)
    result = json.loads(part.read_text())
    part.unlink()
    return result


def timed_ops(cell: Cell) -> tuple[str, ...]:
    return ("--ops", str(GATE_OPS)) if cell.case.fixed_ops > GATE_OPS else ()
