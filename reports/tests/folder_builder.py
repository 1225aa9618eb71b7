# SPDX-License-Identifier: Apache-2.0
"""Builds result folders as bench executables and driver write them, for tests and samples."""

import json
from pathlib import Path

from reports import params as params_of

CONTEXT = {
    "host_name": "lab", "num_cpus": 2, "mhz_per_cpu": 3700, "gauntlet_schema": "1", "lane_version": "1.0",
    "stack": "fiber", "channel": "portable", "compiler": "g++ 12.2.0", "compiler_flags": "-O2 -march=x86-64-v2",
    "build_type": "Release", "commit": "0123456789abcdef0123456789abcdef01234567", "dirty": "false",
    "kernel": "Linux 6.18.0", "cpu_model": "Example EPYC 9000", "governor": "not available", "aslr": "2",
    "max_map_count": "65530", "hypervisor_steal_percent": "0.0", "allocator": "glibc 2.36",
    "libraries": "Google Benchmark 1.7.1", "lane_tuning": "none",
}
NEEDS = {"ping_pong": ["G1", "C8", "wait_group"], "spawn_million": ["G1", "wait_group"],
         "wake_latency": ["G1", "C8"], "worker_pool": ["G1", "C5", "C8"]}
UNITS = {"ping_pong": "round trip", "spawn_million": "goroutine", "wake_latency": "wake-up", "worker_pool": "job"}


class FolderBuilder:
    """Collects processes; nothing is on the disk before `write`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict] = []
        self.files: dict[str, dict] = {}
        self.plan: dict | None = None
        self.context: dict[str, str] = {}  # Overrides for the processes added from here on.

    def process(self, lane: str, workload: str, params: dict, workers: int, round_: int,
                entries: list[tuple[dict, dict]] | None = None, status: str = "ok",
                reason: str | None = None, **more: object) -> None:
        """`entries`: what the name adds to the params, and the counters, of each benchmark entry."""
        case = params_of.from_mapping(params)
        text = params_of.text(case, ",") or "-"
        order = len(self.rows) + 1
        file = f"{lane}/{workload}.{text}.w{workers}.r{round_:02}.json" if entries else None
        self.rows.append({
            "lane": lane, "workload": workload, "params": dict(case), "workers": workers, "round": round_,
            "order": order, "seed": 7, "file": file, "exit_code": {"ok": 0, "WRONG": 1, "DNF": 3}.get(status, 4),
            "signal": None, "status": status, "reason": reason, "seconds": 0.4,
            "needs": NEEDS.get(workload), "unit": UNITS.get(workload), **more})
        if not entries:
            return
        told = {"lane": lane, "workload": workload, "params": text, "workers": str(workers), "seed": "7",
                "round": str(round_), "order": str(order)}
        self.files[file] = {
            "context": {**CONTEXT, **told, **self.context},
            "benchmarks": [self._entry(workload, case, workers, *entry) for entry in entries]}

    @staticmethod
    def _entry(workload: str, case: params_of.Params, workers: int, extra: dict, counters: dict) -> dict:
        whole = params_of.merge(case, params_of.from_mapping(extra))
        name = "/".join([workload, *(f"{key}:{value}" for key, value in whole), f"workers:{workers}"])
        return {"name": name, "family_index": 0, "per_family_instance_index": 0, "run_name": name,
                "run_type": "iteration", "repetitions": 1, "repetition_index": 0, "threads": 1,
                "iterations": 5, "real_time": 1e8, "cpu_time": 1e8, "time_unit": "ns", **counters}

    def contract(self, lane: str, workers: int, tests: list[str], failing: tuple[str, ...] = (),
                 told: dict[str, str] | None = None, unsupported: dict[str, str] | None = None) -> None:
        suites: dict[str, list[dict]] = {}
        for test in tests:
            suite, name = test.split(".")
            entry = {"name": name, "status": "RUN", "result": "COMPLETED", "classname": suite}
            if test in failing:
                entry["failures"] = [{"failure": "expected closed", "type": ""}]
            for key, reasons in (("broken", told), ("unsupported", unsupported)):
                if reasons and test in reasons:
                    entry |= {"result": "SKIPPED", key: reasons[test]}
            suites.setdefault(suite, []).append(entry)
        self.files[f"contract/{lane}.w{workers}.json"] = {
            "tests": len(tests), "failures": len(failing), "name": "AllTests",
            "testsuites": [{"name": suite, "tests": len(own), "testsuite": own} for suite, own in suites.items()]}

    def write(self) -> Path:
        self.path.mkdir(parents=True)
        lines = ([{"plan": self.plan}] if self.plan else []) + self.rows
        (self.path / "runs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        for name, content in self.files.items():
            (self.path / name).parent.mkdir(exist_ok=True)
            (self.path / name).write_text(json.dumps(content, indent=1))
        return self.path
