# SPDX-License-Identifier: Apache-2.0
"""Tier 1: what a bench does rather than how long it takes, at one worker.

A count is the slope between passes of N and of 2N operations: what the process and a pass cost by themselves
drops out, what is left is per operation. Every count is taken twice. As nothing is timed, as many
processes run at once as there are cores.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from reports.gate.rules import COUNTER_RUNS

from ..interrupt import Interrupt
from ..process import Ended
from ..profile import Profile
from ..progress import Progress
from ..refusal import Refusal
from . import bench_run
from .site import ARMS, Site

_OPS = 4000
_PASSES = 2
_PARKED = 100_000  # goroutines for the slope of the resident set; sampled from a tenth of them on
_TOOLS = {"valgrind": "valgrind", "strace": "strace"}


@dataclass(frozen=True)
class _Counter:
    name: str
    around: Callable[[Path], tuple[str, ...]]
    environment: Callable[[Site, str, Path], dict[str, str]]
    read: Callable[[Ended, Path], int]


def check_tools() -> None:
    for tool, package in _TOOLS.items():
        if shutil.which(tool) is None:
            raise Refusal(f"{tool} is missing; run: sudo apt-get install {package}")


def _instructions(ended: Ended, folder: Path) -> int:
    return int(re.findall(r"Collected : (\d+)", ended.stderr)[-1])


def _allocations(ended: Ended, folder: Path) -> int:
    return int((folder / "allocations").read_text().split()[0])


def _system_calls(ended: Ended, folder: Path) -> int:
    total = (folder / "strace").read_text().strip().splitlines()[-1].split()
    return int(total[0])


def _preload(site: Site, arm: str, folder: Path) -> dict[str, str]:
    return {"LD_PRELOAD": str(site.sides[arm].tree.allocation_counter),
            "GAUNTLET_ALLOCATIONS": str(folder / "allocations")}


def _nothing(site: Site, arm: str, folder: Path) -> dict[str, str]:
    return {}


_COUNTERS = (
    _Counter("instructions", lambda folder: ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"),
             _nothing, _instructions),
    _Counter("allocations", lambda folder: (), _preload, _allocations),
    _Counter("system_calls", lambda folder: ("strace", "--follow-forks", "--summary-only",
                                             "--summary-columns=calls,name", "-o", str(folder / "strace")),
             _nothing, _system_calls),
)


def count(sites: list[Site], seed: int, profile: Profile, folder: Path, interrupt: Interrupt,
          progress: Progress) -> list[dict]:
    """One row per cell, counter and arm. A count that cannot be taken is a row without runs, and its reason."""
    jobs = [(site, arm, counter) for site in sites for counter in _COUNTERS for arm in ARMS]
    jobs += [(site, arm, None) for site in sites if site.cell.case.cold_and_warm for arm in ARMS]
    rows = []
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for done, row in enumerate(pool.map(lambda job: _row(*job, seed, profile, folder, interrupt), jobs), 1):
            progress.step(done, len(jobs), f"{row['cell']} {row['counter']}", None)
            rows.append(row)
    kept = {(row["cell"], row["counter"]) for row in rows if row["runs"] or row["reason"]}
    return [row for row in rows if (row["cell"], row["counter"]) in kept]


def _ops_to_count(fixed_ops: int) -> int:
    """A quarter of what a case fixes, if that is less: a sieve of as many primes as others do hops would not end."""
    return min(_OPS, fixed_ops // 4) if fixed_ops > 0 else _OPS


def _row(site: Site, arm: str, counter: _Counter | None, seed: int, profile: Profile, folder: Path,
         interrupt: Interrupt) -> dict:
    row = {"cell": site.id, "counter": counter.name if counter else "bytes_per_goroutine", "arm": arm, "runs": [],
           "reason": None}
    side = site.sides[arm]
    bench = side.tree.build / "impls" / side.target
    few = _ops_to_count(site.cell.case.fixed_ops)

    def run(own: Path, ops: int, passes: int) -> tuple[dict, Ended]:
        around = counter.around(own) if counter else ()
        extra = counter.environment(site, arm, own) if counter else {}
        more = ("--ops", str(ops), "--passes", str(passes), *(("--unsupervised",) if counter else ()))
        return bench_run.run(bench, site.cell, seed, profile, own, interrupt, side.environment | extra, more, around)

    with tempfile.TemporaryDirectory(dir=folder, prefix="count.") as own:
        try:
            for _ in range(COUNTER_RUNS):
                if counter:
                    low, high = (counter.read(run(Path(own), ops, _PASSES)[1], Path(own)) for ops in (few, 2 * few))
                    row["runs"].append((high - low) / (_PASSES * few))
                else:
                    entry = run(Path(own), _PARKED, 1)[0]["benchmarks"][-1]
                    row["runs"] += [float(entry[row["counter"]])] if row["counter"] in entry else []
        except bench_run.NotOk as end:
            return row | {"runs": [], "reason": str(end)}
        except (OSError, ValueError, IndexError):
            return row | {"runs": [], "reason": "the tool left no count"}
    return row
