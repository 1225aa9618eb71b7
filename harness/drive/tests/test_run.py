# SPDX-License-Identifier: Apache-2.0
"""Whole runs over fake lanes: what each way of ending becomes in the journal."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import CASES, ROOT, is_alive, journal_of

FAST = ("--workers=1", "--seed=5", "--workloads=ping_pong,worker_pool")  # Named, so that profile quick has all of their cases.


def lines_of(out: Path, lane: str, workload: str, capacity: int | None = None) -> list[dict]:
    return [
        line
        for line in journal_of(out)[1]
        if (line["lane"], line["workload"]) == (lane, workload)
        and (capacity is None or line["params"]["capacity"] == capacity)
    ]


def test_a_good_run_has_every_cell_six_times_and_a_report(drive, fake_build):
    done, out = drive("all", *FAST)
    assert done.returncode == 0, done.stderr
    plan, lines = journal_of(out)
    assert plan["seed"] == 5 and plan["profile"] == "quick" and plan["processes"] == 36
    assert [lane["lane"] for lane in plan["lanes"]] == ["alpha", "beta"]
    assert len(plan["cells"]) == 6 and len(lines) == 36
    assert {line["status"] for line in lines} == {"ok"}
    for line in lines:
        result = json.loads((out / line["file"]).read_text())
        assert result["context"]["seed"] == str(line["seed"])
    assert (out / "alpha" / "worker_pool.pool=3,work_ns=0.w1.r06.json").exists()
    assert {path.name for path in (out / "contract").iterdir()} == {"alpha.w1.json", "beta.w1.json"}
    assert json.loads((out / "environment.json").read_text())["cores"] >= 1
    assert not list(out.rglob("*.part"))
    assert (out / "summary.json").exists()
    assert "cells: 6 ok" in done.stdout


def test_quick_measures_the_core_alone_and_says_of_how_many(drive, fake_build):
    done, out = drive("measure", "--workers=1", "--seed=5")
    assert done.returncode == 0, done.stderr
    plan, lines = journal_of(out)
    assert {(line["workload"], *line["params"].values()) for line in lines} == {("ping_pong", 0), ("worker_pool", 3, 0)}
    assert plan["cases"] == {"measured": 2, "offered": 3}
    assert "2 of 3 cases are in profile quick; full has all" in done.stderr


def test_full_in_so_many_minutes_measures_every_cell_once_and_tells_what_is_short(drive):
    done, out = drive("measure", "--profile=full", "--workers=1", "--seed=5", "--minutes=0.0001")
    assert done.returncode == 0, done.stderr
    plan, lines = journal_of(out)
    assert len(lines) == len(plan["cells"]) == 6 and {line["round"] for line in lines} == {1}
    assert "6 cells with fewer rounds (time budget)" in done.stderr


def test_lanes_without_a_core_case_are_refused_with_the_mend(drive, fake_build):
    only = [{"workload": "ping_pong", "params": {"capacity": 1}, "unit": "round trip", "needs": []}]
    fake_build.behaviour |= {"alpha": {"cases": only}, "beta": {"cases": only}}
    done, _ = drive("measure", "--workers=1", "--seed=5")
    assert done.returncode == 2 and "no case of these lanes is in profile quick" in done.stderr
    done, out = drive("measure", *FAST[:2], "--workloads=ping_pong")
    assert done.returncode == 0 and {line["params"]["capacity"] for line in journal_of(out)[1]} == {1}


def test_the_same_seed_starts_the_same_processes_in_the_same_order(drive, fake_build, tmp_path):
    flags = (*FAST, "--workloads=ping_pong")
    drive("measure", *flags, f"--out={tmp_path / 'one'}")
    drive("measure", *flags, f"--out={tmp_path / 'two'}")

    def order(name: str) -> list[tuple]:
        lines = journal_of(tmp_path / name)[1]
        return [(line["lane"], line["workload"], line["params"], line["round"], line["seed"]) for line in lines]

    assert order("one") == order("two") and len(order("one")) == 24


def test_the_lanes_of_a_case_take_turns(drive, fake_build):
    done, _ = drive("measure", "--workers=1", "--seed=5", "--workloads=worker_pool")
    assert done.returncode == 0 and re.fullmatch("(rrp{2,}){6}", fake_build.diary())


def test_a_case_with_a_cold_pass_has_the_machine_to_itself(drive, fake_build):
    cold = [CASES[0] | {"cold_and_warm": True}]
    fake_build.behaviour |= {"alpha": {"cases": cold}, "beta": {"cases": cold}}
    done, _ = drive("measure", "--workers=1", "--seed=5", "--workloads=ping_pong")
    assert done.returncode == 0 and not any(start["on_request"] for start in fake_build.starts())


ENDINGS = {
    "WRONG": ("WRONG", "sum is 4, not 5"),
    "mute": ("WRONG", "exit code 1 without a reason"),
    "DNF": ("DNF", "hung: goroutine 7 waits for a receiver"),
    "n/a": ("n/a", "needs a stack"),
    "segv": ("DNF", "SIGSEGV (a wild pointer or a stack overflow): about to fall"),
    "silent": ("DNF", "exit code 0 but no result file"),
    "foreign": ("DNF", "exit code 0 but its result file is not ours"),
}


def test_every_other_ending_is_told_once_and_not_repeated(drive, fake_build):
    fake_build.behaviour["alpha"] = fake_build.behaviour["beta"] = {"cases": CASES[:1]}
    lanes = {f"lane_{number}": does for number, does in enumerate(ENDINGS)}
    for lane, does in lanes.items():
        fake_build.add(lane)
        fake_build.behaviour[lane] = {"cases": CASES[:1], "*": does}
    done, out = drive("measure", *FAST[:2], "--workloads=ping_pong")
    assert done.returncode == 1, done.stderr
    for lane, does in lanes.items():
        told = lines_of(out, lane, "ping_pong")
        assert [(line["status"], line["reason"]) for line in told] == [ENDINGS[does]]
        assert told[0]["signal"] == ("SIGSEGV" if does == "segv" else None)
        assert "{} ({})".format(*ENDINGS[does]) in done.stderr
    assert len(lines_of(out, "alpha", "ping_pong")) == len(lines_of(out, "beta", "ping_pong")) == 6
    assert not list(out.rglob("*.part"))


def test_a_hang_that_the_watchdog_missed_is_killed(fake_build, tmp_path):
    from harness.drive import bench
    from harness.drive.cases import Case
    from harness.drive.interrupt import Interrupt
    from harness.drive.plan import Cell
    from harness.drive.profile import Profile

    fake_build.behaviour["alpha"] = {"*": "hang"}
    fake_build.write()
    cell = Cell("alpha", Case("ping_pong", (("capacity", 0),), "op", ()), 1)
    profile = Profile("test", 1, 0.1, 1.0 - bench.WATCHDOG_SLACK, 1.0, None, None)
    start = bench.Start(fake_build.entries[0]["bench"], cell, 1)
    outcome = bench.run_bench(start, profile, tmp_path, Interrupt())
    assert outcome.status == "DNF" and outcome.reason.startswith("hung: no end within 1 s")
    assert not is_alive(fake_build.starts()[0])
    assert not list(tmp_path.rglob("*.part"))


def test_a_lane_that_is_not_available_is_planned_and_told(drive, fake_build):
    fake_build.without("beta", "oneTBB not found")
    done, out = drive("all", *FAST)
    plan, lines = journal_of(out)
    assert done.returncode == 0, done.stderr
    assert plan["lanes"][1]["status"] == "n/a" and plan["lanes"][1]["reason"] == "oneTBB not found"
    assert sum(cell["lane"] == "beta" for cell in plan["cells"]) == 3
    assert {line["lane"] for line in lines} == {"alpha"}
    beta = [cell for cell in json.loads((out / "summary.json").read_text())["cells"] if cell["lane"] == "beta"]
    assert len(beta) == 3 and {(cell["status"], cell["reason"]) for cell in beta} == {("n/a", "oneTBB not found")}


def test_a_lane_whose_executable_is_gone_is_not_available(drive, fake_build):
    Path(fake_build.entries[1]["bench"]).unlink()
    _, out = drive("measure", *FAST)
    assert journal_of(out)[0]["lanes"][1]["status"] == "n/a"


def test_a_lane_that_cannot_list_its_cases_did_not_finish_them(drive, fake_build):
    fake_build.behaviour["beta"] = {"list": "segv"}
    _, out = drive("measure", *FAST)
    told = [line for line in journal_of(out)[1] if line["lane"] == "beta"]
    assert len(told) == 3
    assert {line["reason"] for line in told} == {
        "bench --list failed: SIGSEGV (a wild pointer or a stack overflow)"
    }


def test_a_broken_feature_spares_the_measuring_of_what_needs_it(drive, fake_build):
    fake_build.behaviour["beta"] = {"contract": "Channel"}
    done, out = drive("all", *FAST)
    assert done.returncode == 1
    told = lines_of(out, "beta", "ping_pong")
    assert {(line["status"], line["reason"]) for line in told} == {("WRONG", "C9: Channel.C9_holds")}
    assert len(lines_of(out, "beta", "worker_pool")) == 6
    assert not [start for start in fake_build.starts() if (start["lane"], start["--workload"]) == ("beta", "ping_pong")]


@pytest.mark.parametrize("what", ["bench", "contract"])
def test_a_lane_whose_executable_was_not_built_says_so_and_the_rest_runs(drive, fake_build, what):
    (fake_build.folder / f"{what}_beta").unlink()
    done, out = drive("all", *FAST)
    assert done.returncode == 0, done.stderr
    beta = [cell for cell in json.loads((out / "summary.json").read_text())["cells"] if cell["lane"] == "beta"]
    assert {cell["status"] for cell in beta} == {"n/a"}
    assert all(cell["reason"].endswith(f"{what}_beta was not built") for cell in beta)
    assert "Traceback" not in done.stderr


def test_contract_tests_that_crash_prove_nothing(drive, fake_build):
    fake_build.behaviour["beta"] = {"contract": "segv"}
    done, out = drive("all", *FAST)
    assert done.returncode == 1
    assert {line["status"] for line in journal_of(out)[1] if line["lane"] == "beta"} == {"WRONG"}
    proof = (out / "contract" / "beta.w1.json").read_text()
    assert "did not finish: SIGSEGV" in proof and "in Channel.close_wakes_every_receiver" in proof


def test_a_process_that_takes_long_gets_fewer_rounds_and_the_journal_tells(drive, fake_build):
    fake_build.behaviour["beta"] = {"ping_pong capacity=1 w1": "sleep 2.5"}
    done, out = drive("measure", *FAST)
    assert len(lines_of(out, "beta", "ping_pong", 1)) == 2
    last = json.loads((out / "runs.jsonl").read_text().splitlines()[-1])["plan"]
    assert [(cell["lane"], cell["runs"], cell["reason"]) for cell in last["shortened"]] == [("beta", 2, "time budget")]
    assert last["processes"] == len(journal_of(out)[1])
    assert "1 cells with fewer rounds" in done.stderr


def wait_for_start(fake_build, lane: str, capacity: int) -> dict:
    """Parks until the fake has noted that start; the test's own timeout is the watchdog."""
    for _ in range(2000):
        for start in fake_build.starts():
            if start["lane"] == lane and start["--params"] == f"capacity={capacity}":
                return start
        time.sleep(0.01)
    raise AssertionError("the fake bench never started")


