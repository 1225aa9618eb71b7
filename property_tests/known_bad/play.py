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


def long_enough(seconds):
    """How long to wait for a test that takes so long without a fault, until it counts as hung."""
    return str(max(int(SECONDS_TO_HANG), round(6 * seconds)))


def first_catch(executable, filter_, fault, seconds):
    """The first test of many that does not pass, and how it ended; None when all pass. `seconds`: how long each takes
    without a fault. One that takes so long that it may only seem to hang is asked again, alone and with patience."""
    slow = []
    while True:
        catch = catch_in(run(executable, without(filter_, slow), fault, "--gtest_fail_fast"))
        if catch is None or catch[1] != "hung" or long_enough(seconds.get(catch[0], 0)) == SECONDS_TO_HANG:
            break
        slow.append(catch[0])
    if catch is not None:
        return catch
    endings = ((test, ending(executable, test, fault, long_enough(seconds[test]))) for test in slow)
    return next((one for one in endings if one[1] != "passed"), None)


def without(filter_, tests):
    """The filter of GoogleTest that leaves these out."""
    if not tests:
        return filter_
    return filter_ + (":" if "-" in filter_ else ":-") + ":".join(tests)


def alone(executable, filter_):
    """What a checker complains about although there is no fault, and how many seconds each of its tests takes."""
    done = run(executable, filter_, None, "--gtest_fail_fast")
    return catch_in(done), {test: int(took) / 1000 for test, took in
                            re.findall(r"\[       OK \] (\w+\.\w+) \((\d+) ms\)", done.stdout)}


def catch_in(done):
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
