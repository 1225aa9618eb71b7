# SPDX-License-Identifier: Apache-2.0
"""Standings: at how many cases a lane is fastest, tied or close, at one number of workers. Counts, no score."""

from dataclasses import dataclass

from reports import matrix

CLOSE = 2.0  # Within twice the best.


@dataclass
class Standing:
    lane: str
    kind: str
    workers: int
    cases: int = 0
    first: int = 0
    tied: int = 0
    close: int = 0  # Neither first nor tied, but at most CLOSE times slower; a reference may be faster.
    behind: int = 0
    unsure: int = 0  # One run says nothing on the order.
    wrong: int = 0
    unfinished: int = 0
    absent: int = 0

    @property
    def leads(self) -> int:
        return self.first + self.tied

    def share(self, number: int) -> float:
        return 100.0 * number / self.cases if self.cases else 0.0


def _count(standing: Standing, cell: dict, alone: bool) -> None:
    standing.cases += 1
    ratio = cell["ratio"]
    if ratio is None:
        told = {"WRONG": "wrong", "DNF": "unfinished"}.get(cell["status"], "absent")
        setattr(standing, told, getattr(standing, told) + 1)
    elif cell["ns_per_op"]["runs"] == 1:
        standing.unsure += 1
    elif ratio["best"] == cell["lane"]:
        if alone:
            standing.first += 1
        else:
            standing.tied += 1
    elif ratio["tie"] and standing.kind == "runtime":
        standing.tied += 1
    elif ratio["value"] <= CLOSE:
        standing.close += 1
    else:
        standing.behind += 1


def _tied_cases(summary: dict, kinds: dict[str, str]) -> set[tuple]:
    """The cases whose best runtime has another that cannot be told apart from it."""
    return {(*matrix.case_key(cell), cell["workers"]) for cell in summary["cells"]
            if cell["ratio"] and cell["ratio"]["tie"] and cell["ratio"]["best"] != cell["lane"]
            and kinds[cell["lane"]] == "runtime"}


def standings(summary: dict, workers: int) -> list[Standing]:
    """Runtimes by how often they lead, references after them."""
    found = {lane["lane"]: Standing(lane["lane"], lane["kind"], workers) for lane in matrix.lanes_of(summary)}
    tied = _tied_cases(summary, {lane: standing.kind for lane, standing in found.items()})
    for cell in summary["cells"]:
        if cell["workers"] == workers:
            _count(found[cell["lane"]], cell, (*matrix.case_key(cell), workers) not in tied)
    return sorted(found.values(), key=lambda one: (one.kind == "reference", -one.leads, -one.close))
