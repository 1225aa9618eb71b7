# SPDX-License-Identifier: Apache-2.0
"""Process: one child in its own process group, waited for without polling, with an end that is told.

While a child measures, this process sleeps in poll(2) on the child's pidfd: a driver that wakes up to look
would be noise in the figures.
"""

import os
import select
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .interrupt import Interrupt, kill_group

_KEPT_BYTES = 65536  # of stderr's end
# What would change a child's behaviour behind the plan's back.
_DROPPED_PREFIXES = ("GAUNTLET_", "BENCHMARK_", "GTEST_", "GOMAXPROCS", "GODEBUG", "GOGC", "GOMEMLIMIT")


@dataclass(frozen=True)
class Ended:
    returncode: int  # negative: the signal
    seconds: float
    timed_out: bool
    stdout: str
    stderr: str


def plain_environment(**extra: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_DROPPED_PREFIXES)}
    return kept | extra


def run_process(
    command: list[str], timeout: float, interrupt: Interrupt, environment: dict[str, str] | None = None,
    scratch: Path | None = None,
) -> Ended:
    """Runs the command to its end or to the timeout; nothing of its group lives on afterwards."""
    with tempfile.TemporaryFile(dir=scratch) as out, tempfile.TemporaryFile(dir=scratch) as err:
        begin = time.monotonic()
        child = start(command, interrupt, environment, subprocess.DEVNULL, out, err)
        timed_out, returncode = reap(child, interrupt, timeout)
        return Ended(returncode, time.monotonic() - begin, timed_out, end_of(out), end_of(err))


def start(command: list[str], interrupt: Interrupt, environment: dict[str, str] | None, stdin, stdout, stderr
          ) -> subprocess.Popen:
    """A child in a group of its own, which the interrupt knows of. Whoever starts it reaps it."""
    child = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True,
                             env=environment if environment is not None else plain_environment())
    interrupt.enter_group(child.pid)
    return child


def reap(child: subprocess.Popen, interrupt: Interrupt, timeout: float) -> tuple[bool, int]:
    """Whether it did not end within the timeout, and how it ended; nothing of its group lives on afterwards."""
    try:
        timed_out = not _ends_within(child.pid, timeout)
    finally:
        # The leader is not reaped yet, so its group id cannot belong to anybody else.
        kill_group(child.pid)
        interrupt.leave_group(child.pid)
        returncode = child.wait()
    return timed_out, returncode


def _ends_within(pid: int, timeout: float) -> bool:
    watched = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        return bool(poll.poll(timeout * 1000))
    finally:
        os.close(watched)


def end_of(file) -> str:
    """What was written to it, or the last of it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _KEPT_BYTES))
    return file.read().decode(errors="replace")
