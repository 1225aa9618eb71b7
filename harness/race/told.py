# SPDX-License-Identifier: Apache-2.0
"""A detector's report told in four lines: both accesses, both goroutines, where each was started.

ThreadSanitizer shows every frame, most of them the runtime's; here the first frame that is the user's stands
for the rest. A report that is written otherwise than expected is passed on whole.
"""

import os
import re
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[2])
_ACCESS = re.compile(r"^  (?:Previous )?(?:atomic )?(\w+) of size (\d+) at \S+ by (main thread|thread T\d+)", re.I)
_THREAD = re.compile(r"^  Thread (T\d+)(?: '([^']*)')? .*created by (main thread|thread T\d+)")
# Function and path may hold spaces; the path is whole. Optimised code may have no line.
_FRAME = re.compile(r"^    #\d+ .+ (/.+?(?::\d+)?)(?::\d+)? \(\S+\+0x")
# Frames of Gauntlet, of the libraries built here, of the system and of the detector.
_NOT_THE_USERS = re.compile(rf"{re.escape(_ROOT)}/(harness|impls|build/dependencies)/|/usr/|\S*/compiler-rt/")


def tell(report: str) -> list[str]:
    accesses: list[list[str]] = []  # what, who, where
    births: dict[str, list[str]] = {}  # thread: name, where
    open_entry: list[str] | None = None
    for line in report.splitlines():
        if found := _ACCESS.match(line):
            open_entry = [f"{found[1].lower()} of {found[2]} bytes", found[3].removeprefix("thread "), ""]
            accesses.append(open_entry)
        elif found := _THREAD.match(line):
            open_entry = births.setdefault(found[1], [found[2] or found[1], ""])
        elif not line.strip():
            open_entry = None
        elif open_entry is not None and not open_entry[-1] and (found := _FRAME.match(line)):
            place = os.path.normpath(found[1])
            if not _NOT_THE_USERS.match(place):
                open_entry[-1] = place
    if len(accesses) < 2:
        return report.splitlines()
    lines = []
    for what, who, where in accesses[:2]:
        name, _ = births.get(who, [who, ""])
        lines.append(f"{what} in {name} at {where or 'a place without symbols'}")
    for who in dict.fromkeys(access[1] for access in accesses[:2]):
        if who in births:
            lines.append(f"{births[who][0]} was started at {births[who][1] or 'a place without symbols'}")
    return lines
