# SPDX-License-Identifier: Apache-2.0
"""Turns: the processes of a pair live side by side and do one pass at a time: base, head, head, base, ...

A shared machine changes its speed by a factor of two several times a second, when a neighbour takes the other half of
a core. Processes that run one after the other meet different machines; neighbouring passes meet the same one, and
only one of them runs at any time.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..bench import command_of
from ..conversation import Conversation
from ..interrupt import Interrupt
from ..plan import Cell
from ..process import plain_environment
from ..profile import Profile
from .bench_run import SLACK, Interrupted, NotOk, taken, timed_ops

PASS_SECONDS = 0.005  # The shorter, the more alike is what both arms meet; a turn costs some microseconds.
LEAST_TURNS = 4
_DIGITS = 6  # of a figure that is kept


@dataclass(frozen=True)
class Player:
    """A bench, and what it is started with."""

    bench: Path
    seed: int
    environment: dict[str, str]


@dataclass(frozen=True)
class Played:
    figures: list[float]  # ns per op, one a turn
    context: dict
    end: NotOk | None  # why the figures are worth nothing


def play(players: dict[str, Player], order: Sequence[str], cell: Cell, profile: Profile, folder: Path,
         interrupt: Interrupt) -> dict[str, Played]:
    """Both play until each has measured for the profile's time, or done as many turns as passes fill it. One that ends
    early does not end the other, which might go the same way."""
    seats: dict[str, _Seat] = {}
    try:
        for name in order:
            seats[name] = _Seat(name, players[name], cell, profile, folder, interrupt)
        turn = 0
        while any(seat.wants_more(turn, profile.min_time) for seat in seats.values()):
            for name in order if turn % 2 == 0 else reversed(order):
                seats[name].play()
            turn += 1
    finally:
        played = {name: seat.leave() for name, seat in seats.items()}
    if interrupt.came:
        raise Interrupted
    return played


class _Seat:
    def __init__(self, name: str, player: Player, cell: Cell, profile: Profile, folder: Path, interrupt: Interrupt) -> None:
        self._cell = cell
        self._part = folder / f"{name}.json.part"
        self._part.unlink(missing_ok=True)
        self._figures: list[float] = []
        self._seconds = 0.0
        self._nonsense: str | None = None
        more = ("--on-request", "--pass-time", f"{PASS_SECONDS:g}", *timed_ops(cell))
        command = command_of(str(player.bench), cell, 1, 0, player.seed, profile, self._part, more)
        self._talk = Conversation(command, interrupt, plain_environment(**player.environment), folder,
                                  profile.timeout + SLACK)
        self._plays = self._talk.hear() == "ready"

    def wants_more(self, turn: int, seconds: float) -> bool:
        enough = turn * PASS_SECONDS >= seconds or self._seconds >= seconds
        return self._plays and (turn < LEAST_TURNS or not enough)

    def play(self) -> None:
        if not self._plays:
            return
        begin = time.monotonic()
        answer = self._talk.ask()
        self._seconds += time.monotonic() - begin
        self._plays = answer is not None
        if self._plays:
            self._note(answer)

    def leave(self) -> Played:
        try:
            result = taken(self._part, self._talk.end(), self._cell)
        except NotOk as end:
            return Played(self._figures, {}, end)
        nonsense = NotOk("DNF", self._nonsense) if self._nonsense else None
        return Played(self._figures, result["context"], nonsense)

    def _note(self, answer: str) -> None:
        try:
            self._figures.append(float(f"{float(answer):.{_DIGITS}g}"))
        except ValueError:
            self._nonsense = f"answered '{answer[:40]}' instead of a figure"
            self._plays = False
