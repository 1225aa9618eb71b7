# SPDX-License-Identifier: Apache-2.0
"""Misses: the cells in which a lane does not do what it wants to, and what was tried there (`[[tried]]` in
`impls/<lane>/goals.toml`).

Two rules hold over all cells, whatever the goals: no other lane is faster, and more workers do not hurt.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reports import matrix, quantity
from reports import params as params_of

SLOWER_AT_MOST = {2: 1.3, 4: 2.0}  # Workers: over the figure at one worker. 4 is oversubscribed where the goals were set.

Case = tuple[str, str]  # Workload, and its parameters as text.


@dataclass(frozen=True)
class Miss:
    case: Case
    told: str


@dataclass(frozen=True)
class Tried:
    """What was done about a case that is missed."""

    case: str  # A workload, with its parameters where it was one of its cases.
    what: str


def time_of(cell: dict | None) -> float | None:
    return cell["ns_per_op"]["median"] if cell and cell["status"] == "ok" and cell["ns_per_op"] else None


def faster(summary: dict, lane: str) -> list[Miss]:
    """Lanes that are faster beyond doubt, with the lane that leads."""
    return [Miss(matrix.case_key(cell), f"{_name(cell)}: {cell['ratio']['best']} {quantity.times(cell['ratio']['value'])}")
            for cell in summary["cells"]
            if cell["lane"] == lane and time_of(cell) and not cell["ratio"]["tie"] and cell["ratio"]["best"] != lane]


def hurt(summary: dict, lane: str) -> list[Miss]:
    """Cells that more workers slow down by more than they may."""
    own = [cell for cell in summary["cells"] if cell["lane"] == lane]
    alone = {matrix.case_key(cell): time_of(cell) for cell in own if cell["workers"] == 1}
    told = []
    for cell in own:
        most, one, time = SLOWER_AT_MOST.get(cell["workers"]), alone.get(matrix.case_key(cell)), time_of(cell)
        if most and one and time and time > most * one:
            told.append(Miss(matrix.case_key(cell), f"{_name(cell)}: {quantity.times(time / one)}"))
    return told


def tried(entries: list[dict], missed: Iterable[Case]) -> list[Tried]:
    """The entries of which a case is missed."""
    cases = set(missed)
    return [Tried(_words((entry["workload"], _params(entry))), entry["what"])
            for entry in entries if any(_is_of(entry, case) for case in cases)]


def untold(entries: list[dict], missed: Iterable[Case]) -> list[str]:
    """The missed cases of which no entry says anything, each once."""
    return list(dict.fromkeys(_words(case) for case in missed
                              if not any(_is_of(entry, case) for entry in entries)))


def _is_of(entry: dict, case: Case) -> bool:
    return entry["workload"] == case[0] and ("params" not in entry or _params(entry) == case[1])


def _params(entry: dict) -> str:
    return params_of.text(params_of.from_mapping(entry.get("params", {})))


def _words(case: Case) -> str:
    return " ".join(filter(None, case))


def _name(cell: dict) -> str:
    return f"{_words(matrix.case_key(cell))} at {quantity.count(cell['workers'], 'worker')}"
