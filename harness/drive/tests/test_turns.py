# SPDX-License-Identifier: Apache-2.0
"""Turns: processes that live side by side and of which one works at a time."""

import stat
import time

import pytest

from harness.drive.interrupt import Interrupt
from harness.drive.process import plain_environment
from harness.drive.turns import Played, Player, Share, play

TWENTY = Share(20.0, 1.0, 4, level=True)  # So many seconds that only turns count.
# Notes every pass in a diary that both share; $BEFORE and $PASS are what it does before it is ready, and in a pass.
_BENCH = r'''#!/bin/sh
eval "$BEFORE"
echo ready
passes=0
while read -r _; do
  passes=$((passes + 1))
  echo "$NAME" >> "$DIARY"
  eval "$PASS"
  echo "${ANSWER:-$passes}"
done
'''


@pytest.fixture
def table(tmp_path):
    bench = tmp_path / "bench"
    bench.write_text(_BENCH)
    bench.chmod(bench.stat().st_mode | stat.S_IXUSR)

    def run(share: Share = TWENTY, timeout: float = 10.0, **environments: dict[str, str]) -> tuple[dict[str, Played], list[str]]:
        diary = tmp_path / "diary"
        diary.write_text("")
        players = {name: Player([str(bench)], plain_environment(NAME=name, DIARY=str(diary), **more))
                   for name, more in environments.items()}
        with Interrupt() as interrupt:
            played = play(players, list(players), share, timeout, interrupt, tmp_path)
        return played, diary.read_text().split()

    return run


def test_one_works_at_a_time_and_who_begins_alternates(table):
    played, diary = table(a={}, b={})
    assert diary == ["a", "b", "b", "a"] * 10
    assert played["a"].figures == played["b"].figures == [float(number + 1) for number in range(20)]
    assert played["a"].ended.returncode == played["b"].ended.returncode == 0


def test_who_waits_is_stopped(table, tmp_path):
    """A second process of `a` writes for as long as it may run: not while `b` sleeps for ten times as long."""
    busy = tmp_path / "busy"
    spins = {"BEFORE": f"(while :; do echo >> {busy}; sleep 0.01; done) &", "PASS": "sleep 0.02"}
    table(a=spins, b={"PASS": "sleep 0.2"})
    assert 2 <= len(busy.read_text()) < 150  # It had half a second of four and a half.


def test_slow_passes_are_as_many_as_fill_the_time(table):
    slow, fast = {"PASS": "sleep 0.03"}, {"PASS": "sleep 0.01"}
    level, _ = table(Share(0.1, 0.005, 4, level=True), a=slow, b=fast)
    assert 4 <= len(level["a"].figures) == len(level["b"].figures) <= 10
    own, _ = table(Share(0.1, 0.005), a={"PASS": "sleep 0.2"}, b={})
    assert len(own["a"].figures) == 1 < len(own["b"].figures)
    once, _ = table(Share(0.001, 0.005), a={"PASS": "sleep 0.1"})
    assert once["a"].figures == [1.0]


def test_what_a_process_is_charged_for_is_its_own_time(table):
    played, _ = table(Share(0.01, 0.005), a={}, b={"PASS": "sleep 2"})
    assert played["a"].ended.seconds < 1.5 < 2 <= played["b"].ended.seconds


def test_one_that_does_not_begin_does_not_end_the_other(table):
    played, _ = table(a={"BEFORE": 'echo "no can do" >&2; exit 4'}, b={})
    assert (played["a"].figures, played["a"].ended.returncode, played["a"].ended.stderr) == ([], 4, "no can do\n")
    assert len(played["b"].figures) == 20 and played["b"].ended.returncode == 0


def test_one_that_dies_in_a_pass_does_not_end_the_other_which_may_as_well(table):
    dies = {"PASS": '[ "$passes" = 3 ] && exit 3'}
    played, _ = table(a=dies, b={})
    assert (len(played["a"].figures), len(played["b"].figures)) == (2, 20)
    both, _ = table(a=dies, b=dies)
    assert both["a"].ended.returncode == both["b"].ended.returncode == 3


def test_nonsense_for_an_answer_is_told(table):
    played, _ = table(a={"ANSWER": "soon"}, b={})
    assert played["a"].nonsense == "answered 'soon' instead of a figure" and played["b"].nonsense is None


@pytest.mark.parametrize("where", ["BEFORE", "PASS"])
def test_one_that_hangs_is_ended(table, where):
    begin = time.monotonic()
    played, _ = table(timeout=0.5, a={where: "sleep 60"}, b={})
    assert played["a"].ended.timed_out and not played["b"].ended.timed_out and len(played["b"].figures) == 20
    assert time.monotonic() - begin < 30


def test_an_interrupt_ends_all(table, monkeypatch):
    monkeypatch.setattr(Interrupt, "enter_group", interrupted(Interrupt.enter_group))
    played, diary = table(a={}, b={})
    assert [one.ended.returncode for one in played.values()] == [-9, -9] and not diary


def interrupted(enter):
    def enter_group(self: Interrupt, group: int) -> None:
        self.came = "SIGINT"
        enter(self, group)

    return enter_group
