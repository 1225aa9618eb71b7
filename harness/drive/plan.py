# SPDX-License-Identifier: Apache-2.0
"""Plan: which cells, in which order, with which seeds.

Order of a round: the (case, workers) pairs are shuffled, and for each pair the lanes are shuffled and run
one after the other, so that lanes that will be compared meet the same hour of the machine. Every round
draws anew. All of it follows from the one recorded seed; so does the seed a process gets, which is the
same for all lanes of a round, so that they are given the same work.
"""

import hashlib
import os
import random
from dataclasses import dataclass

from .cases import Case


@dataclass(frozen=True)
class Cell:
    lane: str
    case: Case
    workers: int

    @property
    def name(self) -> str:
        return f"{self.lane} {self.name_without_lane}"

    @property
    def name_without_lane(self) -> str:
        return f"{self.case.workload} {self.case.params_text or '-'} w{self.workers}"

    def file_stem(self, round_number: int) -> str:
        params = self.case.params_text or "-"
        return f"{self.case.workload}.{params}.w{self.workers}.r{round_number:02d}"

    def for_plan(self) -> dict[str, object]:
        return {
            "lane": self.lane,
            "workload": self.case.workload,
            "params": self.case.params_object,
            "workers": self.workers,
            "unit": self.case.unit,
            "group": self.case.group,
        }


def make_cells(lanes: list[str], cases: list[Case], workers: list[int]) -> list[Cell]:
    return [Cell(lane, case, count) for case in cases for count in workers for lane in lanes]


def default_workers(cores: int | None = None) -> list[int]:
    """Powers of two up to the cores, and one oversubscribed: 2 cores give 1, 2, 4."""
    cores = cores or len(os.sched_getaffinity(0))
    counts = [1]
    while counts[-1] * 2 <= cores:
        counts.append(counts[-1] * 2)
    return counts + [counts[-1] * 2]


def order_of_round(cells: list[Cell], seed: int, round_number: int) -> list[Cell]:
    """A permutation of the cells; the same for the same seed and round."""
    chance = random.Random(f"order/{seed}/{round_number}")
    groups: dict[tuple, list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.case.key, cell.workers), []).append(cell)
    shuffled = list(groups.values())
    chance.shuffle(shuffled)
    for group in shuffled:
        chance.shuffle(group)
    return [cell for group in shuffled for cell in group]


def seed_of(cell: Cell, seed: int, round_number: int) -> int:
    """A positive 31-bit seed; equal for all lanes of the same case, workers and round."""
    text = f"{seed}/{round_number}/{cell.case.workload}/{cell.case.params_text}/{cell.workers}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1 or 1
