# SPDX-License-Identifier: Apache-2.0
"""Choice: which cells a gate judges. A cell that one arm alone offers is told, and judged by the verdict."""

import os
from dataclasses import dataclass

from ..cases import Case, choose_cases, list_cases, union_of
from ..core import core_of
from ..lanes import Lane, choose_lanes
from ..plan import Cell, make_cells
from ..refusal import Refusal
from .site import Side, Site, id_of
from .tree import Tree


@dataclass(frozen=True)
class Chosen:
    sites: list[Site]
    only_in_one_arm: list[dict]


def gate_workers() -> list[int]:
    """One worker, where figures are quiet, and all cores up to two."""
    return [1, 2] if len(os.sched_getaffinity(0)) > 1 else [1]


def lanes_of(tree: Tree, names: list[str] | None, quick: bool) -> list[Lane]:
    """The lanes to build; quick takes the first that can run, unless some were named."""
    lanes = [lane for lane in choose_lanes(tree.lanes(), names) if lane.runs]
    if not lanes:
        raise Refusal(f"no lane of {tree.arm} {tree.ref} can run here; see `cmake --preset release` in {tree.path}")
    return lanes[:1] if quick and names is None else lanes


def target_of(lane: Lane) -> str:
    return lane.bench.rsplit("/", 1)[-1]


def offers(tree: Tree, lanes: list[Lane]) -> dict[str, list[Case]]:
    found = {}
    for lane in lanes:
        found[lane.lane], fault = list_cases(lane)
        if fault:
            raise Refusal(f"lane {lane.lane} of {tree.arm} {tree.ref}: {fault}; see ./run_all.sh test")
    return found


def choose(base: dict[str, list[Case]], head: dict[str, list[Case]], trees: dict[str, Tree], targets: dict[str, str],
           workloads: list[str] | None, workers: list[int], quick: bool, shard: tuple[int, int]) -> Chosen:
    """This shard's share of the cells that both arms offer."""
    both = {arm: _cells(offer, workloads, workers, quick) for arm, offer in (("base", base), ("head", head))}
    ids = {arm: {id_of(cell) for cell in cells} for arm, cells in both.items()}
    common = sorted((cell for cell in both["head"] if id_of(cell) in ids["base"]), key=id_of)
    alone = [{"id": each, "only_in": arm} for arm, other in (("base", "head"), ("head", "base"))
             for each in sorted(ids[arm] - ids[other])]
    index, of = shard
    own = common[index - 1 :: of]
    if not own:
        raise Refusal(f"shard {index}/{of} has no cell ({len(common)} cells in all); use fewer shards")
    sites = [Site(cell, {arm: Side(tree, targets[cell.lane]) for arm, tree in trees.items()}) for cell in own]
    return Chosen(sites, alone if index == 1 else [])


def _cells(offer: dict[str, list[Case]], workloads: list[str] | None, workers: list[int], quick: bool) -> list[Cell]:
    cases = choose_cases(union_of(list(offer.values())), workloads)
    if quick:
        cases = first_of_each(cases if workloads else core_of(cases) or cases)
    offered = {(lane, case.key) for lane, own in offer.items() for case in own}
    return [cell for cell in make_cells(list(offer), cases, workers) if (cell.lane, cell.case.key) in offered]


def first_of_each(cases: list[Case]) -> list[Case]:
    """The first case of each workload."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault(case.workload, case)
    return list(first.values())


def control_cell(lane: str, cases: list[Case]) -> Cell:
    """Where canary and A/A stand: the first case that fills its passes by itself, at one worker."""
    for case in cases:
        if case.fixed_ops == 0:
            return Cell(lane, case, 1)
    raise Refusal(f"lane {lane} lists no case for the canary; see its --list")
