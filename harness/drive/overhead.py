# SPDX-License-Identifier: Apache-2.0
"""Overhead: does the harness add anything to a hand-written ping-pong on the same library?

A lane with a hand-written program (harness/overhead, `overhead` in lanes.json) is run in ABBA blocks
against it: fresh processes, next to each other in time, one worker, unbuffered channels, the same number of
round trips in a pass, half a second each. The program is called as `EXE --workers 1 --ops N` and prints
`{"ns_per_op": NUMBER, ...}`. Told is the median of the paired ratios with its order-statistic interval; the
check fails when that median is more than 3 % off in either direction (a bare program that is slower than
the lane is no yardstick).
"""

import dataclasses
import json
import math
import statistics
import sys
import tempfile
from pathlib import Path

from .bench import Outcome, Start, run_bench
from .cases import Case, list_cases
from .interrupt import Interrupt
from .lanes import Lane, choose_lanes, read_lanes
from .options import Options
from .plan import Cell, seed_of
from .process import Ended, run_process
from .progress import make_progress
from .refusal import Refusal
from .words import death_of

_BLOCKS = 6  # of two pairs each
_MOST = 0.03
_SECONDS = 0.5  # as long as the hand-written programs measure


def check_overhead(options: Options) -> int:
    lanes = [lane for lane in choose_lanes(read_lanes(options.build), options.lanes) if lane.runs and lane.overhead]
    if not lanes:
        raise Refusal("no lane here has a hand-written program to compare with; run ./run_all.sh build, or other --lanes")
    failed = False
    progress = make_progress()
    with Interrupt() as interrupt, tempfile.TemporaryDirectory() as scratch:
        try:
            for lane in lanes:
                for case in _ping_pongs(lane):
                    name = f"{lane.lane} {case.workload} {case.params_text}"
                    progress.step(0, 1, name, None)
                    logs = _paired_logs(lane, case, options, Path(scratch), interrupt)
                    if interrupt.came:
                        return 130
                    off, low, high = (math.expm1(value) for value in middle(logs))
                    word = "ok" if abs(off) <= _MOST else "FAILED"
                    failed |= word != "ok"
                    progress.say(f"{name}: {off:+.1%} [{low:+.1%}, {high:+.1%}] over {len(logs)} pairs: {word}")
        finally:
            progress.close()
    print(f"harness overhead: {'FAILED, more than' if failed else 'within'} {_MOST:.0%}", file=sys.stderr)
    return 1 if failed else 0


def middle(logs: list[float]) -> tuple[float, float, float]:
    """Median and its interval of at least 95 % by order statistics (all of them when there are few)."""
    ordered = sorted(logs)
    count, outside, rank = len(ordered), 0.0, 0
    while rank < count // 2:
        outside += math.comb(count, rank) * 0.5 ** (count - 1)
        if outside > 0.05:
            break
        rank += 1
    rank = max(rank, 1)
    return statistics.median(ordered), ordered[rank - 1], ordered[count - rank]


def _ping_pongs(lane: Lane) -> list[Case]:
    cases, fault = list_cases(lane)
    if fault:
        raise Refusal(f"lane {lane.lane}: {fault}; run ./run_all.sh test to see why")
    wanted = [case for case in cases if case.workload == "ping_pong" and str(case.params_object.get("capacity")) == "0"]
    if not wanted:
        raise Refusal(f"lane {lane.lane} lists no ping_pong of capacity 0 to compare with; mend workloads/ping_pong.cpp")
    return wanted


def _paired_logs(lane: Lane, case: Case, options: Options, folder: Path, interrupt: Interrupt) -> list[float]:
    cell = Cell(lane.lane, case, 1)
    profile = dataclasses.replace(options.profile, min_time=_SECONDS)
    logs = []
    for block in range(_BLOCKS):
        figures: dict[str, list[float]] = {"lane": [], "bare": []}
        ops = 1
        for turn, arm in enumerate(("lane", "bare", "bare", "lane")):
            number = 4 * block + turn
            if arm == "lane":
                seed = seed_of(cell, options.seed, number)
                outcome = run_bench(Start(lane.bench, cell, seed, number, number), profile, folder, interrupt)
                if outcome is None:
                    return logs
                figure, ops = _lane_figure(cell, outcome, folder)
            else:
                ended = run_process(
                    [lane.overhead, "--workers", "1", "--ops", str(ops)], profile.timeout, interrupt
                )
                if interrupt.came:
                    return logs
                figure = _bare_figure(lane, ended)
            figures[arm].append(figure)
        logs += [math.log(with_it / bare) for with_it, bare in zip(figures["lane"], figures["bare"])]
    return logs


def _lane_figure(cell: Cell, outcome: Outcome, folder: Path) -> tuple[float, int]:
    """Nanoseconds a round trip, and round trips in a pass."""
    if outcome.status != "ok":
        raise Refusal(f"{cell.name}: {outcome.status} ({outcome.reason}); run ./run_all.sh test to see why")
    entry = json.loads((folder / outcome.file).read_text())["benchmarks"][0]
    return float(entry["ns_per_op"]), int(entry["ops"])


def _bare_figure(lane: Lane, ended: Ended) -> float:
    try:
        figure = float(json.loads(ended.stdout)["ns_per_op"])
    except (ValueError, KeyError, TypeError):
        figure = 0.0
    if ended.returncode != 0 or figure <= 0:
        raise Refusal(f"{lane.overhead} gave no figure ({death_of(ended.returncode)}); run it by hand to see why")
    return figure
