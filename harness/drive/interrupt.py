# SPDX-License-Identifier: Apache-2.0
"""Interrupt: Ctrl-C, SIGTERM and SIGHUP end the running processes at once and leave the rest to us.

Invariant: a process group is in `_groups` from right after its start until it is reaped, and a signal
that arrives in between is seen by `enter_group`. A second signal takes its ordinary course: whoever waits
for the report to be drawn may leave without it.
"""

import os
import signal

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupt:
    def __init__(self) -> None:
        self.came: str | None = None  # name of the signal
        self._over = False
        self._groups: set[int] = set()
        self._before: dict[int, object] = {}

    def __enter__(self) -> "Interrupt":
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, _frame: object) -> None:
        self.came = signal.Signals(number).name
        for group in list(self._groups):
            kill_group(group)
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)

    def end_all(self) -> None:
        """As if a signal had come, but none did: what runs ends now, and what starts ends at once."""
        self._over = True
        for group in list(self._groups):
            kill_group(group)

    def enter_group(self, group: int) -> None:
        self._groups.add(group)
        if self.came or self._over:
            kill_group(group)

    def leave_group(self, group: int) -> None:
        self._groups.discard(group)


def kill_group(group: int) -> None:
    signal_group(group, signal.SIGKILL)


def signal_group(group: int, number: signal.Signals) -> None:
    """To every process of the group; one that is gone already is no error."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass
