# SPDX-License-Identifier: Apache-2.0
"""Core: the cases that the quick profile measures, so that a run fits into the time of a coffee.

Six fresh processes of every case on every lane would take the better part of an hour. A few cases with enough
runs for an interval say more than all of them with one run each; `full` measures all, and so does naming a
workload in --workloads. Decision 0150.
"""

from .cases import Case

CORE = {
    "mpmc": ("side=4",),
    "mutex": ("goroutines=10",),
    "parallel_work": ("work_ns=10000",),
    "ping_pong": ("capacity=0",),
    "select": ("ways=2",),
    "spawn_million": ("mode=parked", "mode=spawn"),
    "spsc": ("capacity=127",),
    "worker_pool": ("pool=3,work_ns=0", "pool=100,work_ns=0"),
}


def core_of(cases: list[Case]) -> list[Case]:
    return [case for case in cases if case.params_text in CORE.get(case.workload, ())]
