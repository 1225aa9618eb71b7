# SPDX-License-Identifier: Apache-2.0
"""A made-up but lifelike result folder: `python -m reports.tests.sample DIR`. Its figures are invented.

Seven lanes, three workloads, three numbers of workers, six rounds, and one of every ill: a lane that
crashes, one that gives a wrong sum, one whose channel fails the contract, one that cannot do a case.
"""

import random
import sys
from pathlib import Path

from reports.tests.folder_builder import FolderBuilder

ROUNDS = 6
WORKERS = (1, 2, 4)
LANES = {
    "work_stealing": ("runtime", "fiber", "native", "stackful, M:N, run queues with stealing", 1.0),
    "os_threads": ("runtime", "thread", "portable", "one OS thread per goroutine", 180.0),
    "coro": ("runtime", "none", "portable", "C++20 coroutines on a worker pool", 1.6),
    "boost_fiber": ("runtime", "fiber", "native", "Boost.Fiber, work_stealing algorithm, its own channels", 9.0),
    "boost_fiber+portable": ("runtime", "fiber", "portable", "Boost.Fiber with the portable channels", 7.5),
    "tbb": ("runtime", "borrowed", "portable", "oneTBB task_arena, resumable tasks", 55.0),
    "go": ("reference", "goroutine", "native", "the same workloads in Go", 10.0),
}
BASE_NS = {  # Of the fastest lane at one worker.
    ("ping_pong", "capacity=0"): 20.7, ("ping_pong", "capacity=1"): 19.1,
    ("spawn_million", "mode=parked,cold"): 2310.0, ("spawn_million", "mode=parked,warm"): 452.0,
    ("spawn_million", "mode=spawn,cold"): 9.6, ("spawn_million", "mode=spawn,warm"): 8.1,
    ("worker_pool", "pool=3,work_ns=0"): 9.2, ("worker_pool", "pool=3,work_ns=500"): 512.0,
    ("worker_pool", "pool=100,work_ns=0"): 14.4, ("worker_pool", "pool=100,work_ns=500"): 515.0,
}
PROCESSES = [("ping_pong", {"capacity": 0}), ("ping_pong", {"capacity": 1}), ("spawn_million", {"mode": "parked"}),
             ("spawn_million", {"mode": "spawn"}), *[("worker_pool", {"pool": pool, "work_ns": work})
                                                     for pool in (3, 100) for work in (0, 500)]]
GROUPS = {"ping_pong": "channels", "worker_pool": "channels", "spawn_million": "spawn and memory"}
TESTS = [f"{suite}.{name}" for suite, names in {
    "Goroutine": ("G1_runs_once", "G2_go_nests", "R6_yields_to_others", "G3_exception_is_caught"),
    "Channel": ("C8_keeps_order", "C1_send_on_full_waits", "C5_close_wakes_every_receiver", "C9_capacity_n_holds_n",
                "C6_len_counts"),
    "WaitGroup": ("W1_waits_for_all", "W3_is_used_again"), "Mutex": ("M1_excludes", "M2_is_handed_on")}.items()
    for name in names]
BYTES = {"work_stealing": 4216, "coro": 312, "boost_fiber": 9216, "boost_fiber+portable": 9304, "go": 2748}


def _time(lane: str, workload: str, key: str, workers: int, dice: random.Random) -> float:
    base, slow = BASE_NS[workload, key], LANES[lane][4]
    if "work_ns=500" in key:
        base, slow = base / min(workers, 2), 1.0 + slow / 60.0
    elif workload == "spawn_million":
        base, slow = base * {1: 1.0, 2: 1.9, 4: 2.1}[workers], 1.0 + slow * 0.9
    else:
        base *= {1: 1.0, 2: 1.45, 4: 1.7}[workers]
    if lane == "coro" and workload == "worker_pool":
        slow = 1.01
    return base * slow * dice.lognormvariate(0.0, 0.03 if workers < 4 else 0.09)


def _counters(lane: str, workload: str, params: dict, key: str, workers: int, dice: random.Random) -> dict:
    ns = _time(lane, workload, key, workers, dice)
    busy = min(workers, 2) * (0.55 if lane == "os_threads" else 0.97)
    counters = {"ops": 1e6, "passes": 5, "ns_per_op": ns, "cpu_ns_per_op": ns * busy, "peak_rss_bytes": 6.1e7,
                "minor_faults": 12000, "major_faults": 0, "voluntary_switches": 40, "involuntary_switches": 9}
    if key == "mode=parked,cold" and lane in BYTES:
        counters["bytes_per_goroutine"] = BYTES[lane] + dice.randrange(0, 24)
    if workload == "worker_pool":
        even, skew = 1e6 / params["pool"], dice.uniform(0.01, 0.2 if lane != "tbb" else 0.9)
        starved = dice.choice((0, 0, 3)) if lane == "tbb" and params["pool"] == 100 else 0
        counters |= {"share_min": 0 if starved else int(even * (1 - skew)),
                     "share_max": int(even * (1 + 2 * skew)), "starved": starved}
    return counters


