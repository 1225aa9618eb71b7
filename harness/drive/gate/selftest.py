# SPDX-License-Identifier: Apache-2.0
"""Self-tests with real processes: collects outcomes of the experiments, one line each, and prints the rates.

Resumes: every suite is appended to suites.jsonl as soon as it is judged, and the experiment that lacks most
goes next. Hours of it are collected over many runs: what the repository has on record counts as well. A suite
counts for the text of the gate that judged it (identity.py); lines of another text are kept and not counted.
"""

import json
import os
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from reports.bad_input import BadInput
from reports.gate import verdict
from reports.gate.rates import Rate, show

from ..cases import Case
from ..interrupt import Interrupt
from ..plan import Cell
from ..progress import Progress, make_progress
from ..refusal import Refusal, cannot_write
from . import canary, choice, collect, counting, identity
from .collect import Built
from .experiment import EXPERIMENTS, Experiment
from .options import Options
from .pairing import Pairing
from .site import Side, Site


RECORD = "reports/gate_selftest.jsonl"
SUITES = "suites.jsonl"


def run(options: Options, root: Path) -> int:
    counting.check_tools()
    gate = identity.of_gate()
    chosen = [each for each in EXPERIMENTS if options.experiment in each.name]
    if not chosen:
        raise Refusal(f"no experiment's name holds '{options.experiment}'; there are: "
                      + "; ".join(each.name for each in EXPERIMENTS))
    folder = options.out or root / "results" / "gate_selftest"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None
    options = replace(options, quick=True, base="HEAD", head="HEAD")
    with Interrupt() as interrupt:
        built = collect.build(root, options)
        commit = built.trees["head"].commit
        progress = make_progress()
        try:
            while (experiment := next_one(chosen, counted(root, folder, gate), options.suites)) is not None:
                begin = time.monotonic()
                number = sum(line["experiment"] == experiment.name for line in on_record(root, folder))
                line = one_suite(experiment, number, options, built, folder, interrupt, progress)
                seconds = round(time.monotonic() - begin, 1)
                append(folder, line | {"gate": gate, "commit": commit, "seconds": seconds})
                progress.say(f"   {experiment.name}: {line['outcome']} ({'right' if line['right'] else 'WRONG'}, {seconds:.0f} s)")
        finally:
            progress.close()
    lines = counted(root, folder, gate)
    show(rates(lines))
    return 0 if all(line["right"] for line in lines) else 1


def on_record(root: Path, folder: Path) -> list[dict]:
    """What the repository keeps, and what this folder has beside it."""
    kept = read(root / RECORD)
    return kept + [line for line in read(folder / SUITES) if line not in kept]


def counted(root: Path, folder: Path, gate: str) -> list[dict]:
    return [line for line in on_record(root, folder) if line["gate"] == gate]


def next_one(chosen: list[Experiment], lines: list[dict], suites: int) -> Experiment | None:
    """The chosen experiment with the fewest suites so far, of those that are to have more."""
    counts = Counter(line["experiment"] for line in lines)
    open_ones = [each for each in chosen if counts[each.name] < min(suites, each.suites)]
    return min(open_ones, key=lambda each: counts[each.name], default=None)


def one_suite(experiment: Experiment, number: int, options: Options, built: Built, folder: Path,
              interrupt: Interrupt, progress: Progress) -> dict:
    options = replace(options, seed=options.seed + number, command=f"selftest: {experiment.name}")
    profile = collect.PROFILES["quick"]
    sites = _sites(experiment, options, built, folder, interrupt)
    alone = [site for site in sites if site.cell.workers == 1]
    counters = counting.count(alone, options.seed, profile, folder, interrupt, progress)
    pairing = Pairing(profile, options.seed, folder, interrupt, progress)
    if experiment.counter is None:
        collect.take_pairs(pairing, sites)
    else:
        pairing.screen(sites)
        pairing.anew(pairing.flagged(sites), "confirm", collect.rules.PAIRS_PER_LAYOUT)
    shard = collect.raw_data(options, built, sites, pairing, counters, [])
    told = verdict.judge([shard], [], strict=True)
    found = sorted({what for row in told["cells"] for what in row["worse"]})
    faults = [fault for fault in told["invalid"] if not fault.startswith("shard 1 has no ")]  # Controls: none here.
    if experiment.wanted == "FAIL":
        right = (experiment.counter or "time") in found
    else:
        right = not found and not any(row["improved"] for row in told["cells"]) and not any(
            row["outcome"] == "FAIL" or row["improved"] for row in told["guards"])
    return {"experiment": experiment.name, "seed": options.seed, "right": right and not faults,
            "outcome": ", ".join(found) or "nothing found", "invalid": faults,
            "cells": [{"id": row["id"], "outcome": row["outcome"], "worse": row["worse"], "improved": row["improved"],
                       "ratio": row["time"] and row["time"]["ratio"], "flagged": row["time"] and row["time"]["flagged"]}
                      for row in told["cells"]]}


def _sites(experiment: Experiment, options: Options, built: Built, folder: Path, interrupt: Interrupt) -> list[Site]:
    head, lane = built.trees["head"], built.control
    target = choice.target_of(lane)
    if experiment.wanted != "FAIL":
        chosen = collect.chosen_of(options, built)
        return [Site(site.cell, {"base": Side(head, target), "head": Side(head, target)}) for site in chosen.sites]
    cell = Cell(lane.lane, _case(experiment, choice.offers(head, [lane])[lane.lane]), experiment.workers)
    faulty = canary.injected(target)
    fault = experiment.inject
    if experiment.slower is not None:
        steps = canary.steps_for(head, faulty, cell, experiment.slower, options.seed, collect.PROFILES["quick"],
                                 folder, interrupt)
        fault = f"steps={steps}"
    return [Site(cell, {"base": Side(head, faulty), "head": Side(head, faulty, fault)})]


def _case(experiment: Experiment, cases: list[Case]) -> Case:
    """The workload's last case: of spawn_million the parked one, whose memory is measured."""
    own = [case for case in cases if case.workload == experiment.workload]
    if not own:
        raise Refusal(f"no workload {experiment.workload} for the experiment '{experiment.name}'; see --list")
    return own[0] if experiment.counter != "bytes_per_goroutine" else _parked(own)


def _parked(cases: list[Case]) -> Case:
    parked = [case for case in cases if case.params_object.get("mode") == "parked"]
    if not parked:
        raise Refusal("spawn_million has no mode=parked; the memory experiment needs it")
    return parked[0]


def read(path: Path) -> list[dict]:
    """The lines of that file; none if there is no such file."""
    if not path.exists():
        return []
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
            line["experiment"], line["gate"], line["right"]
        except (ValueError, KeyError, TypeError):
            raise BadInput(f"{path}:{number}", "is no line of ours", "remove the line and run again")
        lines.append(line)
    return lines


def append(folder: Path, line: dict) -> None:
    path = folder / SUITES
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise cannot_write(path, error) from None


def rates(lines: list[dict]) -> list[Rate]:
    return [Rate(each.name, each.wanted, sum(line["right"] for line in own), len(own), each.suites)
            for each in EXPERIMENTS if (own := [line for line in lines if line["experiment"] == each.name])]
