# SPDX-License-Identifier: Apache-2.0
"""The gate from its command line to its exit code, over fake benches: two arms, canary, A/A, verdict."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from harness.drive.gate import __main__ as entry
from harness.drive.gate import bench_run, canary, choice, collect, counting, experiment, identity, pairing, pairs_of_refs, selftest
from harness.drive.gate.options import read_options
from harness.drive.gate.tree import Tree
from harness.drive.lanes import Lane
from harness.drive.refusal import Refusal

# Takes a bench's flags; a file `slower` beside it is its percentage, `breaks` the exit code of one workload, `says` its answer.
_BENCH = r'''#!/bin/sh
here=$(dirname "$0")
[ "$1" = --list ] && cat "$here/cases.json" && exit 0
while [ $# -gt 1 ]; do
  case $1 in
    --workload) workload=$2 ;; --workers) workers=$2 ;; --seed) seed=$2 ;; --out) out=$2 ;;
  esac
  shift
done
read -r slower < "$here/slower"
ns=$((100000 + 100 * slower * 10 + (seed % 97) * 2 + $$ % 89))
case $GAUNTLET_INJECT in steps=*) ns=$((ns + ${GAUNTLET_INJECT#steps=} * 1000)) ;; esac
if [ -e "$here/breaks.$workload" ]; then
  read -r code < "$here/breaks.$workload"
  echo "gauntlet: told: it broke" >&2
  exit "$code"
fi
said=$ns
[ -e "$here/says.$workload" ] && read -r said < "$here/says.$workload"
echo ready
while read -r _; do echo "$said"; done
printf '{"context": {"gauntlet_schema": "1", "lane": "alpha", "workload": "%s", "workers": "%s", "compiler": "GNU 12", "compiler_flags": "-O2", "build_type": "Release"}, "benchmarks": [{"name": "x", "ns_per_op": %s}]}\n' "$workload" "$workers" "$ns" > "$out"
'''
CASES = [{"workload": "ping_pong", "params": {"capacity": "0"}, "unit": "round trip"},
         {"workload": "spawn", "params": {}, "unit": "goroutine", "fixed_ops": 1_000_000}]


class FakeArms:
    """Two trees whose benches are scripts; `build` and `relink` are theirs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trees = {}
        for arm in ("base", "head"):
            self.trees[arm] = Tree(arm, arm, arm[0] * 40, path / arm)
            folder = self.bench(arm).parent
            folder.mkdir(parents=True)
            for target in ("bench_alpha", "bench_alpha_injected"):
                bench = folder / target
                bench.write_text(_BENCH)
                bench.chmod(bench.stat().st_mode | stat.S_IXUSR)
            (folder / "cases.json").write_text(json.dumps(CASES))
            (folder / "slower").write_text("0\n")

    def bench(self, arm: str) -> Path:
        return self.trees[arm].build / "impls" / "bench_alpha"

    def built(self) -> collect.Built:
        lanes = {arm: [Lane("alpha", "runtime", "ok", None, str(self.bench(arm)), None)] for arm in self.trees}
        return collect.Built(self.trees, lanes, {"alpha": "bench_alpha"}, lanes["head"][0])

    def slow_down(self, percent: int) -> None:
        (self.bench("head").parent / "slower").write_text(f"{percent}\n")


@pytest.fixture
def arms(tmp_path, monkeypatch):
    fake = FakeArms(tmp_path / "trees")
    for module in (pairing, canary):
        monkeypatch.setattr(module, "relink", lambda tree, target, seed: tree.build / "impls" / target)
    monkeypatch.setattr(collect, "build", lambda root, options, judged=True: fake.built())
    monkeypatch.setattr(counting, "count", lambda sites, *_: [
        {"cell": site.id, "counter": "instructions", "arm": arm, "runs": [800.0, 800.0], "reason": None}
        for site in sites for arm in ("base", "head")])
    monkeypatch.setattr(counting, "check_tools", lambda: None)
    monkeypatch.setattr(entry, "ROOT", tmp_path)
    monkeypatch.setattr(entry, "preflight", lambda folder: [])
    return fake


def gate(tmp_path, *flags):
    out = tmp_path / "out"
    code = entry.main(["gate", "--base", "main", "--seed", "3", "--workers", "1", "--out", str(out), *flags])
    return code, out


def outcomes(out):
    told = json.loads((out / "verdict.json").read_text())
    return told["overall"], {row["id"]: row["outcome"] for row in told["cells"]}, told["invalid"]


