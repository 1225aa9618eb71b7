# SPDX-License-Identifier: Apache-2.0
"""The verdict: what is found, what is let through, and everything that must make it INVALID."""

import copy
import datetime
import json
import math
import random

import pytest

from reports.gate import accepted, rules, verdict, wording
from reports.tests.gate_data import GateData

CELL = "work_stealing/ping_pong/capacity=0/w1"
OTHER = "work_stealing/worker_pool/pool=3/w1"
WIDE = "work_stealing/ping_pong/capacity=0/w2"


def judge(shards, entries=(), strict=False):
    told = verdict.judge(shards, list(entries), strict)
    verdict.check(told, "verdict")
    return told


def row(told, cell=CELL):
    return next(each for each in told["cells"] if each["id"] == cell)


def scaled(figures, factor):
    return [figure * factor for figure in figures]


def quiet(seed=1):
    return GateData(seed).cell(CELL).cell(OTHER)


def test_two_equal_arms_pass():
    told = judge(quiet().whole())
    assert (told["overall"], told["exit_code"], told["invalid"]) == ("PASS", 0, [])
    assert [control["right"] for control in told["controls"]] == [True, True]
    assert row(told)["time"]["visible"] < 0.05


@pytest.mark.parametrize("ratio", [1.05, 1.10, 1.20])
def test_a_slowdown_is_a_confirmed_regression(ratio):
    told = judge(quiet().cell(WIDE, ratio).whole())
    assert (told["overall"], told["exit_code"]) == ("FAIL", 1)
    assert row(told, WIDE)["worse"] == ["time"] and row(told)["outcome"] == "PASS"
    assert row(told, WIDE)["time"]["ratio"] == pytest.approx(ratio, rel=0.005)


def test_a_speed_up_is_told_and_passes():
    told = judge(quiet().cell(WIDE, 1 / 1.10).whole())
    assert told["overall"] == "PASS" and row(told, WIDE)["improved"] == ["time"]


def test_a_slowdown_below_the_least_that_matters_passes():
    for seed in range(8):
        told = judge(GateData(seed).cell(CELL, 1.024, 0.002).cell(OTHER).whole())
        assert row(told)["time"]["flagged"] == "slower" and row(told)["outcome"] == "PASS"


def test_between_floor_and_least_the_estimate_decides():
    """At +2.7 % the test against the 2 % floor rejects; only the demand for 3 % keeps it from failing."""
    told = judge(GateData(2).cell(CELL, 1.027, 0.001).cell(OTHER).whole())
    assert row(told)["time"]["p"] < 0.001 and row(told)["outcome"] == "PASS"


def test_a_slowdown_below_the_floor_is_not_significant():
    told = judge(GateData(9).cell(CELL, 1.018, 0.002).cell(OTHER).whole())
    assert row(told)["time"]["flagged"] == "slower" and row(told)["time"]["p"] > 0.5


def test_one_sitting_alone_confirms_nothing():
    data = GateData(3).cell(CELL, 1.10)
    for pair in data.shard["pairs"]:
        if pair["cell"] == CELL and pair["stage"] == "confirm" and pair["sitting"] == 2:
            pair["head"] = scaled(pair["base"], 1 + 0.001 * pair["pair"])
    assert row(judge(data.cell(OTHER).whole()))["outcome"] == "PASS"


def test_holm_shares_one_error_over_all_confirmed_cells():
    """Alone, p near 0.003 stands at 1 %; of ten like it, none does."""
    names = [f"work_stealing/ping_pong/capacity={n}/w1" for n in range(10)]

    def shards(count):
        data = GateData(4)
        for name in names[:count]:
            data.cell(name, 1.06)
            weak(data, name)
        data.cell("coro/ping_pong/capacity=0/w1")
        return data.whole()

    def weak(data, name):
        """Six of the 24 pairs of each sitting speak against it: p near 0.003."""
        rows = [pair for pair in data.shard["pairs"] if pair["cell"] == name and pair["stage"] == "confirm"]
        for sitting in (1, 2):
            own = [pair for pair in rows if pair["sitting"] == sitting]
            for number, pair in enumerate(own, 1):
                down = number in (2, 4, 7, 10, 13, 19)
                pair["head"] = scaled(pair["base"], 1.02 * (1 + (-1 if down else 1) * 0.004 * (number + 4)))

    alone, ten = judge(shards(1)), judge(shards(10))
    p = row(alone, names[0])["time"]["p"]
    assert 0.001 < p <= 0.01
    assert row(alone, names[0])["outcome"] == "FAIL"
    assert {row(ten, name)["outcome"] for name in names} == {"PASS"}


