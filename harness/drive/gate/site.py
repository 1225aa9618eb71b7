# SPDX-License-Identifier: Apache-2.0
"""Sites: a cell as the gate sees it, with what runs on either side of it."""

from dataclasses import dataclass, field

from ..plan import Cell
from .tree import Tree

ARMS = ("base", "head")


@dataclass(frozen=True)
class Side:
    tree: Tree
    target: str  # of Ninja: bench_<lane>, or bench_<lane>_injected
    inject: str = ""  # GAUNTLET_INJECT

    @property
    def environment(self) -> dict[str, str]:
        told = {"GAUNTLET_COMMIT": self.tree.commit, "GAUNTLET_DIRTY": "false"}
        return told | ({"GAUNTLET_INJECT": self.inject} if self.inject else {})


@dataclass(eq=False)
class Site:
    cell: Cell
    sides: dict[str, Side]
    role: str = "measured"  # measured | canary | a/a
    ends: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # By arm: a process that was not ok.

    @property
    def id(self) -> str:
        return id_of(self.cell) if self.role == "measured" else f"{self.role} of {id_of(self.cell)}"

    def told(self) -> dict[str, object]:
        case = self.cell.case
        return {"id": self.id, "role": self.role, "lane": self.cell.lane, "workload": case.workload,
                "params": case.params_text or "-", "workers": self.cell.workers, "unit": case.unit}


def id_of(cell: Cell) -> str:
    return f"{cell.lane}/{cell.case.workload}/{cell.case.params_text or '-'}/w{cell.workers}"