def test_equal_arms_pass_and_leave_every_output(arms, tmp_path, capsys):
    code, out = gate(tmp_path)
    assert outcomes(out) == ("PASS", {"alpha/ping_pong/capacity=0/w1": "PASS", "alpha/spawn/-/w1": "PASS"}, [])
    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == ["gate.md", "junit.xml", "raw.json", "verdict.json"]
    shard = json.loads((out / "raw.json").read_text())["shards"][0]
    assert {pair["cell"] for pair in shard["pairs"] if pair["stage"] == "confirm"} == {
        "canary of alpha/ping_pong/capacity=0/w1"}
    assert all(pair["first"] == ("base" if pair["pair"] % 2 else "head") for pair in shard["pairs"])


def test_a_slower_head_fails_with_exit_code_1(arms, tmp_path, capsys):
    arms.slow_down(10)
    code, out = gate(tmp_path)
    assert (code, outcomes(out)[0]) == (1, "FAIL")
    assert set(outcomes(out)[1].values()) == {"FAIL"}


def test_a_head_that_breaks_is_invalid(arms, tmp_path, capsys):
    (arms.bench("head").parent / "breaks.spawn").write_text("3\n")
    code, out = gate(tmp_path)
    overall, cells, invalid = outcomes(out)
    assert (code, overall, cells["alpha/spawn/-/w1"]) == (2, "INVALID", "INVALID")
    assert "base ok; head DNF" in invalid[0]


def test_a_head_that_answers_nonsense_is_invalid(arms, tmp_path, capsys):
    (arms.bench("head").parent / "says.spawn").write_text("soon\n")
    code, out = gate(tmp_path)
    _, cells, invalid = outcomes(out)
    assert (code, cells["alpha/spawn/-/w1"]) == (2, "INVALID")
    assert "head DNF (answered 'soon' instead of a figure)" in invalid[0]


def test_what_neither_arm_offers_here_is_not_judged(arms, tmp_path, capsys):
    for arm in ("base", "head"):
        (arms.bench(arm).parent / "breaks.spawn").write_text("4\n")
    code, out = gate(tmp_path)
    assert (code, outcomes(out)[1]["alpha/spawn/-/w1"]) == (0, "N/A")


def test_a_case_that_the_head_lost_is_invalid(arms, tmp_path, capsys):
    (arms.bench("head").parent / "cases.json").write_text(json.dumps(CASES[:1]))
    code, out = gate(tmp_path)
    assert code == 2 and "alpha/spawn/-/w1 is in base only" in outcomes(out)[2][0]


def test_a_canary_that_cannot_be_made_is_refused_and_nothing_is_left(arms, tmp_path, capsys):
    bench = arms.trees["head"].build / "impls" / "bench_alpha_injected"
    bench.write_text(bench.read_text().replace("GAUNTLET_INJECT", "NOTHING"))
    code, out = gate(tmp_path)
    told = capsys.readouterr().err.splitlines()[-1]
    assert code == 2 and told.startswith("gauntlet: busy work per wake-up does not slow") and not out.exists()


def test_shards_share_the_cells_and_merge(arms, tmp_path, capsys):
    for index in (1, 2):
        assert entry.main(["gate", "--base", "main", "--seed", "3", "--workers", "1", "--shard", f"{index}/2",
                           "--out", str(tmp_path / f"s{index}")]) == 0
    assert entry.main(["merge", "--out", str(tmp_path / "all"), str(tmp_path / "s1"), str(tmp_path / "s2")]) == 0
    assert set(outcomes(tmp_path / "all")[1]) == {"alpha/ping_pong/capacity=0/w1", "alpha/spawn/-/w1"}
    assert entry.main(["judge", str(tmp_path / "s1" / "raw.json"), "--out", str(tmp_path / "one")]) == 2


def test_the_same_seed_measures_in_the_same_order(arms, tmp_path, capsys):
    def order(name):
        entry.main(["gate", "--base", "main", "--seed", "3", "--workers", "1", "--out", str(tmp_path / name)])
        pairs = json.loads((tmp_path / name / "raw.json").read_text())["shards"][0]["pairs"]
        return [pair["cell"] for pair in pairs][:4]

    assert order("a") == order("b")


def test_a_canary_that_breaks_is_refused_and_nothing_is_left(arms, tmp_path, capsys):
    for arm in ("base", "head"):
        (arms.bench(arm).parent / "breaks.ping_pong").write_text("3\n")
    code, out = gate(tmp_path)
    assert code == 2 and "the canary cannot be measured" in capsys.readouterr().err and not out.exists()


