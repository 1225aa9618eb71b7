# SPDX-License-Identifier: Apache-2.0
"""Run: one whole run from the flags to the report; whatever cuts it short, the folder stays honest."""

import sys
import time
from pathlib import Path

from reports import rules

from .cases import Case, choose_cases, list_cases, union_of
from .closing import build_report, print_table, read_cells
from .core import core_of
from .environment import describe, pulse, stolen_percent
from .folder import make_folder, point_latest, remove_parts, take_races_along, write_whole
from .interrupt import Interrupt
from .journal import Journal
from .lanes import Lane, choose_lanes, read_lanes
from .measure import Measured, measure
from .options import Options
from .plan import Cell, make_cells
from .preflight import preflight
from .progress import in_words, make_progress
from .prove import Proof, prove
from .refusal import Refusal


def run(options: Options, root: Path) -> int:
    lanes = choose_lanes(read_lanes(options.build), options.lanes)
    if not any(lane.runs for lane in lanes):
        told = "; ".join(f"{lane.lane}: {lane.reason}" for lane in lanes)
        raise Refusal(f"no lane can run here ({told}); install what is missing and run ./run_all.sh build")
    cells, unlisted, cases = _cells(lanes, options)
    folder = make_folder(root, options.out)
    with Interrupt() as interrupt:
        for warning in preflight(folder):
            _say(f"caution: {warning}")
        environment = describe(root) | {"before": pulse()}
        write_whole(folder / "environment.json", environment)
        take_races_along(root, folder)
        if cases["measured"] < cases["offered"]:
            _say(f"{cases['measured']} of {cases['offered']} cases are in profile {options.profile.name}; "
                 "full has all, --workloads those of the workloads it names")
        plan = _plan(options, lanes, cells) | {"cases": cases}
        with Journal(folder / "runs.jsonl") as journal:
            journal.plan(plan)
            proofs = _prove(options, lanes, folder, interrupt) if options.verb != "measure" else {}
            measured = Measured(0, [], True, 0)
            if options.verb != "prove":
                measured = _measure(
                    options, lanes, cells, unlisted, proofs, folder, journal, interrupt, _build_facts(environment)
                )
            if measured.whole and not interrupt.came:
                journal.plan(_plan_as_run(plan, measured))
        after = pulse()
        environment["after"] = after
        environment["stolen_percent"] = stolen_percent(environment["before"], after)
        environment["interrupted"] = interrupt.came
        write_whole(folder / "environment.json", environment)
        remove_parts(folder)
        point_latest(root, folder)
        if interrupt.came:
            _say(f"interrupted ({interrupt.came}): keeping what is whole in {folder}")
        if options.verb == "all":
            code = _report(root, folder)
            if code != 0 and not interrupt.came:
                return code
    if interrupt.came:
        return 130
    return 1 if measured.wrong or any(proof.failed for proof in proofs.values()) else 0


def _say(text: str) -> None:
    print(f"== {text}", file=sys.stderr, flush=True)


def _build_facts(environment: dict[str, object]) -> dict[str, str]:
    """What only the driver knows, for the context of every result."""
    dirty = environment["dirty"]
    return {
        "GAUNTLET_COMMIT": str(environment["commit"] or "unknown"),
        "GAUNTLET_DIRTY": "unknown" if dirty is None else str(dirty).lower(),
    }


def _cells(lanes: list[Lane], options: Options) -> tuple[list[Cell], dict[str, str], dict[str, int]]:
    """The cells, the lanes whose bench cannot list its cases with the reason, and how many cases were chosen.

    A lane is asked for what it offers; one that cannot answer (n/a, broken) for what all others offer, so
    that its cells are told instead of missing."""
    offers: dict[str, list[Case]] = {}
    unlisted: dict[str, str] = {}
    for lane in lanes:
        if lane.runs:
            offers[lane.lane], fault = list_cases(lane)
            if fault:
                unlisted[lane.lane] = fault
    known = union_of(list(offers.values()))
    cases = choose_cases(known, options.workloads)
    if options.profile.core and options.workloads is None:
        cases = core_of(cases)
    if not known:
        raise Refusal("no lane lists any case: " + "; ".join(f"{lane}: {why}" for lane, why in unlisted.items()))
    if not cases:
        raise Refusal(f"no case of these lanes is in profile {options.profile.name}; name their --workloads, or run full")
    silent = {lane.lane for lane in lanes if not lane.runs} | set(unlisted)
    offered = {(lane, case.key) for lane, offer in offers.items() for case in offer}
    cells = [
        cell
        for cell in make_cells([lane.lane for lane in lanes], cases, options.workers)
        if cell.lane in silent or (cell.lane, cell.case.key) in offered
    ]
    return cells, unlisted, {"measured": len(cases), "offered": len(known)}


