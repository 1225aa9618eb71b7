# SPDX-License-Identifier: Apache-2.0
"""Progress: a bar with the time left on a terminal, a line now and then elsewhere.

The bar is drawn only between processes: a thread that redraws it would run beside what is measured.
"""

import sys
import time
from typing import Protocol

_LINE_EVERY = 10.0  # seconds between plain lines


class Progress(Protocol):
    def step(self, done: int, total: int, what: str, seconds_left: float | None) -> None: ...

    def say(self, text: str) -> None: ...

    def close(self) -> None: ...


def in_words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


class PlainProgress:
    def __init__(self, stream=None) -> None:
        self._stream = stream or sys.stderr
        self._next = 0.0

    def step(self, done: int, total: int, what: str, seconds_left: float | None) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _LINE_EVERY
        left = f", about {in_words(seconds_left)} left" if seconds_left is not None else ""
        self.say(f"   {done}/{total}{left}: {what}")

    def say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def close(self) -> None:
        pass


class BarProgress:
    """Needs rich; made only on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress as RichProgress, TextColumn

        self._bar = RichProgress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}", style="cyan"),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True, highlight=False),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, left="")
        self._bar.start()

    def step(self, done: int, total: int, what: str, seconds_left: float | None) -> None:
        left = f"{in_words(seconds_left)} left" if seconds_left is not None else ""
        self._bar.update(self._task, completed=done, total=total, description=what, left=left, refresh=True)

    def say(self, text: str) -> None:
        self._bar.console.print(text, markup=False)

    def close(self) -> None:
        self._bar.stop()


def make_progress() -> Progress:
    return BarProgress() if sys.stderr.isatty() else PlainProgress()