def test_a_cell_too_noisy_to_show_anything_is_inconclusive():
    told = judge(quiet().cell(WIDE, 1.0, 0.6).whole())
    assert (told["overall"], told["exit_code"], row(told, WIDE)["outcome"]) == ("INCONCLUSIVE", 0, "INCONCLUSIVE")
    assert judge(quiet().cell(WIDE, 1.0, 0.6).whole(), strict=True)["exit_code"] == 3


def test_strictness_changes_nothing_else():
    assert judge(quiet().whole(), strict=True)["exit_code"] == 0
    assert judge(quiet().cell(WIDE, 1.3).whole(), strict=True)["exit_code"] == 1


# --- counters ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("counter, base, head", [
    ("instructions", 800.0, 804.1), ("allocations", 0.0, 1.0), ("allocations", 0.0, 1 / 8000),
    ("system_calls", 0.0, 1.0), ("bytes_per_goroutine", 4096.0, 4112.0), ("bytes_per_goroutine", 300.0, 303.1),
])
def test_more_of_a_counter_fails_alone(counter, base, head):
    data = quiet()
    told = judge(data.counter(CELL, counter, base, head).whole())
    assert told["overall"] == "FAIL" and row(told)["worse"] == [counter]
    less = judge(quiet().counter(CELL, counter, head, base).whole())
    assert less["overall"] == "PASS" and row(less)["improved"] == [counter]


@pytest.mark.parametrize("counter, base, head", [
    ("instructions", 800.0, 803.9), ("allocations", 1.0, 1.0), ("system_calls", 1.0, 1.001),
    ("bytes_per_goroutine", 4096.0, 4110.0), ("bytes_per_goroutine", 300.0, 302.9),
])
def test_what_a_counter_allows_passes(counter, base, head):
    assert judge(quiet().counter(CELL, counter, base, head).whole())["overall"] == "PASS"


def test_a_counter_whose_runs_disagree_is_demoted_and_judged_by_time():
    data = quiet().counter(CELL, "instructions", 800.0, 900.0, spread=1.0)
    told = judge(data.whole())
    counters = {each["counter"]: each["outcome"] for each in row(told)["counters"]}
    assert counters["instructions"] == "demoted" and told["overall"] == "PASS"


def test_a_counter_that_neither_arm_has_is_demoted():
    data = quiet().counter(CELL, "instructions", 1.0, 1.0)
    for line in data.shard["counters"]:
        if line["counter"] == "instructions" and line["cell"] == CELL:
            line["runs"] = []
    assert judge(data.whole())["overall"] == "PASS"


# --- it fails closed --------------------------------------------------------------------------------------------

def drop_pair(stage):
    def spoil(shard):
        place = max(n for n, pair in enumerate(shard["pairs"]) if pair["cell"] == WIDE and pair["stage"] == stage)
        del shard["pairs"][place]
    return spoil


def set_pair(key, value, stage="screen"):
    def spoil(shard):
        next(pair for pair in shard["pairs"] if pair["cell"] == WIDE and pair["stage"] == stage)[key] = value
    return spoil


def set_counter(value):
    def spoil(shard):
        next(line for line in shard["counters"] if line["cell"] == CELL)["runs"] = value
    return spoil


def without(shard, cell):
    shard["cells"] = [each for each in shard["cells"] if each["id"] != cell]
    shard["pairs"] = [each for each in shard["pairs"] if each["cell"] != cell]
    shard["counters"] = [each for each in shard["counters"] if each["cell"] != cell]


def control(shard, role):
    return next(each["id"] for each in shard["cells"] if each["role"] == role)


def ended(arm, status, reason="because"):
    return lambda shard: shard["ends"].append(
        {"cell": CELL, "arm": arm, "stage": "screen", "status": status, "reason": reason})


def equal_canary(shard):
    for pair in shard["pairs"]:
        if pair["cell"] == control(shard, "canary"):
            pair["head"] = scaled(pair["base"], 1 + 0.0001 * (-1) ** pair["pair"] * pair["pair"])
    shard["pairs"] = [pair for pair in shard["pairs"] if pair["cell"] != control(shard, "canary")
                      or pair["stage"] == "screen"]


def fast_canary(shard):
    for pair in shard["pairs"]:
        if pair["cell"] == control(shard, "canary"):
            pair["base"], pair["head"] = pair["head"], pair["base"]


