# SPDX-License-Identifier: Apache-2.0
"""Fake lanes: bench and contract executables that do on command what real ones do by accident.

What a fake does is read from behaviour.json beside it: {"<workload> <params> w<workers>": "segv", ...};
"*" is for all others. It notes every start in starts.log.
"""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

CASES = [
    {"workload": "ping_pong", "params": {"capacity": 0}, "unit": "round trip", "needs": ["goroutine", "channel"]},
    {"workload": "ping_pong", "params": {"capacity": 1}, "unit": "round trip", "needs": ["goroutine", "channel"]},
    {"workload": "worker_pool", "params": {"pool": 3, "work_ns": 0}, "unit": "job", "needs": ["wait_group"]},
]

_BENCH = r'''
import json, os, pathlib, signal, sys, time
here = pathlib.Path(__file__).resolve()
lane = here.name.removeprefix("bench_")
behaviour = json.loads((here.parent / "behaviour.json").read_text()).get(lane, {})
if "--list" in sys.argv:
    if behaviour.get("list") == "segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    print(json.dumps(behaviour.get("cases", CASES)))
    sys.exit(0)
on_request = "--on-request" in sys.argv
words = [word for word in sys.argv[1:] if word != "--on-request"]
given = dict(zip(words[::2], words[1::2]))
with open(here.parent / "starts.log", "a") as log:
    log.write(json.dumps({"lane": lane, "pid": os.getpid(), "on_request": on_request, **given}) + "\n")
params = given.get("--params", "")
does = behaviour.get(f"{given['--workload']} {params} w{given['--workers']}", behaviour.get("*", "ok"))
out = pathlib.Path(given["--out"])
def say(text): print(text, file=sys.stderr, flush=True)
if does == "segv":
    out.write_text('{"context": {"half')
    say("gauntlet: about to fall")
    os.kill(os.getpid(), signal.SIGSEGV)
if does == "hang":
    out.write_text('{"context": {"half')
    time.sleep(600)
if does.startswith("sleep"):
    time.sleep(float(does.split()[1]))
if does == "DNF":
    say("noise"); say("gauntlet: DNF: hung: goroutine 7 waits for a receiver"); sys.exit(3)
if does == "n/a":
    say("gauntlet: n/a: needs a stack"); sys.exit(4)
if does == "silent":
    sys.exit(0)
if does == "mute":
    sys.exit(1)
if does == "foreign":
    out.write_text('{"context": {}, "benchmarks": []}'); sys.exit(0)
if on_request:
    def note(event):
        with open(here.parent / "passes.log", "a") as log: log.write(event)
    note("r")
    print("ready", flush=True)
    for _ in sys.stdin:
        if does == "WRONG": break
        note("p")
        print(100, flush=True)
context = {"gauntlet_schema": "1", "lane": lane, "workload": given["--workload"], "params": params or "-",
           "workers": given["--workers"], "seed": given["--seed"], "round": given["--round"], "order": given["--order"]}
for key in ("lane_version", "stack", "channel", "compiler", "compiler_flags", "build_type", "commit", "dirty",
            "kernel", "cpu_model", "governor", "aslr", "max_map_count", "hypervisor_steal_percent", "allocator",
            "libraries"):
    context[key] = "0" if key == "hypervisor_steal_percent" else "fake"
name = "/".join([given["--workload"], *params.replace("=", ":").split(","), "workers:" + given["--workers"]])
entry = {"name": name, "run_name": name, "run_type": "iteration", "iterations": 3, "real_time": 1.0, "cpu_time": 1.0,
         "time_unit": "ns", "ops": 10.0, "ns_per_op": 100.0 + int(given["--seed"]) % 7, "cpu_ns_per_op": 90.0}
if does == "WRONG":
    entry.update(error_occurred=True, error_message="sum is 4, not 5")
out.write_text(json.dumps({"context": context, "benchmarks": [entry]}))
if does == "WRONG":
    say("gauntlet: WRONG: sum is 4, not 5"); sys.exit(1)
'''