@pytest.mark.parametrize(("verb", "sent"), [("all", signal.SIGINT), ("measure", signal.SIGTERM)])
def test_an_interrupt_leaves_whole_files_and_a_partial_report(fake_build, tmp_path, verb, sent):
    fake_build.behaviour["beta"] = {"ping_pong capacity=1 w1": "hang"}
    fake_build.write()
    out = tmp_path / "out"
    driver = subprocess.Popen(
        [sys.executable, "-m", "harness.drive", verb, f"--build={fake_build.folder}", f"--out={out}", *FAST],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    hanging = wait_for_start(fake_build, "beta", 1)
    os.kill(driver.pid, sent)
    _, stderr = driver.communicate(timeout=120)
    assert driver.returncode == 130, stderr
    assert not is_alive(hanging)
    assert not list(out.rglob("*.part"))
    plan, lines = journal_of(out)
    assert len(lines) < plan["processes"] == 36
    named = {line["file"] for line in lines}
    assert named == {str(path.relative_to(out)) for lane in ("alpha", "beta") for path in (out / lane).glob("*.json")}
    for name in named:
        json.loads((out / name).read_text())
    assert json.loads((out / "environment.json").read_text())["interrupted"] == sent.name
    assert (out / "report.html").exists() == (verb == "all"), stderr


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--lanes=gamma",), "unknown lane 'gamma' in --lanes; known: alpha beta"),
        (("--workloads=sieve",), "unknown workload 'sieve' in --workloads; known: ping_pong worker_pool"),
        (("--workers=0",), "'0' is no worker count"),
        (("--workers=two",), "'two' is no worker count"),
        (("--seed=-1",), "'-1' is no seed"),
        (("--lanes=,",), "names nothing"),
        (("--speed=9",), "unrecognized arguments: --speed=9"),
        (("--profile=eternal",), "invalid choice: 'eternal'"),
        (("--build=/nowhere",), "/nowhere/lanes.json is missing; run ./run_all.sh build"),
        (("--out=/proc/nothing",), "cannot write /proc/nothing"),
        (("--out=/dev/null",), "cannot write /dev/null"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(drive, fake_build, flags, words):
    done, out = drive("all", *FAST, *flags)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and words in done.stderr, done.stderr
    assert done.stdout == "" and not out.exists()


def test_a_used_folder_is_refused(drive, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text("{}")
    done, _ = drive("all", *FAST)
    assert done.returncode == 2 and "is not empty" in done.stderr
    assert (tmp_path / "out" / "summary.json").read_text() == "{}"


def test_too_few_open_files_are_refused(drive):
    import resource

    done, _ = drive("all", *FAST, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24)))
    assert done.returncode == 2 and "only 24 open files allowed" in done.stderr, done.stderr


def test_no_lane_at_all_is_refused(drive, fake_build):
    fake_build.without("alpha", "no compiler")
    fake_build.without("beta", "oneTBB not found")
    done, _ = drive("all", *FAST)
    assert done.returncode == 2 and "no lane can run here (alpha: no compiler; beta: oneTBB not found)" in done.stderr
