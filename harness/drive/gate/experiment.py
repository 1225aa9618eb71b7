# SPDX-License-Identifier: Apache-2.0
"""Experiments of the gate on itself: what is put into the head, and what the gate must then say.

Both arms are the same commit, so whatever is found besides the injected fault is a false alarm.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Experiment:
    name: str
    wanted: str  # FAIL or "no FAIL"
    inject: str = ""  # for GAUNTLET_INJECT; "" leaves the lane as it is
    slower: float | None = None  # calibrated steps, a share
    workers: int = 1
    workload: str = "ping_pong"
    counter: str | None = None  # the one that must be found; None: time
    suites: int = 1  # as many as the project wants to have seen
    what: str = ""


EXPERIMENTS = (
    Experiment("a/a", "no FAIL", suites=20, what="a quick suite of one build against itself, relinked"),
    Experiment("slower 5 %, one worker", "FAIL", slower=0.05, suites=20, what="busy work in every wake-up"),
    Experiment("slower 10 %, one worker", "FAIL", slower=0.10, suites=20, what="busy work in every wake-up"),
    Experiment("slower 20 %, one worker", "FAIL", slower=0.20, suites=20, what="busy work in every wake-up"),
    Experiment("slower 20 %, two workers", "FAIL", slower=0.20, workers=2, suites=20,
               what="busy work in every wake-up"),
    Experiment("one allocation", "FAIL", inject="allocations=1", counter="allocations", suites=5,
               what="malloc and free in every wake-up"),
    Experiment("one system call", "FAIL", inject="system_calls=1", counter="system_calls", suites=5,
               what="getppid in every wake-up"),
    Experiment("16 bytes a goroutine", "FAIL", inject="bytes=16", workload="spawn_million",
               counter="bytes_per_goroutine", suites=5, what="16 resident bytes more per goroutine"),
)
