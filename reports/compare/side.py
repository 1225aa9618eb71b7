# SPDX-License-Identifier: Apache-2.0
"""A side of a comparison: FOLDER or FOLDER:LANE, and what it measured of each cell in each round."""

from dataclasses import dataclass
from pathlib import Path

from reports import cell as cell_of
from reports import load
from reports import params as params_of
from reports.bad_input import BadInput
from reports.cell import Cell

JOURNAL = "runs.jsonl"


@dataclass(frozen=True)
class Side:
    name: str
    folder: Path
    lane: str | None
    cells: dict[tuple, Cell]  # By lane (unless one was named), workload, params and workers.
    machine: tuple
    commit: str


def looks_like_one(text: str) -> bool:
    """A folder, with or without a lane behind it; anything else may be a git ref."""
    folder, _ = split(text)
    return (folder / JOURNAL).is_file() or folder.is_dir()


def split(text: str) -> tuple[Path, str | None]:
    if Path(text).is_dir() or ":" not in text:
        return Path(text), None
    folder, lane = text.rsplit(":", 1)
    return Path(folder), lane


def read(text: str) -> Side:
    path, lane = split(text)
    folder = load.load(path)
    cells = cell_of.cells(folder)
    if lane is not None:
        known = cell_of.lane_names(folder)
        if lane not in known:
            raise BadInput(path, f"has no lane {lane!r}", f"name one of {', '.join(known)}")
        cells = [each for each in cells if each.lane == lane]
    contexts = list(folder.contexts.values())
    machine = tuple(sorted({(str(context.get("host_name", "")), str(context["cpu_model"])) for context in contexts}))
    commits = sorted({str(context["commit"])[:10] for context in contexts})
    return Side(text, path.resolve(), lane, {key_of(each, lane): each for each in cells}, machine,
                " / ".join(commits))


def key_of(cell: Cell, lane: str | None) -> tuple:
    """Cells of the same key are compared; a side of one lane is compared with any other."""
    case = (cell.case.workload, params_of.text(cell.case.params, ",") or "-", cell.case.workers)
    return case if lane is not None else (cell.lane, *case)
