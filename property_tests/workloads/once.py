#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every case of a bench executable once, small, and checks how it ended and what it counted.

usage: once.py BENCH [--twin BENCH] [FLAG...]

A case ends with a figure, or says why this lane cannot do it (exit code 4), or the lane tells a defect that it relies on. With --twin both executables list
the same cases, rely on the same rules, and count the same: so a reference in another language does the same work.
FLAGs go to BENCH as they are.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

OPS = 240  # Not a multiple of every number of goroutines, so that shares are uneven somewhere.
NOT_AVAILABLE = 4


def cases_of(bench):
    listed = json.loads(subprocess.run([bench, "--list"], capture_output=True, check=True, timeout=60).stdout)
    return {(case["workload"], params_of(case)): case for case in listed}


def params_of(case):
    return ",".join(f"{key}={value}" for key, value in sorted(case["params"].items()))


def play(bench, workload, params, flags, folder):
    """Tally of each entry, or None and the reason why there is none."""
    out = folder / "out.json"
    out.unlink(missing_ok=True)
    case = ["--workload", workload, *(["--params", params] if params else [])]  # As the driver does.
    command = [bench, *case, "--workers", "2", "--ops", str(OPS), "--min-time", "0.001", "--timeout", "50", "--out",
               str(out), *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode == NOT_AVAILABLE and "gauntlet: n/a: " in done.stderr:
        return None, done.stderr.strip().removeprefix("gauntlet: ")
    if done.returncode != 0:
        return None, f"exit code {done.returncode}: {done.stderr.strip()}"
    entries = json.loads(out.read_text())["benchmarks"]
    if not entries or any(entry.get("error_occurred") or not entry["ns_per_op"] > 0 for entry in entries):
        return None, f"no figure in {entries}"
    return {(int(entry["tally_count"]), int(entry["tally_sum"])) for entry in entries}, None


def told(case):
    return {key: case.get(key) for key in ("unit", "group", "needs")}


def main(bench, twin, flags):
    cases, complaints = cases_of(bench), []
    twins = cases_of(twin) if twin else {}
    for lonely in (sorted(cases.keys() ^ twins.keys()) if twin else []):
        complaints.append(f"{' '.join(lonely)}: only one of both has it")
    with tempfile.TemporaryDirectory() as scratch:
        for (workload, params), case in cases.items():
            name = f"{workload} {params}".strip()
            if case.get("defects"):  # It would not be measured either: a broken rule may end in anything.
                print(f"{name}: WRONG, told: {'; '.join(case['defects'])}")
                continue
            tallies, why = play(bench, workload, params, flags, Path(scratch))
            print(f"{name}: {why or sorted(tallies)}")
            if tallies is None and not why.startswith("n/a: "):
                complaints.append(f"{name}: {why}")
            if (workload, params) not in twins:
                continue
            if told(case) != told(twins[workload, params]):
                complaints.append(f"{name}: {told(case)}, its twin {told(twins[workload, params])}")
            others, why = play(twin, workload, params, ["--passes", "1"], Path(scratch))
            if others != tallies:
                complaints.append(f"{name}: counted {tallies}, its twin {others or why}")
    if len(cases) == 0:
        complaints.append("no case at all")
    for complaint in complaints:
        print(f"FAILED {complaint}")
    return 1 if complaints else 0


if __name__ == "__main__":
    words = sys.argv[1:]
    other = words[words.index("--twin") + 1] if "--twin" in words else None
    rest = [word for word in words[1:] if word not in ("--twin", other)]
    sys.exit(main(words[0], other, rest))
