# SPDX-License-Identifier: Apache-2.0
"""Runs tests of contract_known_bad under one fault, and says how they ended."""

import os
import re
import subprocess

SECONDS_TO_HANG = "4"
PATIENCE = "60"  # With what has to pass.


def run(executable, filter_, fault, *flags, patience=None):
    environment = dict(os.environ, GAUNTLET_WORKERS="2",
                       GAUNTLET_TEST_TIMEOUT=patience or (SECONDS_TO_HANG if fault else PATIENCE))
    environment.pop("GAUNTLET_MUTATION", None)
    if fault:
        environment["GAUNTLET_MUTATION"] = fault
    return subprocess.run([executable, f"--gtest_filter={filter_}", *flags], env=environment, text=True,
                          errors="replace", capture_output=True, timeout=600)


def ending(executable, test, fault, patience=None):
    """How the one test ended: "passed", "failed", "hung", "crashed" or "absent"."""
    done = run(executable, test, fault, patience=patience)
    if f"hung: {test}" in done.stderr:
        return "hung"
    if f"[  FAILED  ] {test}" in done.stdout:
        return "failed"
    if done.returncode != 0 and f"[ RUN      ] {test}" in done.stdout:
        return "crashed"
    if done.returncode == 0 and ("[       OK ]" in done.stdout if test == "*" else f"[       OK ] {test}" in done.stdout):
        return "passed"
    return "absent"


def first_catch(executable, filter_, fault):
    """The first test of many that does not pass, and how it ended; None when all pass."""
    done = run(executable, filter_, fault, "--gtest_fail_fast")
    if done.returncode == 0:
        return None
    hung = re.search(r"gauntlet: hung: (\S+)", done.stderr)
    if hung:
        return hung[1], "hung"
    failed = re.search(r"\[  FAILED  \] (\w+\.\w+)", done.stdout)
    if failed:
        return failed[1], "failed"
    running = re.findall(r"\[ RUN      \] (\w+\.\w+)", done.stdout)
    return (running[-1] if running else "(before the first test)"), "crashed"