SPOILT = {
    "a screen lacks a pair": (drop_pair("screen"), "too few pairs"),
    "a confirmation lacks a pair": (drop_pair("confirm"), "confirmation is not whole"),
    "a time is NaN": (set_pair("head", [float("nan")]), "no finite time"),
    "a confirmed time is NaN": (set_pair("head", [float("nan")], "confirm"), "no finite time"),
    "a time is infinite": (set_pair("base", [float("inf")]), "no finite time"),
    "a time is zero": (set_pair("base", [0.0]), "no finite time"),
    "a turn of one arm only": (set_pair("head", [60.0, 60.0]), "turns"),
    "a time is negative": (set_pair("head", [-1.0]), "no finite time"),
    "a pair is there twice": (set_pair("pair", 2), "not numbered"),
    "a confirmation is of one sitting": (set_pair("sitting", 2, "confirm"), "confirmation is not whole"),
    "a counter is NaN": (set_counter([float("nan"), 1.0]), "not a number"),
    "a counter has one run": (set_counter([1.0]), "1 of 2 runs"),
    "a counter of one arm is missing": (set_counter([]), "0 of 2 runs"),
    "head crashed": (ended("head", "DNF", "SIGSEGV"), "base ok; head DNF (SIGSEGV)"),
    "base crashed": (ended("base", "DNF"), "base DNF (because); head ok"),
    "head is wrong": (ended("head", "WRONG"), "WRONG"),
    "head became n/a": (ended("head", "n/a"), "n/a"),
    "both are wrong": (lambda shard: (ended("head", "WRONG")(shard), ended("base", "WRONG")(shard)), "WRONG"),
    "both fail in different ways": (lambda shard: (ended("head", "DNF")(shard), ended("base", "n/a")(shard)), "DNF"),
    "head lost a cell": (lambda shard: shard["only_in_one_arm"].append({"id": "x/y/z/w1", "only_in": "base"}),
                         "the head lost it"),
    "another compiler": (lambda shard: shard["arms"]["head"].update(compiler="Clang 19"), "compiler is"),
    "other flags": (lambda shard: shard["arms"]["head"].update(compiler_flags="-O3"), "compiler_flags is"),
    "an unknown compiler": (lambda shard: [arm.update(compiler="") for arm in shard["arms"].values()], "compiler is"),
    "no canary": (lambda shard: without(shard, control(shard, "canary")), "has no canary"),
    "no A/A": (lambda shard: without(shard, control(shard, "a/a")), "has no a/a"),
    "a canary that nobody saw": (equal_canary, "the injected slowdown was not found"),
    "a canary that became faster": (fast_canary, "the injected slowdown was not found"),
    "no cell": (lambda shard: [without(shard, cell) for cell in (CELL, OTHER, WIDE)], "no cell was judged"),
    "a shard is missing": (lambda shard: shard["shard"].update(of=2), "shards 1 of 2"),
}


@pytest.mark.parametrize("spoil, said", SPOILT.values(), ids=SPOILT.keys())
def test_it_fails_closed(spoil, said):
    data = quiet().cell(WIDE, 1.10, 0.005)
    assert judge(data.whole())["overall"] == "FAIL", "whole before it is spoilt"
    spoil(data.shard)
    told = judge(data.whole())
    assert (told["overall"], told["exit_code"]) == ("INVALID", 2)
    assert any(said in reason for reason in told["invalid"]), told["invalid"]


def test_a_change_between_two_copies_of_one_build_is_invalid():
    for ratio in (1.2, 1 / 1.2):
        data = GateData(5)
        without(data.shard, control(data.shard, "a/a"))
        data.control("a/a", ratio)
        told = judge(data.cell(CELL).cell(OTHER).whole())
        assert told["overall"] == "INVALID" and "two copies of one build" in told["invalid"][0]


def test_a_cell_that_neither_arm_can_do_is_told_and_not_judged():
    data = quiet()
    for arm in ("base", "head"):
        data.ends(CELL, arm, "DNF", "max_map_count")
    data.shard["pairs"] = [pair for pair in data.shard["pairs"] if pair["cell"] != CELL]
    told = judge(data.whole())
    assert told["overall"] == "PASS"
    assert (row(told)["outcome"], row(told)["reason"]) == ("N/A", "not judged: DNF (max_map_count) in both")


def test_a_cell_that_is_new_in_the_head_is_told():
    data = quiet()
    data.shard["only_in_one_arm"].append({"id": "x/y/z/w1", "only_in": "head"})
    told = judge(data.whole())
    assert told["overall"] == "PASS" and told["only_in_one_arm"] == [{"id": "x/y/z/w1", "arm": "head"}]


# --- the guard --------------------------------------------------------------------------------------------------

def many(ratio, seed=6, noise=0.004):
    data = GateData(seed)
    for number in range(6):
        data.cell(f"coro/ping_pong/capacity={number}/w1", ratio, noise)
    return data


