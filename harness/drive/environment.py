# SPDX-License-Identifier: Apache-2.0
"""Environment: the machine as it was while measuring, in environment.json.

What the result files tell of build and runtime is in their own context; this is what is the same for all
of them, and what changed under way (load, stolen time)."""

import os
import platform
import resource
import shutil
import socket
import subprocess
from pathlib import Path

from .folder import commit_of


def read_line(path: str) -> str | None:
    """First line of a /proc or /sys file, or None where it is not there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return None


def memory_bytes(field: str) -> int | None:
    """A field of /proc/meminfo, e.g. MemAvailable."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def cgroup_memory_bytes() -> int | None:
    """The memory limit of our control group, or None where there is none."""
    limit = read_line("/sys/fs/cgroup/memory.max") or ""
    return int(limit) if limit.isdigit() else None


def describe(root: Path) -> dict[str, object]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return {
        "host": socket.gethostname(),
        "os": _os_name(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cpu_model": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": memory_bytes("MemTotal"),
        "memory_available_bytes": memory_bytes("MemAvailable"),
        "cgroup_memory_bytes": cgroup_memory_bytes(),
        "governor": read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") or "none",
        "aslr": read_line("/proc/sys/kernel/randomize_va_space"),
        "max_map_count": read_line("/proc/sys/vm/max_map_count"),
        "threads_max": read_line("/proc/sys/kernel/threads-max"),
        "pid_max": read_line("/proc/sys/kernel/pid_max"),
        "open_files": [soft, hard],
        "transparent_hugepage": read_line("/sys/kernel/mm/transparent_hugepage/enabled"),
        "compiler": _version("g++"),
        "cmake": _version("cmake"),
        "go": _version("go", "version"),
        "python": platform.python_version(),
        "commit": commit_of(root),
        "dirty": _dirty(root),
    }


def cpu_ticks() -> list[int] | None:
    """All CPUs together: user, nice, system, idle, iowait, irq, softirq, steal."""
    fields = (read_line("/proc/stat") or "").split()
    return [int(field) for field in fields[1:9]] if len(fields) > 8 else None


def pulse() -> dict[str, object]:
    """What moves while we measure: taken before and after."""
    ticks = cpu_ticks()
    return {
        "load_average": (read_line("/proc/loadavg") or "").split()[:3],
        "cpu_ticks": sum(ticks) if ticks else None,
        "stolen_ticks": ticks[7] if ticks else None,
    }


def stolen_percent(before: dict, after: dict) -> float | None:
    """Part of the CPU time between two pulses that the hypervisor gave to others."""
    if before["cpu_ticks"] is None or after["cpu_ticks"] is None:
        return None
    ticks = after["cpu_ticks"] - before["cpu_ticks"]
    return round(100.0 * (after["stolen_ticks"] - before["stolen_ticks"]) / ticks, 2) if ticks else 0.0


def _os_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
    except OSError:
        return "unknown"


def _cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def _version(tool: str, flag: str = "--version") -> str | None:
    if shutil.which(tool) is None:
        return None
    done = subprocess.run([tool, flag], capture_output=True, text=True, timeout=20)
    return done.stdout.splitlines()[0] if done.stdout else None


def _dirty(root: Path) -> bool | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "status", "--porcelain"], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return bool(done.stdout.strip()) if done.returncode == 0 else None
