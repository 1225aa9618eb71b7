# SPDX-License-Identifier: Apache-2.0
"""Turns: benches live side by side and do one pass at a time, in turns: a, b, b, a, ...

A shared machine changes its speed by a factor of two several times a second, when a neighbour takes the other half of
a core. Processes that run one after the other meet different machines; neighbouring passes meet the same one, and
only one of them runs at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .conversation import Conversation
from .interrupt import Interrupt
from .process import Ended

_DIGITS = 6  # of a figure that is kept


@dataclass(frozen=True)
class Share:
    """How much of the time each player gets."""

    seconds: float  # of measuring
    pass_seconds: float  # that a pass lasts where it is calibrated; so many fill `seconds` and are enough
    least: int = 1  # turns, however long they take
    level: bool = False  # all have as many turns as the one that has most

    @property
    def flags(self) -> tuple[str, ...]:
        """For a bench that is to play."""
        return "--on-request", "--pass-time", f"{self.pass_seconds:g}"


@dataclass(frozen=True)
class Player:
    command: list[str]
    environment: dict[str, str]


@dataclass(frozen=True)
class Played:
    figures: list[float]  # ns per op, one a turn
    nonsense: str | None  # what was said instead of a figure
    ended: Ended  # seconds: those in which it was asked for something


def play(players: dict[str, Player], order: Sequence[str], share: Share, timeout: float, interrupt: Interrupt,
         scratch: Path) -> dict[str, Played]:
    """All play until each has had its share. One that ends early does not end the others, which might go the same
    way; `timeout` seconds are what an answer may take. After an interrupt all of them were killed."""
    seats: dict[str, _Seat] = {}
    try:
        for name in order:
            seats[name] = _Seat(players[name], timeout, interrupt, scratch)
        turn = 0
        while wanting := [name for name in order if seats[name].wants_more(turn, share)]:
            for name in _serpentine(order if share.level else wanting, turn):
                seats[name].play()
            turn += 1
    finally:
        played = {name: seat.leave() for name, seat in seats.items()}
    return played


def _serpentine(order: Sequence[str], turn: int) -> Sequence[str]:
    return order if turn % 2 == 0 else order[::-1]


class _Seat:
    def __init__(self, player: Player, timeout: float, interrupt: Interrupt, scratch: Path) -> None:
        self._figures: list[float] = []
        self._nonsense: str | None = None
        self._talk = Conversation(player.command, interrupt, player.environment, scratch, timeout)
        self._plays = self._talk.hear() == "ready"
        self._before = self._talk.seconds

    def wants_more(self, turn: int, share: Share) -> bool:
        enough = turn * share.pass_seconds >= share.seconds or self._talk.seconds - self._before >= share.seconds
        return self._plays and (turn < share.least or not enough)

    def play(self) -> None:
        answer = self._talk.ask() if self._plays else None
        self._plays = answer is not None
        if self._plays:
            self._note(answer)

    def leave(self) -> Played:
        return Played(self._figures, self._nonsense, self._talk.end())

    def _note(self, answer: str) -> None:
        try:
            self._figures.append(float(f"{float(answer):.{_DIGITS}g}"))
        except ValueError:
            self._nonsense = f"answered '{answer[:40]}' instead of a figure"
            self._plays = False