def test_many_small_slowdowns_touch_the_guard():
    """Each is below what a single cell must have to fail; together they are a slower lane."""
    told = judge(many(1.028).whole())
    assert {cell["outcome"] for cell in told["cells"]} == {"PASS"}
    assert told["overall"] == "FAIL" and told["guards"][0]["outcome"] == "FAIL"
    assert judge(many(1 / 1.028).whole())["guards"][0]["improved"]


def test_a_touched_guard_that_is_not_confirmed_passes():
    """A bad minute in the screen, and nothing of it when the lane is measured anew."""
    shards = many(1.028).whole()
    for pair in shards[0]["pairs"]:
        if pair["stage"] == "guard":
            pair["head"] = scaled(pair["base"], 1 + 0.001 * (-1) ** pair["pair"])
    told = judge(shards)
    assert (told["guards"][0]["p"], told["guards"][0]["outcome"]) == (1.0, "PASS") and told["overall"] == "PASS"


def test_the_guard_lets_its_own_size_pass():
    assert judge(many(1.015).whole())["overall"] == "PASS"


def test_a_touched_guard_that_was_not_measured_anew_is_invalid():
    data = many(1.028)
    shards = data.whole()
    shards[0]["pairs"] = [pair for pair in shards[0]["pairs"] if pair["stage"] != "guard"]
    told = judge(shards)
    assert told["overall"] == "INVALID" and "guard of coro" in told["invalid"][0]


# --- what was accepted ------------------------------------------------------------------------------------------

def entry(cell="work_stealing/*", what=("time",), at_most=2.0, expires="2026-12-31"):
    return accepted.Accepted(cell, frozenset(what), at_most, "agreed", datetime.date.fromisoformat(expires))


def test_an_accepted_regression_passes_and_is_told():
    told = judge(quiet().cell(WIDE, 1.1).whole(), [entry()])
    assert told["overall"] == "PASS" and row(told, WIDE)["outcome"] == "ACCEPTED"
    assert row(told, WIDE)["accepted"][0]["reason"] == "agreed"


def test_a_guard_that_only_an_accepted_cell_touches_passes_with_it():
    told = judge(quiet().cell(WIDE, 1.1).whole(), [entry()])
    assert told["guards"][0]["outcome"] == "ACCEPTED"
    explicit = [entry(what=("time",), cell=cell) for cell in (WIDE, "guard/work_stealing")]
    assert judge(quiet().cell(WIDE, 1.1).whole(), explicit)["overall"] == "PASS"


@pytest.mark.parametrize("bad", [
    entry(cell="coro/*"), entry(what=("instructions",)), entry(at_most=1.05), entry(expires="2026-11-23")])
def test_an_entry_covers_no_more_than_it_says(bad):
    assert judge(quiet().cell(WIDE, 1.1).whole(), [bad])["overall"] == "FAIL"


def test_every_finding_of_a_cell_must_be_accepted():
    data = quiet().counter(CELL, "allocations", 0.0, 1.0).counter(CELL, "instructions", 800.0, 900.0)
    assert judge(data.whole(), [entry(what=("allocations",), at_most=1e9)])["overall"] == "FAIL"
    assert judge(data.whole(), [entry(what=("allocations", "instructions"), at_most=1e9)])["overall"] == "PASS"


def test_an_expired_entry_is_told():
    assert judge(quiet().whole(), [entry(expires="2026-11-23")])["expired"][0]["cell"] == "work_stealing/*"


# --- symmetries -------------------------------------------------------------------------------------------------

def busy():
    data = GateData(8).cell(CELL, 1.10).cell(OTHER, 0.9).cell(WIDE, 1.0, 0.02).cell("coro/ping_pong/capacity=0/w1")
    return data.counter(CELL, "instructions", 800.0, 900.0).counter(OTHER, "allocations", 2.0, 1.0)


def test_the_same_data_give_the_same_bytes():
    shards = busy().whole()
    assert verdict.text(judge(shards)) == verdict.text(judge(json.loads(json.dumps(shards))))


def test_the_order_of_the_data_changes_nothing():
    shards = busy().whole()
    shuffled = copy.deepcopy(shards)
    for key in ("cells", "pairs", "counters", "ends"):
        random.Random(1).shuffle(shuffled[0][key])
    assert verdict.text(judge(shuffled)) == verdict.text(judge(shards))


