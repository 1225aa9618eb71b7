# SPDX-License-Identifier: Apache-2.0
"""summary.json: the cells with their statistics, and the context that they are worth something in.

It is what other tools read; report.html and report.md say nothing that is not in it, but for the single
runs. Its shape is schema/summary.schema.json, checked before it is written and by `reports check`.
"""

import json
import re
from collections import defaultdict
from pathlib import Path

import jsonschema

from reports import memory, noise, statistics
from reports.bad_input import BadInput
from reports.cell import Case, Cell, lane_names
from reports.conformance import conformance
from reports.load import ResultFolder

SCHEMA_FILE = Path(__file__).parent / "schema" / "summary.schema.json"
_STAMP = re.compile(r"^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z_")


def _context_value(folder: ResultFolder, key: str, lane: str | None = None) -> str | None:
    values = {str(context[key]) for context in folder.contexts.values()
              if context.get(key) not in (None, "") and lane in (None, context["lane"])}
    return " / ".join(sorted(values)) or None


def _said(tests: tuple[tuple[str, str], ...]) -> list[dict]:
    return [{"test": test, "said": " ".join(said.split())[:300]} for test, said in tests]


def _lanes(folder: ResultFolder) -> list[dict]:
    told = {lane["lane"]: lane for lane in (folder.plan.lanes if folder.plan else [])}
    lanes = []
    for name in lane_names(folder):
        plan = told.get(name, {})
        stack = _context_value(folder, "stack", name)
        proofs = [proof for (lane, _), proof in sorted(folder.contract.items()) if lane == name]
        lanes.append({
            "lane": name,
            # Without a plan only the stack tells: a goroutine's stack is of another language.
            "kind": plan.get("kind") or ("reference" if stack == "goroutine" else "runtime"),
            "status": plan.get("status") or "ok",
            "reason": plan.get("reason"),
            "description": plan.get("description"),
            "version": _context_value(folder, "lane_version", name),
            "tuning": _context_value(folder, "lane_tuning", name),
            "stack": stack,
            "channel": _context_value(folder, "channel", name),
            "contract": [{"workers": proof.workers, "tests": proof.tests, "failed": _said(proof.failures),
                          "told": _said(proof.told), "unsupported": _said(proof.unsupported)}
                         for proof in proofs],
        })
    return lanes


def context(folder: ResultFolder) -> dict:
    """What the run was: the `context` of summary.json."""
    name = folder.path.resolve().name
    stamp = _STAMP.match(name)
    started = "{}-{}-{} {}:{}:{} UTC".format(*stamp.groups()) if stamp else None
    plan = folder.plan
    cpus = _context_value(folder, "num_cpus") or folder.environment.get("cores")
    return {
        "run": name,
        "started": started,
        "host": _context_value(folder, "host_name") or folder.environment.get("host"),
        "cpu_model": _context_value(folder, "cpu_model") or folder.environment.get("cpu_model"),
        "cpus": int(cpus) if str(cpus).isdigit() else None,
        "kernel": _context_value(folder, "kernel") or folder.environment.get("kernel"),
        "commit": _context_value(folder, "commit") or folder.environment.get("commit"),
        "dirty": "true" in (_context_value(folder, "dirty") or ""),
        "command": plan.command if plan else None,
        "profile": plan.profile if plan else None,
        "seed": plan.seed if plan else None,
        "processes": {"planned": plan.processes if plan else None, "done": len(folder.processes)},
        "interrupted": bool(folder.environment.get("interrupted")),
        "shortened": len(plan.shortened) if plan else 0,
        "cases": {"measured": plan.cases.get("measured"), "offered": plan.cases.get("offered")} if plan and plan.cases else None,
        "rounds": max((process.round for process in folder.processes), default=0),
        "statistics": {"interval": "order statistics of the median", "confidence": statistics.CONFIDENCE,
                       "ratio": "percentile bootstrap of the ratio of medians, rounds drawn together",
                       "bootstrap_seed": statistics.BOOTSTRAP_SEED,
                       "bootstrap_resamples": statistics.BOOTSTRAP_RESAMPLES},
        "lanes": _lanes(folder),
        "left_out": folder.strays,
    }


def _timed_by_case(cells: list[Cell]) -> dict[Case, list[Cell]]:
    timed = defaultdict(list)
    for cell in cells:
        if cell.time:
            timed[cell.case].append(cell)
    return timed


def _ratios(timed_by_case: dict[Case, list[Cell]], kinds: dict[str, str]) -> dict[tuple[str, Case], dict]:
    """Ratios to the fastest runtime of the case; to the fastest reference where no runtime has a figure."""
    ratios = {}
    for case, timed in timed_by_case.items():
        runtimes = [cell for cell in timed if kinds[cell.lane] == "runtime"]
        best = min(runtimes or timed, key=lambda cell: (cell.time.median, cell.lane))
        for cell in timed:
            if cell is best:
                ratio = statistics.Ratio(1.0, 1.0, 1.0)
            else:
                ratio = statistics.ratio_by_round(cell.by_round(), best.by_round())
            ratios[cell.lane, case] = {"best": best.lane, "value": ratio.value, "low": ratio.low,
                                       "high": ratio.high, "tie": ratio.tie}
    return ratios


def _noise_floors(timed_by_case: dict[Case, list[Cell]]) -> dict[tuple[str, Case], float | None]:
    floors = {}
    for case, timed in timed_by_case.items():
        rounds = {cell.lane: cell.by_round() for cell in timed}
        for lane, own in rounds.items():
            floors[lane, case] = noise.floor_beside(own, [other for name, other in rounds.items() if name != lane])
    return floors


def summarise(folder: ResultFolder, cells: list[Cell]) -> dict:
    told = context(folder)
    timed_by_case = _timed_by_case(cells)
    floors = _noise_floors(timed_by_case)
    ratios = _ratios(timed_by_case, {lane["lane"]: lane["kind"] for lane in told["lanes"]})
    return {
        "schema": 1,
        "context": told,
        "conformance": conformance(folder.contract),
        "races": folder.races,
        "cells": [{
            "lane": cell.lane,
            "workload": cell.case.workload,
            "params": dict(cell.case.params),
            "workers": cell.case.workers,
            "status": cell.status,
            "reason": cell.reason,
            "unit": cell.unit,
            "group": cell.group,
            "ns_per_op": vars(cell.time) if cell.time else None,
            "ratio": ratios.get((cell.lane, cell.case)),
            "noise_floor": floors.get((cell.lane, cell.case)),
            "cpu_ns_per_op": cell.median("cpu_ns_per_op"),
            "cores_used": cell.median("cores_used"),
            "faults_per_op": cell.median("faults_per_op"),
            "bytes_per_goroutine": cell.median("bytes_per_goroutine"),
            "memory": memory.of(cell),
            "fairness": cell.fairness,
            "latency": cell.latency,
            "note": cell.note,
        } for cell in cells],
    }


def check(summary: object, culprit: object) -> None:
    """BadInput, naming the place, when it is not of the schema."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    error = jsonschema.exceptions.best_match(validator.iter_errors(summary))
    if error is not None:
        raise BadInput(culprit, f"{error.json_path}: {error.message[:200]}", "build the report again")


def text(summary: dict) -> str:
    return json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
