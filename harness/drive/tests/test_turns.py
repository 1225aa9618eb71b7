# SPDX-License-Identifier: Apache-2.0
"""Turns: processes that live side by side and of which one works at a time, over fake benches."""

import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.drive.cases import Case
from harness.drive.gate import collect, turns
from harness.drive.gate.bench_run import Interrupted
from harness.drive.interrupt import Interrupt
from harness.drive.plan import Cell

CELL = Cell("alpha", Case("ping_pong", (), "round trip", ()), 1)
# Notes every pass in a diary that both share; $BEFORE and $PASS are what it does before it is ready, and in a pass.
_BENCH = r'''#!/bin/sh
while [ $# -gt 1 ]; do
  case $1 in --out) out=$2 ;; esac
  shift
done
eval "$BEFORE"
echo ready
passes=0
while read -r _; do
  passes=$((passes + 1))
  echo "$NAME" >> "$DIARY"
  eval "$PASS"
  echo "${ANSWER:-$passes}"
done
printf '{"context": {"gauntlet_schema": "1", "lane": "alpha", "workload": "ping_pong", "workers": "1"}, "benchmarks": [{"name": "x", "ns_per_op": 1}]}\n' > "$out"
'''


@pytest.fixture
def table(tmp_path):
    bench = tmp_path / "bench"
    bench.write_text(_BENCH)
    bench.chmod(bench.stat().st_mode | stat.S_IXUSR)

    def play(timeout: float = 10.0, **environments: dict[str, str]) -> tuple[dict[str, turns.Played], list[str]]:
        diary = tmp_path / "diary"
        diary.write_text("")
        players = {name: turns.Player(bench, 1, {"NAME": name, "DIARY": str(diary), **more})
                   for name, more in environments.items()}
        profile = replace(collect.PROFILES["quick"], timeout=timeout)
        with Interrupt() as interrupt:
            played = turns.play(players, list(players), CELL, profile, tmp_path, interrupt)
        return played, diary.read_text().split()

    return play


def test_one_works_at_a_time_and_who_begins_alternates(table):
    played, diary = table(a={}, b={})
    turns_had = len(played["a"].figures)
    assert turns_had == collect.PROFILES["quick"].min_time / turns.PASS_SECONDS
    assert diary == (["a", "b", "b", "a"] * turns_had)[:2 * turns_had]
    assert played["a"].figures == played["b"].figures == [float(number + 1) for number in range(turns_had)]
    assert played["a"].end is None and played["a"].context["lane"] == "alpha"


def test_who_waits_is_stopped(table, tmp_path):
    """A second process of `a` writes for as long as it may run: not while `b` sleeps for ten times as long."""
    busy = tmp_path / "busy"
    spins = {"BEFORE": f"(while :; do echo >> {busy}; sleep 0.01; done) &", "PASS": "sleep 0.02"}
    table(a=spins, b={"PASS": "sleep 0.2"})
    assert 2 <= len(busy.read_text()) < 40


def test_slow_passes_are_as_many_as_fill_the_time(table):
    played, _ = table(a={"PASS": "sleep 0.03"}, b={"PASS": "sleep 0.03"})
    assert turns.LEAST_TURNS <= len(played["a"].figures) < 10


def test_an_arm_that_is_not_available_does_not_end_the_other(table):
    declined = {"BEFORE": 'echo "gauntlet: n/a: no can do" >&2; exit 4'}
    played, _ = table(a=declined, b={})
    assert (played["a"].end.status, played["a"].end.reason) == ("n/a", "no can do")
    assert played["b"].end is None


def test_an_arm_that_dies_in_a_pass_is_told_and_both_may(table):
    dies = {"PASS": '[ "$passes" = 3 ] && echo "gauntlet: DNF: fell over" >&2 && exit 3'}
    played, _ = table(a=dies, b={})
    assert (played["a"].end.status, played["b"].end) == ("DNF", None)
    both, _ = table(a=dies, b=dies)
    assert both["a"].end.reason == both["b"].end.reason == "fell over"


def test_nonsense_for_an_answer_is_told(table):
    played, _ = table(a={"ANSWER": "soon"}, b={})
    assert played["a"].end.reason == "answered 'soon' instead of a figure"


@pytest.mark.parametrize("where", ["BEFORE", "PASS"])
def test_an_arm_that_hangs_is_ended(table, monkeypatch, where):
    monkeypatch.setattr(turns, "SLACK", 0.2)
    begin = time.monotonic()
    played, _ = table(timeout=0.3, a={where: "sleep 60"}, b={})
    assert played["a"].end.status == "DNF" and "hung" in played["a"].end.reason
    assert time.monotonic() - begin < 30


def test_an_interrupt_ends_both(table, monkeypatch):
    monkeypatch.setattr(Interrupt, "enter_group", interrupted(Interrupt.enter_group))
    with pytest.raises(Interrupted):
        table(a={}, b={})


def interrupted(enter):
    def enter_group(self: Interrupt, group: int) -> None:
        self.came = "SIGINT"
        enter(self, group)

    return enter_group
