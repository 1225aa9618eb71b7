# SPDX-License-Identifier: Apache-2.0
"""Processes of the gate: started, waited for, judged by the driver's own rules; one alone, or one of each arm in turns."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..bench import WATCHDOG_SLACK, Start, command_of, judge
from ..interrupt import Interrupt
from ..plan import Cell
from ..process import Ended, plain_environment, run_process
from ..profile import Profile
from ..turns import Played, Player, Share, play

GATE_OPS = 100_000  # per pass, where the case fixes a number that would take seconds
PASS_SECONDS = 0.005  # The shorter, the more alike is what both arms meet; a turn costs some microseconds.
_LEAST_TURNS = 4


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
    command = command_of(Start(str(bench), cell, seed), profile, part, more)
    ended = run_process([*around, *command], profile.timeout + WATCHDOG_SLACK, interrupt,
                        plain_environment(**environment), scratch=folder)
    if interrupt.came:
        raise Interrupted
    return _taken(part, ended, cell), ended


@dataclass(frozen=True)
class Arm:
    bench: Path
    environment: dict[str, str]


@dataclass(frozen=True)
class Timed:
    figures: list[float]  # ns per op of each pass
    context: dict
    end: NotOk | None  # why the figures are worth nothing


def in_turns(arms: dict[str, Arm], order: Sequence[str], cell: Cell, seed: int, profile: Profile, folder: Path,
             interrupt: Interrupt) -> dict[str, Timed]:
    """Both arms, as many passes each."""
    share = Share(profile.min_time, PASS_SECONDS, _LEAST_TURNS, level=True)
    parts = {name: folder / f"{name}.json.part" for name in order}
    players = {}
    for name, arm in arms.items():
        parts[name].unlink(missing_ok=True)
        command = command_of(Start(str(arm.bench), cell, seed), profile, parts[name], share.flags + _timed_ops(cell))
        players[name] = Player(command, plain_environment(**arm.environment))
    played = play(players, order, share, profile.timeout + WATCHDOG_SLACK, interrupt, folder)
    if interrupt.came:
        raise Interrupted
    return {name: _timed(played[name], parts[name], cell) for name in order}


def _timed(played: Played, part: Path, cell: Cell) -> Timed:
    try:
        context = _taken(part, played.ended, cell)["context"]
    except NotOk as end:
        return Timed(played.figures, {}, end)
    return Timed(played.figures, context, NotOk("DNF", played.nonsense) if played.nonsense else None)


def _taken(part: Path, ended: Ended, cell: Cell) -> dict:
    """What an ended process left in `part`, which is gone then; NotOk where it is no figure."""
    status, reason = judge(ended, part, cell)
    if status != "ok":
        raise NotOk(status, reason)
    result = json.loads(part.read_text())
    part.unlink()
    return result


def _timed_ops(cell: Cell) -> tuple[str, ...]:
    return ("--ops", str(GATE_OPS)) if cell.case.fixed_ops > GATE_OPS else ()