def _ill(lane: str, workload: str, params: dict, workers: int, round_: int) -> tuple[str, str] | None:
    if lane == "os_threads" and params.get("mode") == "parked":
        return "DNF", "max_map_count: 32,745 threads of 1,000,000 could be started (EAGAIN)"
    if lane == "tbb" and params.get("mode") == "parked":
        return "DNF", "SIGSEGV (a wild pointer or a stack overflow)"
    if lane == "tbb" and workload == "ping_pong" and params["capacity"] == 0 and workers == 4 and round_ == 3:
        return "DNF", "hung: 2 goroutines wait to receive, none runs"
    if lane == "coro" and workload == "worker_pool" and params["work_ns"] == 500 and workers == 4 and round_ > 4:
        return "WRONG", "sum is 999998000002, expected 1000000000000"
    if lane == "boost_fiber" and workload == "ping_pong" and params["capacity"] == 0:
        return "n/a", "its unbuffered channel needs two threads"
    return None


def sample(path: Path) -> Path:
    dice = random.Random(20250101)
    builder = FolderBuilder(path)
    lanes = [{"lane": lane, "kind": kind, "status": "ok", "reason": None, "description": told}
             for lane, (kind, _, _, told, _) in LANES.items()]
    lanes.append({"lane": "tokio", "kind": "reference", "status": "n/a", "reason": "cargo not found",
                  "description": "the same workloads in Rust on tokio"})
    cells = [{"lane": lane, "workload": workload, "params": params, "workers": workers}
             for lane in LANES for workload, params in PROCESSES for workers in WORKERS]
    builder.plan = {"command": "./run_all.sh --seed 7", "profile": "quick", "seed": 7,
                    "processes": len(cells) * ROUNDS, "lanes": lanes,
                    "cells": [cell | {"group": GROUPS[cell["workload"]]} for cell in cells]}
    for round_ in range(1, ROUNDS + 1):
        for cell in dice.sample(cells, len(cells)):
            lane, workload, params, workers = cell.values()
            builder.context = {"stack": LANES[lane][1], "channel": LANES[lane][2],
                               "hypervisor_steal_percent": f"{dice.uniform(0, 2.2):.1f}"}
            ill = _ill(lane, workload, params, workers, round_)
            if ill:
                builder.process(lane, workload, params, workers, round_, status=ill[0], reason=ill[1])
                continue
            keys = ",".join(f"{key}={value}" for key, value in params.items())
            split = [({"temperature": t}, f"{keys},{t}") for t in ("cold", "warm")]
            entries = split if workload == "spawn_million" else [({}, keys)]
            builder.process(lane, workload, params, workers, round_, [
                (extra, _counters(lane, workload, params, key, workers, dice)) for extra, key in entries])
    for lane in LANES:
        for workers in WORKERS:
            failing = ("Channel.C5_close_wakes_every_receiver",) if (lane, workers) == (
                "boost_fiber+portable", 4) else ()
            told = {"Goroutine.G3_exception_is_caught": "exception state is not switched"}
            lacks = {"Channel.C6_len_counts": "n/a (the channel has no len and cap)"}
            if lane != "go":
                builder.contract(lane, workers, TESTS, failing, told if lane in ("tbb", "boost_fiber") else None,
                                 lacks if lane == "boost_fiber" else None)
    builder.files["race.json"] = {"fidelity": {lane: {
        "seeded": 9, "found_in_every_run": 7 if lane == "boost_fiber" else 9, "runs_of_racy": 180, "runs_found": 180,
        "runs_of_fixed": 360, "false_reports": 0, "missed": ["close_race", "map_write"] if lane == "boost_fiber" else []}
        for lane in LANES if lane != "tbb"}}
    builder.files["environment.json"] = {
        "os": "Debian GNU/Linux 12", "load_average": [0.12, 0.2, 0.18], "memory_bytes": 25282609152,
        "transparent_hugepages": "madvise"}
    return builder.write()


if __name__ == "__main__":
    print(sample(Path(sys.argv[1])))