def test_the_unit_of_time_changes_nothing():
    shards = busy().whole()
    seconds = copy.deepcopy(shards)
    for pair in seconds[0]["pairs"]:
        pair["base"], pair["head"] = scaled(pair["base"], 1e-9), scaled(pair["head"], 1e-9)
    assert judge(seconds) | {"data_sha256": ""} == judge(shards) | {"data_sha256": ""}


def test_a_machine_that_changes_its_speed_between_turns_changes_nothing():
    """Three of eight turns are of two speeds: a neighbour came or went between the arms."""
    chance, shards = random.Random(5), busy().whole()
    turned = copy.deepcopy(shards)
    for pair in turned[0]["pairs"]:
        split = [(1.0, 1.0), (2.0, 2.0), (1.0, 2.0), (2.0, 1.0), (1.0, 2.0), (1.0, 1.0), (2.0, 2.0), (2.0, 2.0)]
        chance.shuffle(split)
        for place, arm in enumerate(("base", "head")):
            pair[arm] = [pair[arm][0] * speeds[place] for speeds in split]
    one, other = judge(shards), judge(turned)
    for cell in (CELL, OTHER, WIDE):
        assert row(one, cell)["outcome"] == row(other, cell)["outcome"]
        assert row(one, cell)["time"]["ratio"] == pytest.approx(row(other, cell)["time"]["ratio"], abs=1e-6)


def test_swapped_arms_mirror_the_verdict():
    shards = busy().whole()
    swapped = copy.deepcopy(shards)
    for pair in swapped[0]["pairs"]:
        if pair["cell"] in (CELL, OTHER, WIDE, "coro/ping_pong/capacity=0/w1"):
            pair["base"], pair["head"] = pair["head"], pair["base"]
    for line in swapped[0]["counters"]:
        line["arm"] = {"base": "head", "head": "base"}[line["arm"]]
    one, other = judge(shards), judge(swapped)
    assert (row(one)["worse"], row(one, OTHER)["improved"]) == (["instructions", "time"], ["allocations", "time"])
    for cell in (CELL, OTHER, WIDE):
        assert row(one, cell)["worse"] == row(other, cell)["improved"]
        assert row(one, cell)["improved"] == row(other, cell)["worse"]
        assert row(one, cell)["time"]["ratio"] == pytest.approx(1 / row(other, cell)["time"]["ratio"], rel=1e-5)
        assert row(one, cell)["time"]["p"] == row(other, cell)["time"]["p"]


def test_shards_judged_together_are_as_one():
    two = [GateData(1, 1, 2).cell(CELL).whole()[0], GateData(2, 2, 2).cell(WIDE, 1.2).whole()[0]]
    told = judge(two)
    assert told["overall"] == "FAIL" and [cell["shard"] for cell in told["cells"]] == [1, 2]
    assert verdict.text(judge(two[::-1])) == verdict.text(told)


def test_one_shard_can_be_looked_at_and_says_that_it_is_no_verdict():
    shard = GateData(1, 2, 4).cell(CELL).whole()
    told = verdict.judge(shard, [], False, partial=True)
    assert (told["overall"], told["partial"]) == ("PASS", True) and "some shards" in wording.headline(told)
    assert judge(shard)["overall"] == "INVALID"


@pytest.mark.parametrize("key, value", [("seed", 8), ("profile", "full"), ("protocol", {"min_time": 1.0})])
def test_shards_of_different_runs_are_invalid(key, value):
    two = [GateData(1, 1, 2).cell(CELL).whole()[0], GateData(2, 2, 2).cell(WIDE).whole()[0]]
    two[1][key] = value
    assert any("not of one run" in reason for reason in judge(two)["invalid"])


def test_a_cell_in_two_shards_is_invalid():
    two = [GateData(1, 1, 2).cell(CELL).whole()[0], GateData(2, 2, 2).cell(CELL).whole()[0]]
    assert any("more than one shard" in reason for reason in judge(two)["invalid"])


def test_the_rules_are_those_of_the_documentation():
    assert (rules.SCREEN_PAIRS, rules.SCREEN_ALPHA, rules.FAMILY_ALPHA) == (10, 0.055, 0.01)
    assert (rules.SITTINGS, rules.LAYOUTS, rules.PAIRS_PER_LAYOUT) == (2, 4, 6)
    assert (rules.FLOOR, rules.LEAST, rules.GUARD) == pytest.approx([math.log(x) for x in (1.02, 1.03, 1.02)])


def test_the_rules_are_printed_in_the_verdict():
    told = judge(quiet().whole())["rules"]
    assert told["screen"] == {"pairs": rules.SCREEN_PAIRS, "alpha": rules.SCREEN_ALPHA}
    assert set(told["counters"]) == set(rules.COUNTERS)
