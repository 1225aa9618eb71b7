# SPDX-License-Identifier: Apache-2.0
"""`python -m harness.race`: what `run_all.sh race` calls after the build of the race tree.

Exit codes: 0 as known (or a user's program is silent), 1 a false report, a race not found, or a race in the
user's program, 2 what the user can mend.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import NoReturn

from harness.drive.folder import commit_of, write_whole
from harness.drive.refusal import Refusal

from . import matrix as matrices
from .detector import run_program
from .told import tell

ROOT = Path(__file__).resolve().parents[2]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refusal(f"{message} (see ./run_all.sh --help)")


def main(arguments: list[str]) -> int:
    try:
        parser = _Parser(prog="python -m harness.race", allow_abbrev=False)
        parser.add_argument("--build", type=Path, default=ROOT / "build" / "race")
        parser.add_argument("--lanes", default="")
        parser.add_argument("--program", type=Path)
        parser.add_argument("--workers", default="1,2")
        parser.add_argument("--runs", type=int, default=1, help="of a racy twin, or of the user's program")
        parser.add_argument("--fixed-runs", type=int, help="of a fixed twin (default: --runs)")
        parser.add_argument("--json", type=Path, help="where to write what was found")
        given = parser.parse_args(arguments)
        if given.runs < 1 or (given.fixed_runs is not None and given.fixed_runs < 1):
            raise Refusal("--runs wants a whole number from 1 on")
        prefix = "race_program_" if given.program else "races_"
        executables = _executables(given.build, prefix, [name for name in given.lanes.split(",") if name])
        if given.program:
            return _user_program(executables, given.runs)
        workers = [int(count) for count in given.workers.split(",")]
        return _matrix(executables, workers, given.runs, given.fixed_runs or given.runs,
                       given.json or given.build / "race.json")
    except Refusal as refusal:
        print(f"gauntlet: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _executables(build: Path, prefix: str, chosen: list[str]) -> dict[str, Path]:
    """By lane, in the order of lanes.json. A lane without one says why."""
    try:
        lanes = json.loads((build / "lanes.json").read_text())
    except (OSError, ValueError) as error:
        raise Refusal(f"no race tree in {build} ({error}); run ./run_all.sh race") from error
    found = {}
    for lane in lanes:
        name = lane["lane"]
        if lane["kind"] != "runtime" or (chosen and name not in chosen):
            continue
        executable = build / "property_tests" / "races" / (prefix + name.replace("+", "_"))
        if lane["status"] == "ok" and executable.exists():
            found[name] = executable
        else:
            print(f"lane {name}: skipped ({lane['reason'] or 'no race program was built for it'})")
    oracle = build / "property_tests" / "races" / "oracle_go"
    if prefix == "races_" and oracle.exists() and (not chosen or "go" in chosen):
        found["go"] = oracle
    if not found:
        raise Refusal("no lane is left to run; see the lines above, or give other --lanes")
    return found


def _matrix(executables: dict[str, Path], workers: list[int], racy_runs: int, fixed_runs: int,
            json_path: Path) -> int:
    matrix = matrices.fill(executables, workers, racy_runs, fixed_runs)
    lanes = list(executables)
    print("\n".join(matrices.table(matrix, lanes)))
    fidelity = {lane: matrix.fidelity(lane) for lane in lanes}
    for lane, numbers in fidelity.items():
        missed = f"; missed: {', '.join(numbers['missed'])}" if numbers["missed"] else ""
        print(f"lane {lane}: {numbers['found_in_every_run']} of {numbers['seeded']} races found in every run, "
              f"{numbers['false_reports']} false reports in {numbers['runs_of_fixed']} runs{missed}")
    faults = matrix.faults()
    for cell, outcome in faults:
        print(f"WRONG: {cell.lane}, {cell.workers} workers: {cell.program} ({cell.twin}) must be {cell.wanted}, was "
              f"{outcome.word} in {outcome.runs - outcome.as_wanted} of {outcome.runs} runs")
        for line in tell(outcome.why) if outcome.word == "found" else [outcome.why]:
            print(f"  {line}")
    document = {
        "commit": commit_of(ROOT), "workers": workers, "fidelity": fidelity,
        "cells": [{"lane": cell.lane, "program": cell.program, "kind": cell.kind, "twin": cell.twin,
                   "workers": cell.workers, "wanted": cell.wanted, "runs": outcome.runs,
                   "as_wanted": outcome.as_wanted, "not_here": outcome.word == "n/a"}
                  for cell, outcome in matrix.outcomes.items()],
    }
    write_whole(json_path, document)
    return 1 if faults else 0


def _user_program(executables: dict[str, Path], runs: int) -> int:
    racy = False
    for lane, executable in executables.items():
        verdicts = [run_program([str(executable)]) for _ in range(runs)]
        found = [verdict for verdict in verdicts if verdict.word == "found"]
        broken = [verdict for verdict in verdicts if verdict.word == "broken"]
        racy = racy or bool(found) or bool(broken)
        print(f"lane {lane}: {'found' if found else 'broken' if broken else 'silent'} "
              f"({len(found)} of {runs} runs with a race)")
        for line in tell(found[0].text) if found else [verdict.text for verdict in broken[:1]]:
            print(f"  {line}")
    return 1 if racy else 0


sys.exit(main(sys.argv[1:]))
