# SPDX-License-Identifier: Apache-2.0
"""One run of a program under a race detector, and what it says: found, silent, or not to be judged."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.drive.refusal import Refusal

_EXIT_FOUND = 66  # ThreadSanitizer's own; the Go oracle is told the same.
_EXIT_NOT_HERE = 77
_TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Verdict:
    word: str  # found, silent, n/a, broken
    text: str  # the detector's report, or why there is none


def environment() -> dict[str, str]:
    # All the history there is: without that of the earlier access a race is seen and not reported.
    # A thread that has ended and was not joined is no race: oneTBB joins those of its suspended tasks on threads
    # that it does not wait for itself, so the program's end may come in between (10 of 2,550 runs).
    settings = ["halt_on_error=1", "history_size=7", "atexit_sleep_ms=20", "report_thread_leaks=0",
                f"exitcode={_EXIT_FOUND}"]
    symbolizer = shutil.which("llvm-symbolizer-19") or shutil.which("llvm-symbolizer-14")
    if symbolizer:
        settings.append(f"external_symbolizer_path={symbolizer}")
    return os.environ | {"TSAN_OPTIONS": ":".join(settings),
                         "GORACE": f"halt_on_error=1 exitcode={_EXIT_FOUND}"}


def run_program(command: list[str]) -> Verdict:
    try:
        ended = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
                               text=True, errors="replace", timeout=_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Verdict("broken", f"did not end within {_TIMEOUT_SECONDS} s")
    said = ended.stderr
    if "unexpected memory mapping" in said:
        raise Refusal(_address_layout())
    if re.search(r"Thread limit|goroutines at once for ThreadSanitizer", said):
        raise Refusal(f"{Path(command[0]).name}: too many goroutines at once for ThreadSanitizer; "
                      "keep fewer than 20,000 alive")
    if ended.returncode == _EXIT_FOUND and "DATA RACE" in said.upper():
        return Verdict("found", said)
    if ended.returncode == 0:
        return Verdict("silent", "")
    if ended.returncode == _EXIT_NOT_HERE:
        return Verdict("n/a", ended.stdout.strip().removeprefix("n/a: "))
    lines = said.strip().splitlines() or ["no word"]
    last = next((line for line in lines if "ThreadSanitizer:" in line), lines[-1])  # A report that is no race.
    return Verdict("broken", f"exit code {ended.returncode}: {last}")


def _address_layout() -> str:
    bits = Path("/proc/sys/vm/mmap_rnd_bits")
    now = bits.read_text().strip() if bits.exists() else "unknown"
    return (f"ThreadSanitizer cannot take this machine's address layout (vm.mmap_rnd_bits is {now}); "
            "run: sudo sysctl vm.mmap_rnd_bits=28, or start this under setarch -R")
