# SPDX-License-Identifier: Apache-2.0
"""The verdict: a pure function of raw data, of what was accepted and of strictness.

It fails closed: whatever is missing, broken, or of another compiler makes the job INVALID, and so does a
canary that was not caught or a change found between two copies of one build. Swapping the arms turns
"slower" into "faster" and nothing else.
"""

import datetime
import json
from pathlib import Path

import jsonschema

from reports.bad_input import BadInput
from reports.gate import confirm, rules
from reports.gate.accepted import Accepted
from reports.gate.guard import judge_guards
from reports.gate.raw import cells_of, digest
from reports.gate.row import cell_row, guard_row, rest_of
from reports.gate.timed_cells import look, standing_of
from reports.gate.timing import Unusable
from reports.gate.validity import faults_of_controls, faults_of_shards, judge_control, lost_shards

SCHEMA = 1
SCHEMA_FILE = Path(__file__).parents[1] / "schema" / "gate_verdict.schema.json"
EXIT_CODES = {"PASS": 0, "FAIL": 1, "INVALID": 2, "INCONCLUSIVE": 0}
_STRICT_INCONCLUSIVE = 3


def judge(shards: list[dict], accepted: list[Accepted], strict: bool, partial: bool = False) -> dict:
    """`partial` is a look at some shards of a run; it says so, and a run is not judged by it."""
    reasons = faults_of_shards(shards) + ([] if partial else lost_shards(shards))
    cells = cells_of(shards)
    measured = [cell for cell in cells if cell.told["role"] == "measured"]
    timings, told = look(measured)
    standing = standing_of(timings)
    try:
        guards = judge_guards(timings)
    except Unusable as error:
        guards = []
        reasons.append(str(error))
    standing_guards = confirm.holm({guard: guard.confirmation.p for guard in guards if guard.confirmation})
    day = max((datetime.date.fromisoformat(shard["collected"][:10]) for shard in shards), default=datetime.date.min)
    rows = [cell_row(cell, timings.get(cell), told[cell], cell in standing, accepted, day) for cell in measured]
    agreed = {row["id"] for row in rows if row["outcome"] == "ACCEPTED"}
    guard_rows = [guard_row(guard, guard in standing_guards, accepted, day, rest_of(guard, timings, agreed))
                  for guard in guards]
    controls = [judge_control(cell) for cell in cells if cell.told["role"] != "measured"]
    reasons += [f"{row['id']}: {row['reason']}" for row in rows if row["outcome"] == "INVALID"]
    reasons += [f"{row['id']}: {row['reason']}" for row in controls if not row["right"]]
    reasons += faults_of_controls(shards, controls)
    if not any(row["outcome"] in ("PASS", "FAIL", "ACCEPTED", "INCONCLUSIVE") for row in rows):
        reasons.append("no cell was judged")
    overall = _overall(reasons, rows, guard_rows)
    return {
        "schema": SCHEMA,
        "kind": "gauntlet gate verdict",
        "overall": overall,
        "exit_code": _STRICT_INCONCLUSIVE if strict and overall == "INCONCLUSIVE" else EXIT_CODES[overall],
        "strict": strict,
        "partial": partial,
        "invalid": sorted(set(reasons)),
        "arms": shards[0]["arms"] if shards else None,
        "profile": shards[0]["profile"] if shards else None,
        "seed": shards[0]["seed"] if shards else None,
        "shards": [{"index": shard["shard"]["index"], "of": shard["shard"]["of"], "collected": shard["collected"],
                    "machine": shard["machine"]} for shard in sorted(shards, key=lambda each: each["shard"]["index"])],
        "data_sha256": digest(shards),
        "rules": rules.told(),
        "cells": rows,
        "guards": guard_rows,
        "controls": controls,
        "only_in_one_arm": sorted(({"id": each["id"], "arm": each["only_in"]} for shard in shards
                                   for each in shard["only_in_one_arm"]), key=lambda each: each["id"]),
        "expired": [entry.told() for entry in accepted if entry.expires < day],
    }


def _overall(reasons: list[str], rows: list[dict], guards: list[dict]) -> str:
    if reasons:
        return "INVALID"
    outcomes = {row["outcome"] for row in (*rows, *guards)}
    return next((word for word in ("FAIL", "INCONCLUSIVE") if word in outcomes), "PASS")


def check(verdict: object, culprit: object) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    error = jsonschema.exceptions.best_match(validator.iter_errors(verdict))
    if error is not None:
        raise BadInput(culprit, f"{error.json_path}: {error.message[:200]}", "judge its raw data again")


def text(verdict: dict) -> str:
    return json.dumps(verdict, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
