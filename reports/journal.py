# SPDX-License-Identifier: Apache-2.0
"""runs.jsonl, the driver's journal: one line per process, and the plan as an optional first line.

The journal is the only list of what was run. A result file that it does not name is left out. A run that
nobody interrupted ends with the plan once more, as it was carried out: the last plan counts.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from reports import params as params_of
from reports.bad_input import BadInput
from reports.params import Params

STATUSES = ("ok", "WRONG", "DNF", "n/a")
_MEND = "run again with this tree's driver"


@dataclass(frozen=True)
class Process:
    """One process that was run: one lane, one workload with its params, one round."""

    lane: str
    workload: str
    params: Params
    workers: int
    round: int
    order: int | None
    seed: int | None
    file: str | None
    status: str
    reason: str | None
    seconds: float | None
    needs: tuple[str, ...] | None
    unit: str | None


@dataclass(frozen=True)
class Plan:
    """What the driver set out to run."""

    command: str | None = None
    profile: str | None = None
    seed: int | None = None
    processes: int | None = None
    lanes: list[dict] = field(default_factory=list)
    cells: list[dict] = field(default_factory=list)
    shortened: list[dict] = field(default_factory=list)  # Cells that the time budget gave fewer rounds.
    cases: dict[str, int] = field(default_factory=dict)  # How many were `measured` of those `offered`.


def _process(row: dict) -> Process:
    status = row["status"]
    if status not in STATUSES:
        raise ValueError(f"status {status!r} is none of {', '.join(STATUSES)}")
    if status == "ok" and not row.get("file"):
        raise ValueError("status is ok but no file is named")
    needs = row.get("needs")
    return Process(
        lane=str(row["lane"]),
        workload=str(row["workload"]),
        params=params_of.parse(row.get("params")),
        workers=int(row["workers"]),
        round=int(row["round"]),
        order=row.get("order"),
        seed=row.get("seed"),
        file=row.get("file"),
        status=status,
        reason=row.get("reason"),
        seconds=row.get("seconds"),
        needs=None if needs is None else tuple(needs),
        unit=row.get("unit"),
    )


def _plan(raw: dict) -> Plan:
    plan = Plan(**{name: raw[name] for name in Plan.__dataclass_fields__ if raw.get(name) is not None})
    for lane in plan.lanes:
        lane["lane"]
    for cell in plan.cells:
        cell["lane"], cell["workload"], int(cell["workers"]), params_of.parse(cell.get("params"))
    return plan


def read(path: Path) -> tuple[Plan | None, list[Process]]:
    """Reads the journal; BadInput when it is missing, cut short or says what no driver of ours says."""
    if not path.is_file():
        raise BadInput(path, "missing", "name a result folder that run_all.sh wrote")
    plan = None
    processes = []
    seen: dict[tuple, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadInput(where, f"not JSON ({error.msg})", "remove the broken line or run again")
        if not isinstance(row, dict):
            raise BadInput(where, "not an object", "remove the line or run again")
        if "plan" in row:
            try:
                plan = _plan(row["plan"])
            except (KeyError, TypeError, ValueError) as error:
                raise BadInput(where, f"the plan is not ours ({error!r})", _MEND)
            continue
        try:
            process = _process(row)
        except KeyError as error:
            raise BadInput(where, f"field {error} is missing", _MEND)
        except (TypeError, ValueError) as error:
            raise BadInput(where, str(error), _MEND)
        key = (process.lane, process.workload, process.params, process.workers, process.round)
        if key in seen:
            raise BadInput(where, f"the same process as line {seen[key]}",
                           "keep one run in one folder")
        seen[key] = number
        processes.append(process)
    return plan, processes