@pytest.mark.parametrize("place", ["reports.whole.os.fsync", "harness.drive.process.tempfile.TemporaryFile"])
def test_a_full_disk_is_one_line_and_leaves_nothing(place, arms, tmp_path, monkeypatch, capsys):
    def full(*_args, **_named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(place, full)
    code, out = gate(tmp_path)
    told = capsys.readouterr().err.splitlines()[-1]
    assert code == 2 and told.startswith("gauntlet: ") and "No space left" in told and not out.exists()


def test_an_interrupt_leaves_nothing(arms, tmp_path, monkeypatch, capsys):
    def interrupted(*_args):
        raise bench_run.Interrupted

    monkeypatch.setattr(counting, "count", interrupted)
    code, out = gate(tmp_path)
    assert code == 130 and not out.exists()


def test_two_commits_are_compared_in_pairs(arms, tmp_path, monkeypatch, capsys):
    arms.slow_down(10)
    monkeypatch.setattr(pairs_of_refs, "resolve", lambda root, ref: ref)
    monkeypatch.setattr(pairs_of_refs, "preflight", lambda folder: [])
    out = tmp_path / "out"
    assert entry.main(["compare", "v1", "v2", "--workers", "1", "--seed", "3", "--out", str(out)]) == 0
    told = json.loads((out / "compare.json").read_text())
    assert {row["cell"]: row["verdict"] for row in told["rows"]} == {
        "alpha/ping_pong/capacity=0/w1": "slower", "alpha/spawn/-/w1": "slower"}
    assert all(row["paired"] and row["runs"] == [10, 10] for row in told["rows"])


def test_what_is_neither_folder_nor_commit_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(entry, "ROOT", tmp_path)
    assert entry.main(["compare", "nothing", str(tmp_path)]) == 2
    assert "'nothing' is neither a result folder, nor FOLDER:LANE, nor a commit" in capsys.readouterr().err


def test_two_gates_at_once_are_refused(arms, tmp_path, capsys):
    with entry.alone():
        assert gate(tmp_path)[0] == 2
    assert "another gate" in capsys.readouterr().err


def test_selftest_collects_resumes_and_tells_what_was_right(arms, tmp_path, monkeypatch, capsys):
    plan = (experiment.Experiment("a/a", "no FAIL", suites=1),
            experiment.Experiment("slower", "FAIL", slower=0.10, suites=2))
    monkeypatch.setattr(selftest, "EXPERIMENTS", plan)
    out = tmp_path / "selftest"
    assert entry.main(["selftest", "--suites", "1", "--seed", "5", "--out", str(out)]) == 0
    first = (out / "suites.jsonl").read_text()
    assert entry.main(["selftest", "--suites", "2", "--seed", "5", "--out", str(out)]) == 0
    lines = [json.loads(line) for line in (out / "suites.jsonl").read_text().splitlines()]
    assert (out / "suites.jsonl").read_text().startswith(first)
    assert [(line["experiment"], line["right"]) for line in lines] == [("a/a", True), ("slower", True), ("slower", True)]
    assert "2 of 2" in capsys.readouterr().out


def test_a_selftest_counts_what_is_on_record_of_this_gate_only(arms, tmp_path, monkeypatch):
    monkeypatch.setattr(selftest, "EXPERIMENTS", (experiment.Experiment("a/a", "no FAIL", suites=2),))
    gate_now = identity.of_gate()
    record = tmp_path / "record.jsonl"
    lines = [{"experiment": "a/a", "gate": gate, "right": True, "seed": seed} for seed, gate in enumerate((gate_now, "another"))]
    record.write_text("".join(json.dumps(line) + "\n" for line in lines))
    monkeypatch.setattr(selftest, "RECORD", str(record))  # Absolute: the root in front of it falls away.
    assert entry.main(["selftest", "--suites", "2", "--seed", "5", "--out", str(tmp_path / "s")]) == 0
    assert len((tmp_path / "s" / "suites.jsonl").read_text().splitlines()) == 1


def test_a_selftest_collects_only_the_experiments_that_are_named(arms, tmp_path, monkeypatch, capsys):
    plan = (experiment.Experiment("a/a", "no FAIL", suites=1), experiment.Experiment("slower", "FAIL", slower=0.10, suites=1))
    monkeypatch.setattr(selftest, "EXPERIMENTS", plan)
    out = tmp_path / "selftest"
    assert entry.main(["selftest", "--experiment", "slow", "--seed", "5", "--out", str(out)]) == 0
    assert [json.loads(line)["experiment"] for line in (out / "suites.jsonl").read_text().splitlines()] == ["slower"]
    assert entry.main(["selftest", "--experiment", "bogus", "--out", str(out)]) == 2
    assert "no experiment's name holds 'bogus'; there are: a/a; slower" in capsys.readouterr().err


def test_the_identity_of_a_gate_is_the_text_that_decides(tmp_path):
    for name in [*identity.deciding(identity.OWN), "reports/gate/markdown.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((identity.OWN / name).read_bytes())
    before = identity.of_gate(tmp_path)
    assert before == identity.of_gate()
    (tmp_path / "reports/gate/markdown.py").write_text("# worded otherwise\n")
    assert identity.of_gate(tmp_path) == before
    (tmp_path / "reports/gate/rules.py").write_text("SCREEN_PAIRS = 5\n")
    changed = identity.of_gate(tmp_path)
    (tmp_path / "reports/gate/new.py").write_text("")
    assert len({before, changed, identity.of_gate(tmp_path)}) == 3


def test_a_selftest_that_finds_nothing_where_it_should_is_wrong(arms, tmp_path, monkeypatch, capsys):
    blind = experiment.Experiment("blind", "FAIL", inject="allocations=1", counter="allocations", suites=1)
    monkeypatch.setattr(selftest, "EXPERIMENTS", (blind,))
    assert entry.main(["selftest", "--suites", "1", "--out", str(tmp_path / "s")]) == 1


def test_calibration_finds_the_steps_of_a_share(arms, tmp_path):
    from harness.drive.interrupt import Interrupt

    cell = choice.control_cell("alpha", choice.offers(arms.trees["head"], [arms.built().control])["alpha"])
    with Interrupt() as interrupt:
        steps = canary.steps_for(arms.trees["head"], "bench_alpha_injected", cell, 0.15, 1, collect.PROFILES["quick"],
                                 tmp_path, interrupt)
    assert 13 <= steps <= 17  # a step is 1 % of that bench


@pytest.mark.parametrize("words, said", [
    (["gate"], "--base"), (["gate", "--base", "x", "--shard", "5/4"], "no shard"),
    (["gate", "--base", "x", "--workers", "0"], "no worker count"), (["gate", "--base", "x", "--bogus"], "--bogus"),
    (["compare", "a"], "A B"), (["merge", "a"], "--out"), (["bogus"], "bogus"), (["gate", "--base", "x", "--seed", "y"], "seed"),
])
def test_bad_flags_are_one_line_and_exit_2(words, said, capsys):
    assert entry.main(words) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and told.startswith("gauntlet: ") and said in told


def test_a_shard_without_cells_is_refused(arms):
    built = arms.built()
    offers = {arm: choice.offers(built.trees[arm], built.lanes[arm]) for arm in built.trees}
    with pytest.raises(Refusal, match="shard 3/3 has no cell"):
        choice.choose(offers["base"], offers["head"], built.trees, built.targets, None, [1], False, (3, 3))


def test_options_of_a_gate():
    options = read_options(["gate", "--base", "v1", "--quick", "--strict", "--shard", "2/3", "--seed", "9"])
    assert (options.base, options.head, options.profile, options.strict) == ("v1", "HEAD", "quick", True)
    assert (options.shard, options.seed, options.command) == ((2, 3), 9, "./run_all.sh gate --base v1 --quick "
                                                              "--strict --shard 2/3 --seed 9")


@pytest.mark.parametrize("words, lanes", [
    ([], ["work_stealing"]),
    (["--lanes", "coro,tbb"], ["coro", "tbb"]),
    (["--lanes", "all"], None),
    (["--quick"], None),  # The first that can run.
])
def test_a_gate_judges_the_own_runtime_unless_told_otherwise(words, lanes):
    assert read_options(["gate", "--base", "v1", *words]).lanes == lanes


def test_processes_are_as_long_as_the_gate_was_tried_with_unless_told_otherwise():
    assert read_options(["gate", "--base", "v1"]).profile == read_options(["gate", "--base", "v1", "--quick"]).profile == "quick"
    assert read_options(["compare", "v1", "v2", "--long"]).profile == "full"


def test_a_quick_gate_of_all_lanes_is_refused():
    with pytest.raises(Refusal, match="--quick judges one lane, .* instead of 'all'"):
        read_options(["gate", "--base", "v1", "--quick", "--lanes", "all"])
