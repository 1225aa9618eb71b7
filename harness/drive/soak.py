# SPDX-License-Identifier: Apache-2.0
"""Soak: the contract tests again and again, with drawn seeds and 1 to 8 workers, until time is over.

Twice as many processes as cores run at once, so every one of them is preempted where it does not expect it.
What was drawn follows from the one seed, told at the start. The first failure ends the soak: its output
is kept, and the command that runs the same again is the last line.
"""

import json
import os
import random
import re
import shlex
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from .folder import write_whole
from .interrupt import Interrupt
from .lanes import Lane, choose_lanes, read_lanes
from .options import Options
from .process import Ended, plain_environment, run_process
from .progress import in_words, make_progress
from .refusal import Refusal, cannot_write
from .words import death_of, last_words

_MOST_WORKERS = 8
_MINUTES = 10.0
_TIMEOUT = 3600.0  # The tests' own watchdog barks long before.
_PATIENCE = 900  # Seconds, for that watchdog: under load a test may take a hundred times what it takes alone.
_FAILED = re.compile(r"^\[  FAILED  \] ([\w/]+\.[\w/]+)", re.M)
_RUN = re.compile(r"^\[ RUN      \] ([\w/]+\.[\w/]+)", re.M)
_RAN = re.compile(r"^\[==========\] (\d+) tests? from .* ran\.", re.M)


@dataclass(frozen=True)
class Pass:
    """One run of one lane's contract tests."""

    lane: Lane
    workers: int
    seed: int

    @property
    def name(self) -> str:
        return f"{self.lane.lane} w{self.workers} seed {self.seed}"

    @property
    def environment(self) -> dict[str, str]:
        return {"GAUNTLET_WORKERS": str(self.workers), "GAUNTLET_SEED": str(self.seed),
                "RC_PARAMS": f"seed={self.seed}", "GAUNTLET_TEST_TIMEOUT": str(_PATIENCE)}

    def command(self, tests: list[str] | None = None) -> list[str]:
        order = 1 + self.seed % 99_999  # What GoogleTest takes as a seed of its order.
        command = [self.lane.contract, "--gtest_shuffle", f"--gtest_random_seed={order}"]
        return command + ([f"--gtest_filter={':'.join(tests)}"] if tests else [])

    def again(self, tests: list[str]) -> str:
        """A line for a shell."""
        words = [f"{key}={value}" for key, value in self.environment.items()] + self.command(tests)
        return shlex.join(words)


def draw_passes(lanes: list[Lane], seed: int) -> Iterator[Pass]:
    """Endless. Every lane has its turn before one has another."""
    draw = random.Random(seed)
    while True:
        for lane in draw.sample(lanes, len(lanes)):
            yield Pass(lane, draw.randint(1, _MOST_WORKERS), draw.randrange(1, 1 << 31))


def failed_tests(ended: Ended) -> list[str]:
    """Empty: all passed. The one that ran when the process died is the last that began."""
    if ended.returncode == 0 and not ended.timed_out:
        return []
    named = list(dict.fromkeys(_FAILED.findall(ended.stdout)))
    return named or _RUN.findall(ended.stdout)[-1:] or ["*"]


def number_of_tests(ended: Ended) -> int:
    found = _RAN.search(ended.stdout)
    return int(found[1]) if found else 0


def soak(options: Options, root: Path) -> int:
    lanes = [lane for lane in choose_lanes(read_lanes(options.build), options.lanes) if lane.runs and lane.contract]
    if not lanes:
        raise Refusal("no lane here has contract tests; name others with --lanes or run ./run_all.sh build")
    folder = _folder(options.out or root / "build" / "soak")
    at_once = 2 * (os.cpu_count() or 1)
    begin, seconds = time.monotonic(), 60 * (options.minutes or _MINUTES)
    passes, tests, first = 0, 0, None
    progress = make_progress()
    progress.say(f"soak: {in_words(seconds)}, lanes {' '.join(lane.lane for lane in lanes)}, {at_once} at once, "
                 f"seed {options.seed}")
    drawn = draw_passes(lanes, options.seed)
    with Interrupt() as interrupt, ThreadPoolExecutor(at_once) as pool:
        running: dict[Future[Ended], Pass] = {}
        while first is None and not interrupt.came:
            spent = time.monotonic() - begin
            while spent < seconds and len(running) < at_once:
                one = next(drawn)
                running[pool.submit(_run, one, folder, interrupt)] = one
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                one, ended = running.pop(future), future.result()
                if interrupt.came:
                    break
                if failed := failed_tests(ended):
                    first = (one, ended, failed)
                    break
                passes, tests = passes + 1, tests + number_of_tests(ended)
                spent = time.monotonic() - begin
                progress.step(min(round(spent), round(seconds)), round(seconds),
                              f"{passes} passes, {tests} tests; last {one.name}", max(0.0, seconds - spent))
        if first is not None:
            interrupt.end_all()
    progress.close()
    told = f"{passes} passes, {tests} tests in {in_words(time.monotonic() - begin)}"
    if first is not None:
        return _tell_failure(*first, folder, told, options.seed)
    print(f"soak: {'interrupted' if interrupt.came else 'nothing found'}: {told} (seed {options.seed})", file=sys.stderr)
    return 130 if interrupt.came else 0


def _run(one: Pass, folder: Path, interrupt: Interrupt) -> Ended:
    environment = plain_environment(**one.environment, GAUNTLET_HISTORIES_DIR=str(folder))
    return run_process(one.command(), _TIMEOUT, interrupt, environment)


def _folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    except OSError as error:
        raise cannot_write(folder, error) from None


def _tell_failure(one: Pass, ended: Ended, failed: list[str], folder: Path, told: str, seed: int) -> int:
    end = "hung" if ended.timed_out else death_of(ended.returncode)
    words = last_words(ended.stderr)
    log = folder / f"{one.lane.lane}.w{one.workers}.seed{one.seed}.log"
    log.write_text(ended.stdout + ended.stderr)
    write_whole(folder / "failure.json", {"lane": one.lane.lane, "workers": one.workers, "seed": one.seed,
                                          "soak_seed": seed, "tests": failed, "end": end,
                                          "again": one.again(failed), "log": log.name})
    print(f"gauntlet: soak: FAILED: {one.name}: {', '.join(failed)}: {end}{f': {words}' if words else ''}\n"
          f"gauntlet: before it: {told}; its output: {log}\n"
          f"gauntlet: again: {one.again(failed)}", file=sys.stderr)
    return 1
