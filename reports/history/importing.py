# SPDX-License-Identifier: Apache-2.0
"""Importing: a result folder becomes a run in the store, whole or not at all; a second time it is left alone."""

import hashlib
from pathlib import Path

import sqlalchemy

from reports import cell as cells_of
from reports import load, summary
from reports import params as params_of
from reports.bad_input import BadInput
from reports.history.store import CELL, OBSERVATION, RUN, Store


def machine(context: dict) -> str:
    """Figures of two machines are two series."""
    return f"{context['host'] or 'unknown host'}, {context['cpu_model'] or 'unknown CPU'}, {context['cpus'] or '?'} CPUs"


def _compiler(folder: load.ResultFolder) -> str | None:
    return " / ".join(sorted({str(context["compiler"]) for context in folder.contexts.values()})) or None


def _digest(folder: load.ResultFolder) -> str:
    """Of the journal and of every result file it names, not of the folder's name: a copy is the same run."""
    found = hashlib.sha256((folder.path / "runs.jsonl").read_bytes())
    for file in sorted(folder.contexts):
        found.update((folder.path / file).read_bytes())
    return found.hexdigest()


def import_folder(store: Store, path: Path) -> bool:
    """Whether anything was added. BadInput when the folder is not sound, or a run of its name has other contents."""
    folder = load.load(path)
    context = summary.context(folder)
    if context["started"] is None:
        raise BadInput(path, "its name does not begin with the time it was started",
                       "keep the name that run_all.sh gave it (20260102T030405Z_host_commit)")
    row = {"name": context["run"], "digest": _digest(folder), "started": context["started"],
           "machine": machine(context), "commit": context["commit"], "dirty": int(context["dirty"]),
           "compiler": _compiler(folder), "profile": context["profile"]}
    with store.writing() as connection:
        known = connection.execute(sqlalchemy.select(RUN.c.name, RUN.c.digest).where(
            (RUN.c.name == row["name"]) | (RUN.c.digest == row["digest"]))).first()
        if known and known.digest == row["digest"]:
            return False
        if known:
            raise BadInput(path, "a run of this name is in the store with other contents",
                           "the store only grows: import it under a name of its own")
        run_id = connection.execute(RUN.insert().values(row)).inserted_primary_key[0]
        for cell in cells_of.cells(folder):
            _add(connection, run_id, cell)
    return True


def _add(connection: sqlalchemy.Connection, run_id: int, cell: cells_of.Cell) -> None:
    time = cell.time
    found = connection.execute(CELL.insert().values(
        run_id=run_id, lane=cell.lane, workload=cell.case.workload, params=params_of.text(cell.case.params, ","),
        workers=cell.case.workers, status=cell.status, reason=cell.reason, unit=cell.unit,
        median=time and time.median, low=time and time.low, high=time and time.high,
        confidence=time and time.confidence))
    rows = [{"cell_id": found.inserted_primary_key[0], "round": seen.process.round,
             "ns_per_op": seen.figures["ns_per_op"]} for seen in cell.observations]
    if rows:
        connection.execute(OBSERVATION.insert(), rows)
