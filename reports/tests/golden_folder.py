# SPDX-License-Identifier: Apache-2.0
"""The small result folder behind golden/summary.json: few enough figures to check by hand.

`python -m reports.tests.golden_folder` writes golden/summary.json anew; read the difference before
you keep it.
"""

import tempfile
from pathlib import Path

from reports import cell, load, summary
from reports.tests.folder_builder import FolderBuilder

GOLDEN = Path(__file__).parent / "golden" / "summary.json"
NAME = "20260102T030405Z_lab_0123456"


def golden_folder(parent: Path) -> Path:
    builder = FolderBuilder(parent / NAME)
    for round_ in range(1, 7):
        # alpha: median 10, interval [9, 11] at 1 - 2/64. beta: exactly twice that. gopher: 20 too.
        builder.process("alpha", "ping_pong", {"capacity": 0}, 1, round_,
                        [({}, {"ns_per_op": (9, 10, 10, 10, 10, 11)[round_ - 1], "cpu_ns_per_op": 9.5})])
        builder.process("beta", "ping_pong", {"capacity": 0}, 1, round_,
                        [({}, {"ns_per_op": 20, "cpu_ns_per_op": 40})])
        builder.context = {"stack": "goroutine", "channel": "native"}
        builder.process("gopher", "ping_pong", {"capacity": 0}, 1, round_, [({}, {"ns_per_op": 20})])
        builder.context = {}
    # Two entries of one process are two cells; beta's failure is spread over both.
    builder.process("alpha", "spawn_million", {"mode": "parked"}, 1, 1, [
        ({"temperature": "cold"}, {"ns_per_op": 2000, "bytes_per_goroutine": 4200, "cores_used": 0.5,
                                   "faults_per_op": 1.25, "maps": 27, "resident_at_0": 1_000_000,
                                   "resident_at_100": 1_500_000, "resident_at_1000": 5_300_000}),
        ({"temperature": "warm"}, {"ns_per_op": 500})])
    builder.process("beta", "spawn_million", {"mode": "parked"}, 1, 1, status="DNF", reason="hung: all wait")
    # beta's channel is broken: its worker_pool has no figure, whatever it measured.
    for round_, (alpha, beta) in enumerate([(8, 8), (9, 8.5), (10, 9)], 1):
        shares = {"share_min": 3 - (round_ == 2), "share_max": 4 + (round_ == 3), "starved": 0}
        builder.process("alpha", "worker_pool", {"pool": 3}, 2, round_, [({}, {"ns_per_op": alpha, **shares})])
        builder.process("beta", "worker_pool", {"pool": 3}, 2, round_, [({}, {"ns_per_op": beta, **shares})])
    for round_, longest in enumerate((70_000, 90_000, 80_000), 1):  # alpha's waits: medians, and the longest of all.
        waits = {f"latency_{name}_ns": round_ * by for name, by in
                 {"p50": 100, "p90": 200, "p99": 300, "p99_9": 10_000}.items()} | {"latency_max_ns": longest}
        builder.process("alpha", "wake_latency", {"work_ns": 10000}, 2, round_, [({}, {"ns_per_op": 150, **waits})])
    tests = ["Goroutine.G1_runs_once", "Goroutine.G3_catches", "Channel.C8_keeps_order",
             "Channel.C5_close_wakes_every_receiver", "Channel.C3_C4_try_calls_agree"]
    for workers in (1, 2):  # alpha's defect is outside of what its workloads rely on.
        builder.contract("alpha", workers, tests, told={"Goroutine.G3_catches": "not switched"},
                         unsupported={"Channel.C3_C4_try_calls_agree": "n/a (no try_send)"})
    builder.contract("beta", 2, tests, failing=("Channel.C5_close_wakes_every_receiver",))
    builder.plan = {
        "command": "./run_all.sh --seed 7", "profile": "quick", "seed": 7, "processes": 29, "cells": [],
        "lanes": [
            {"lane": "alpha", "kind": "runtime", "status": "ok", "reason": None, "description": "the first"},
            {"lane": "beta", "kind": "runtime", "status": "ok", "reason": None, "description": "the second"},
            {"lane": "gopher", "kind": "reference", "status": "ok", "reason": None, "description": "a reference"},
            {"lane": "delta", "kind": "runtime", "status": "n/a", "reason": "delta not found",
             "description": "not here"}]}
    return builder.write()


def golden_summary(parent: Path) -> dict:
    folder = load.load(golden_folder(parent))
    return summary.summarise(folder, cell.cells(folder))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        GOLDEN.write_text(summary.text(golden_summary(Path(scratch))), encoding="utf-8")
