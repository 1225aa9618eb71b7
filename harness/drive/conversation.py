# SPDX-License-Identifier: Apache-2.0
"""Conversation: a child that answers a line with a line, until its stdin is closed.

While it works, this process sleeps in poll(2); while nobody asks it, the child is stopped (SIGSTOP): idle workers of
some runtimes spin. One that gives no answer is at its end or past its time: which of them, `end` tells.
"""

import os
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .interrupt import Interrupt, signal_group
from .process import Ended, end_of, reap, start

_MOST_BYTES = 4096  # of a line


class Conversation:
    def __init__(self, command: list[str], interrupt: Interrupt, environment: dict[str, str], scratch: Path,
                 timeout: float) -> None:
        """`timeout` seconds are what each answer may take, and its end."""
        self.seconds = 0.0  # in which it was not stopped
        self._interrupt = interrupt
        self._timeout = timeout
        self._errors = tempfile.TemporaryFile(dir=scratch)
        self._heard = b""
        self._late = False
        self._since = time.monotonic()
        self._child = start(command, interrupt, environment, subprocess.PIPE, subprocess.PIPE, self._errors)

    def hear(self) -> str | None:
        """The next line, after which it stops; None when there is none to come."""
        until = time.monotonic() + self._timeout
        poll = select.poll()
        poll.register(self._child.stdout, select.POLLIN)
        while b"\n" not in self._heard:
            if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
                self._late = True
                return None
            more = os.read(self._child.stdout.fileno(), _MOST_BYTES)
            if not more or len(self._heard) > _MOST_BYTES:
                return None
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        self._stop()
        return line.decode(errors="replace")

    def ask(self) -> str | None:
        """Lets it go on, says one line, and hears the answer."""
        self._go_on()
        try:
            os.write(self._child.stdin.fileno(), b"\n")
        except BrokenPipeError:
            return None
        return self.hear()

    def end(self) -> Ended:
        """Nobody asks any more: waits for its end, and forces it where it was late already."""
        self._go_on()
        with self._errors, self._child.stdout, self._child.stdin:
            self._child.stdin.close()
            timed_out, returncode = reap(self._child, self._interrupt, 0.0 if self._late else self._timeout)
            self._count()
            return Ended(returncode, self.seconds, timed_out, "", end_of(self._errors))

    def _stop(self) -> None:
        signal_group(self._child.pid, signal.SIGSTOP)
        self._count()

    def _go_on(self) -> None:
        if self._since is None:
            self._since = time.monotonic()
        signal_group(self._child.pid, signal.SIGCONT)

    def _count(self) -> None:
        if self._since is not None:
            self.seconds += time.monotonic() - self._since
        self._since = None