_CONTRACT = r'''
import json, os, pathlib, signal, sys, time
here = pathlib.Path(__file__).resolve()
lane = here.name.removeprefix("contract_")
behaviour = json.loads((here.parent / "behaviour.json").read_text()).get(lane, {})
does = behaviour.get("contract", "ok")
out = next((flag.removeprefix("--gtest_output=json:") for flag in sys.argv if "gtest_output" in flag), os.devnull)
print("[ RUN      ] Channel.close_wakes_every_receiver", flush=True)
if does == "segv":
    os.kill(os.getpid(), signal.SIGSEGV)
if does == "hang":
    time.sleep(600)
suites = []
for feature in ("Goroutine", "Channel", "WaitGroup", "Mutex"):
    test = {"name": "C9_holds", "status": "RUN", "result": "COMPLETED", "classname": feature}
    if does == feature:
        test["failures"] = [{"failure": "no", "type": ""}]
    suites.append({"name": feature, "tests": 1, "testsuite": [test]})
with open(out, "w") as file:
    json.dump({"tests": 4, "workers": os.environ["GAUNTLET_WORKERS"], "testsuites": suites}, file)
sys.exit(does != "ok")
'''


class FakeBuild:
    """A build folder with fake lanes; `behaviour[lane][what] = how`."""

    def __init__(self, folder: Path, lanes: list[str]) -> None:
        self.folder = folder
        self.behaviour: dict[str, dict[str, object]] = {}
        self.entries: list[dict[str, object]] = []
        for lane in lanes:
            self.add(lane)

    def add(self, lane: str) -> None:
        bench = self._executable(f"bench_{lane}", _BENCH.replace("CASES", repr(CASES)))
        contract = self._executable(f"contract_{lane}", _CONTRACT)
        self.entries.append(
            {"lane": lane, "kind": "runtime", "status": "ok", "reason": None, "bench": bench, "contract": contract}
        )

    def _executable(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(f"#!{sys.executable} -S\n{text}")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    def without(self, lane: str, reason: str) -> None:
        for entry in self.entries:
            if entry["lane"] == lane:
                entry.update(status="n/a", reason=reason, bench=None, contract=None)

    def write(self) -> None:
        (self.folder / "lanes.json").write_text(json.dumps(self.entries))
        (self.folder / "behaviour.json").write_text(json.dumps(self.behaviour))

    def diary(self) -> str:
        """An `r` for each process that is ready, a `p` for each pass, whoever's."""
        return (self.folder / "passes.log").read_text()

    def starts(self) -> list[dict[str, object]]:
        log = self.folder / "starts.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def fake_build(tmp_path: Path) -> FakeBuild:
    folder = tmp_path / "build"
    folder.mkdir()
    return FakeBuild(folder, ["alpha", "beta"])


@pytest.fixture
def drive(fake_build: FakeBuild, tmp_path: Path):
    """Runs the driver to its end: drive(verb, flags...) -> (CompletedProcess, result folder)."""

    def start(verb: str, *flags: str, **popen: object):
        fake_build.write()
        out = tmp_path / "out"
        command = [sys.executable, "-m", "harness.drive", verb, f"--build={fake_build.folder}"]
        if not any(flag.startswith("--out") for flag in flags):
            command.append(f"--out={out}")
        done = subprocess.run([*command, *flags], cwd=ROOT, capture_output=True, text=True, timeout=120, **popen)
        return done, out

    return start


def journal_of(out: Path) -> tuple[dict, list[dict]]:
    """The first plan and the run lines."""
    lines = [json.loads(line) for line in (out / "runs.jsonl").read_text().splitlines()]
    return lines[0]["plan"], [line for line in lines if "plan" not in line]


def is_alive(start: dict[str, object]) -> bool:
    """Whether that fake still runs. Its id alone proves nothing: threads of others use ids up quickly."""
    try:
        return b"bench_" in Path(f"/proc/{start['pid']}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
