# SPDX-License-Identifier: Apache-2.0
"""A result folder as observations: one per benchmark entry of one fresh process.

A process whose file has two entries (`temperature:cold` and `temperature:warm`) yields two
observations with params of their own. Files are refused when they are not ours, of another schema, cut
short, or from another machine or commit than the rest: such figures must not stand side by side.
"""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path

from reports import contract, journal, races
from reports import params as params_of
from reports.bad_input import BadInput
from reports.contract import ContractResult
from reports.journal import Plan, Process
from reports.params import Params

SCHEMA = "1"
# Without these a figure cannot be told apart from another machine's or another build's.
REQUIRED_CONTEXT = (
    "lane", "lane_version", "stack", "channel", "workload", "params", "workers", "seed", "round", "order",
    "compiler", "compiler_flags", "build_type", "commit", "dirty", "kernel", "cpu_model", "governor",
    "aslr", "max_map_count", "hypervisor_steal_percent", "allocator", "libraries",
)
_SAME_IN_ALL = {"host_name": "machines", "cpu_model": "machines", "num_cpus": "machines",
                "kernel": "machines", "commit": "commits"}
_COMMIT_LETTERS = 7  # As many as a folder's name has; a lane may write more.


@dataclass(frozen=True)
class Observation:
    process: Process
    params: Params  # The cell's: the process's, and what the entry's name adds.
    figures: dict[str, float]
    error: str | None  # Set when the entry itself says that it failed.
    note: str = ""  # What the workload said beside the figure.


@dataclass
class ResultFolder:
    path: Path
    plan: Plan | None
    processes: list[Process]
    observations: list[Observation] = field(default_factory=list)
    contexts: dict[str, dict] = field(default_factory=dict)  # By file name.
    contract: dict[tuple[str, int], ContractResult] = field(default_factory=dict)
    environment: dict = field(default_factory=dict)
    races: dict[str, dict] = field(default_factory=dict)  # By lane; empty when the race programs were not run.
    strays: list[str] = field(default_factory=list)  # Result files that the journal does not name.


def read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(path, "missing", "restore it or run again")
    except json.JSONDecodeError as error:
        raise BadInput(path, f"truncated or not JSON ({error.msg})", "remove its line or run again")
    except UnicodeDecodeError:
        raise BadInput(path, "not a text file", "remove its line or run again")


def read_result(path: Path) -> tuple[dict, list[dict]]:
    """Context and entries of one result file, checked to be ours."""
    raw = read_json(path)
    context = raw.get("context") if isinstance(raw, dict) else None
    if not isinstance(context, dict) or "gauntlet_schema" not in context:
        raise BadInput(path, "not a result of ours (no gauntlet_schema)", "keep other files elsewhere")
    if str(context["gauntlet_schema"]) != SCHEMA:
        raise BadInput(path, f"gauntlet_schema is {context['gauntlet_schema']}, this tree reads {SCHEMA}",
                       "use the reports package of the commit that made it")
    missing = [key for key in REQUIRED_CONTEXT if key not in context]
    if missing:
        raise BadInput(path, f"context lacks {', '.join(missing)}", "rebuild the lane and run again")
    context["kernel"] = str(context["kernel"]).removeprefix("Linux ")  # Some lanes say it, some do not.
    entries = raw.get("benchmarks")
    if not isinstance(entries, list) or not entries:
        raise BadInput(path, "no benchmarks in it", "run again")
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise BadInput(path, "a benchmark has no name", "run again")
    return context, [e for e in entries if e.get("run_type", "iteration") == "iteration"]


def _figures(path: Path, entry: dict) -> dict[str, float]:
    figures = {
        name: float(value)
        for name, value in entry.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    if not figures.get("ns_per_op", math.nan) > 0 or math.isinf(figures["ns_per_op"]):
        raise BadInput(path, f"ns_per_op of {entry['name']} is {entry.get('ns_per_op', 'missing')}",
                       "a figure is a finite number above 0: run again")
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def _check_identity(path: Path, context: dict, process: Process) -> None:
    told = (context["lane"], context["workload"], str(context["workers"]))
    if told != (process.lane, process.workload, str(process.workers)):
        raise BadInput(path, f"is of {'/'.join(told)}, but runs.jsonl files it under "
                       f"{process.lane}/{process.workload}/{process.workers}", "run again")


def _check_same(folder: ResultFolder) -> None:
    for key, what in _SAME_IN_ALL.items():
        first: tuple[str, str] | None = None
        for file, context in sorted(folder.contexts.items()):
            value = " ".join(str(context.get(key, "")).split())
            value = value[:_COMMIT_LETTERS] if key == "commit" else value
            if value in ("", "unknown"):
                continue
            if first and value != first[1]:
                raise BadInput(folder.path / file, f"mixed {what}: {key} is {value!r}, but {first[1]!r} "
                               f"in {first[0]}", "keep one folder per machine and commit")
            first = first or (file, value)


def load(path: Path) -> ResultFolder:
    """Reads a whole result folder, or raises BadInput."""
    if not path.is_dir():
        raise BadInput(path, "no such folder", "name a folder under results/")
    plan, processes = journal.read(path / "runs.jsonl")
    processes.sort(key=lambda p: (p.lane, p.workload, params_of.sort_key(p.params), p.workers, p.round))
    folder = ResultFolder(path, plan, processes)
    for process in processes:
        if process.file is None or process.status != "ok":
            continue  # A process that failed has no figures, whatever its file says.
        context, entries = read_result(path / process.file)
        _check_identity(path / process.file, context, process)
        folder.contexts[process.file] = context
        base = params_of.merge(params_of.parse(context["params"]), process.params)
        for entry in entries:
            failed = bool(entry.get("error_occurred"))
            folder.observations.append(Observation(
                process,
                params_of.merge(base, params_of.from_benchmark_name(entry["name"])),
                {} if failed else _figures(path / process.file, entry),
                str(entry.get("error_message") or "the benchmark failed") if failed else None,
                str(entry.get("label") or ""),
            ))
    _check_same(folder)
    folder.contract = contract.read_all(path / "contract")
    folder.races = races.read(path)
    if (path / "environment.json").is_file():
        raw = read_json(path / "environment.json")
        if not isinstance(raw, dict):
            raise BadInput(path / "environment.json", "not an object", "run again")
        folder.environment = raw
    named = {process.file for process in processes}
    folder.strays = sorted(
        str(file.relative_to(path)) for file in path.glob("*/*.json")
        if file.parent.name != "contract" and str(file.relative_to(path)) not in named)
    return folder
