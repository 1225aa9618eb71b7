# SPDX-License-Identifier: Apache-2.0
"""Preflight: limits of the machine that would spoil a run, told before it starts, each with its mend.

A limit that only some cells feel is a warning (those cells will say DNF or n/a themselves); one under
which nothing can run is a Refusal.
"""

import resource
import shutil
import time
from pathlib import Path

from .environment import cgroup_memory_bytes, cpu_ticks, memory_bytes, read_line
from .refusal import Refusal

_MEBI = 1 << 20
_GIBI = 1 << 30
_FILES_WANTED = 1024
_FILES_LEAST = 32
_MAPS_WANTED = 65530  # the kernel's default; a stack with a guard page takes two
_MEMORY_WANTED = 6 * _GIBI  # a million goroutines parked at once, at some KiB each
_MEMORY_LEAST = 256 * _MEBI
_DISK_LEAST = 64 * _MEBI
_WATCHED_SECONDS = 0.5
_BUSY_MOST = 0.1


def preflight(folder: Path) -> list[str]:
    """Warnings, one line each."""
    return [*_files(), *_maps(), *_memory(), *_disk(folder), *_others()]


def _files() -> list[str]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _FILES_WANTED:  # Up to the hard limit nobody needs to be asked.
        soft = hard if hard != resource.RLIM_INFINITY and hard < _FILES_WANTED else _FILES_WANTED
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft < _FILES_LEAST:
        raise Refusal(f"only {soft} open files allowed, {_FILES_LEAST} needed; run: ulimit -n {_FILES_WANTED}")
    if soft < _FILES_WANTED:
        return [f"only {soft} open files allowed, lanes with a poller may not finish; run: ulimit -n {_FILES_WANTED}"]
    return []


def _maps() -> list[str]:
    maps = read_line("/proc/sys/vm/max_map_count") or ""
    if maps.isdigit() and int(maps) < _MAPS_WANTED:
        return [
            f"vm.max_map_count is {maps}, lanes with a mapping per stack stop early; "
            "run: sudo sysctl vm.max_map_count=1048576"
        ]
    return []


def _memory() -> list[str]:
    amounts = [amount for amount in (memory_bytes("MemAvailable"), cgroup_memory_bytes()) if amount is not None]
    if not amounts:
        return []
    if min(amounts) < _MEMORY_LEAST:
        raise Refusal(f"only {min(amounts) // _MEBI} MiB of memory free, 256 needed; close programs")
    if min(amounts) < _MEMORY_WANTED:
        return [
            f"only {min(amounts) / _GIBI:.1f} GiB of memory free, a million parked goroutines may be killed for it; "
            "close programs or leave spawn_million out with --workloads"
        ]
    return []


def _disk(folder: Path) -> list[str]:
    free = shutil.disk_usage(folder).free
    if free < _DISK_LEAST:
        raise Refusal(f"only {free // _MEBI} MiB free at {folder}; free some space or choose another with --out")
    return []


def _others() -> list[str]:
    """Right after a build the load average is still high, so the CPU itself is watched for a moment."""
    before = cpu_ticks()
    time.sleep(_WATCHED_SECONDS)
    after = cpu_ticks()
    if before is None or after is None:
        return []
    ticks = max(1, sum(after) - sum(before))
    busy = 1.0 - (after[3] + after[4] - before[3] - before[4]) / ticks  # neither idle nor waiting for a disk
    if busy > _BUSY_MOST:
        return [f"other programs use {busy:.0%} of the CPU now, the figures will be noisy; end them or wait"]
    return []