def _plan(options: Options, lanes: list[Lane], cells: list[Cell]) -> dict[str, object]:
    running = {lane.lane for lane in lanes if lane.runs}
    rounds = options.profile.rounds if options.verb != "prove" else 0
    return {
        "command": options.command,
        "profile": options.profile.name,
        "seed": options.seed,
        "processes": rounds * sum(cell.lane in running for cell in cells),
        "lanes": [lane.for_plan() for lane in lanes],
        "cells": [cell.for_plan() for cell in cells],
        "rounds": rounds,
        "min_time": options.profile.min_time,
        "timeout": options.profile.timeout,
        "cell_budget": options.profile.cell_budget,
        "total_budget": options.profile.total_budget,
    }


def _plan_as_run(plan: dict[str, object], measured: Measured) -> dict[str, object]:
    """The plan once more, at the end of a run that was not interrupted: with the rounds that the budget
    left out named cell by cell, and with as many processes as were then due."""
    shortened = [cell.for_plan() | {"runs": runs, "reason": "time budget"} for cell, runs in measured.shortened]
    return plan | {"processes": measured.processes, "shortened": shortened}


def _prove(
    options: Options, lanes: list[Lane], folder: Path, interrupt: Interrupt
) -> dict[tuple[str, int], Proof]:
    begin = time.monotonic()
    total = len(options.workers) * sum(bool(lane.runs and lane.contract) for lane in lanes)
    _say(f"prove: contract tests, {total} processes ...")
    progress = make_progress()
    done = 0

    def tell(proof: Proof) -> None:
        nonlocal done
        done += 1
        progress.step(done, total, f"{proof.lane} w{proof.workers}", None)
        if proof.failed:
            more = f" and {len(proof.failed) - 1} more" if len(proof.failed) > 1 else ""
            progress.say(f"   {proof.lane} w{proof.workers}: WRONG ({proof.failed[0]}{more})")

    try:
        proofs = prove(lanes, options.workers, options.profile.prove_timeout, folder, interrupt, tell)
    finally:
        progress.close()
    wrong = sum(bool(proof.failed) for proof in proofs.values())
    tests = sum(proof.tests for proof in proofs.values())
    _say(f"prove: {tests} tests, {wrong} of {len(proofs)} processes failed, {time.monotonic() - begin:.0f} s")
    return proofs


def _measure(
    options: Options, lanes: list[Lane], cells: list[Cell], unlisted: dict[str, str],
    proofs: dict[tuple[str, int], Proof], folder: Path, journal, interrupt: Interrupt,
    environment: dict[str, str],
) -> Measured:
    def verdict(cell: Cell) -> tuple[str, str] | None:
        if cell.lane in unlisted:
            return "DNF", unlisted[cell.lane]
        proof = proofs.get((cell.lane, cell.workers))
        broken = proof.broken(cell.case.needs) if proof else []
        return ("WRONG", rules.verdict(broken)) if broken else None

    benches = {lane.lane: lane.bench for lane in lanes if lane.runs and lane.bench}
    running = [cell for cell in cells if cell.lane in benches]
    begin = time.monotonic()
    _say(f"measure: {len(running)} cells, up to {options.profile.rounds} rounds, seed {options.seed} ...")
    progress = make_progress()
    try:
        measured = measure(
            running, benches, verdict, options.profile, options.seed, folder, journal, interrupt, progress,
            environment,
        )
    finally:
        progress.close()
    took = in_words(time.monotonic() - begin)
    short = f", {len(measured.shortened)} cells with fewer rounds (time budget)" if measured.shortened else ""
    _say(f"measure: {measured.processes} processes, {took}{short}")
    return measured


def _report(root: Path, folder: Path) -> int:
    begin = time.monotonic()
    code = build_report(root, folder)
    if code == 0:
        _say(f"report: {time.monotonic() - begin:.0f} s")
        print_table(read_cells(folder))
        print(f"report: {folder / 'report.html'}")
    else:
        _say(f"the report could not be built (exit code {code}); the results are whole: {folder}")
    return code
