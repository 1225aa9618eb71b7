# SPDX-License-Identifier: Apache-2.0
"""Soak: it repeats until time is over, stops at the first failure, and tells how to have that one again."""

import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
import time

import pytest

from harness.drive.lanes import Lane
from harness.drive.process import Ended
from harness.drive.soak import draw_passes, failed_tests, number_of_tests

from .conftest import ROOT

LANES = [Lane(name, "runtime", "ok", None, None, f"contract_{name}") for name in ("alpha", "beta", "gamma")]
SHORT = "--minutes=0.02"


def test_all_of_it_follows_from_the_seed():
    some = list(itertools.islice(draw_passes(LANES, 7), 60))
    assert some == list(itertools.islice(draw_passes(LANES, 7), 60))
    assert some != list(itertools.islice(draw_passes(LANES, 8), 60))


def test_every_lane_has_its_turn_and_every_number_of_workers_comes():
    some = list(itertools.islice(draw_passes(LANES, 7), 90))
    for at in range(0, 90, 3):
        assert {one.lane.lane for one in some[at : at + 3]} == {"alpha", "beta", "gamma"}
    assert {one.workers for one in some} == set(range(1, 9))
    assert len({one.seed for one in some}) == 90


def test_nothing_found_is_said_with_what_was_run(drive, fake_build):
    done, out = drive("soak", SHORT, "--seed=3")
    assert done.returncode == 0, done.stderr
    assert "soak: nothing found: " in done.stderr and "(seed 3)" in done.stderr
    assert " passes" in done.stderr and not list(out.glob("*.log"))


@pytest.mark.parametrize(("how", "told"), [("Channel", "exit code 1"), ("segv", "SIGSEGV")])
def test_the_first_failure_ends_it_and_is_told_with_the_way_to_have_it_again(drive, fake_build, how, told):
    fake_build.behaviour["beta"] = {"contract": how}
    done, out = drive("soak", "--minutes=10", "--seed=3")
    assert done.returncode == 1
    failure = json.loads((out / "failure.json").read_text())
    assert failure["lane"] == "beta" and 1 <= failure["workers"] <= 8 and told in failure["end"]
    line = done.stderr.splitlines()[-1]
    assert line.startswith("gauntlet: again: ")
    words = shlex.split(line.removeprefix("gauntlet: again: "))
    assert f"GAUNTLET_SEED={failure['seed']}" in words and f"RC_PARAMS=seed={failure['seed']}" in words
    assert f"GAUNTLET_WORKERS={failure['workers']}" in words
    assert (out / failure["log"]).read_text()


def test_the_line_told_runs_the_failure_again(drive, fake_build):
    fake_build.behaviour["beta"] = {"contract": "segv"}
    done, out = drive("soak", "--minutes=10")
    line = json.loads((out / "failure.json").read_text())["again"]
    # The fake dies before it looks at its flags.
    assert subprocess.run(line, shell=True, capture_output=True).returncode in (-signal.SIGSEGV, 128 + signal.SIGSEGV)


def test_failed_tests_are_named_once_and_a_crash_names_the_one_that_ran():
    text = "[ RUN      ] A.b\n[  FAILED  ] A.b (3 ms)\n[ RUN      ] A.c\n[       OK ] A.c\n[  FAILED  ] A.b\n"
    assert failed_tests(Ended(1, 1.0, False, text, "")) == ["A.b"]
    assert failed_tests(Ended(-6, 1.0, False, "[ RUN      ] A.b\n[       OK ] A.b\n[ RUN      ] A.c\n", "")) == ["A.c"]
    assert failed_tests(Ended(-9, 1.0, True, "", "")) == ["*"]
    assert failed_tests(Ended(0, 1.0, False, text, "")) == []
    assert number_of_tests(Ended(0, 1.0, False, "[==========] 12 tests from 3 test suites ran. (7 ms total)\n", "")) == 12


def test_an_interrupted_soak_says_so(fake_build, tmp_path):
    fake_build.behaviour["alpha"] = fake_build.behaviour["beta"] = {"contract": "hang"}
    fake_build.write()
    command = [sys.executable, "-m", "harness.drive", "soak", "--minutes=10", f"--build={fake_build.folder}",
               f"--out={tmp_path / 'out'}"]
    child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not _children_of(child.pid):
        assert time.monotonic() < deadline and child.poll() is None
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130 and "soak: interrupted: 0 passes" in told


def _children_of(pid: int) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        direct = file.read().split()
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/children") as file:
                direct += file.read().split()
        except FileNotFoundError:
            continue
    return direct


@pytest.mark.parametrize("minutes", ["0", "-1", "soon", "100000"])
def test_what_are_no_minutes_is_refused(drive, minutes):
    done, _ = drive("soak", f"--minutes={minutes}")
    assert done.returncode == 2 and "are no minutes" in done.stderr and done.stderr.count("\n") == 1
