# SPDX-License-Identifier: Apache-2.0
"""Collecting: two commits in, raw data out. Everything that is random follows from the seed."""

import sys
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from reports.gate import rules

from ..environment import describe
from ..interrupt import Interrupt
from ..lanes import Lane
from ..profile import Profile
from ..progress import Progress
from ..refusal import Refusal
from . import canary, choice, counting
from .bench_run import PASS_SECONDS, NotOk
from .options import Options
from .pairing import Pairing
from .site import Side, Site
from .tree import Tree, check_out, check_support, compile_tree

PROFILES = {
    "quick": Profile("quick", rules.SCREEN_PAIRS, 0.1, 60.0, 0.0, None, None),
    "full": Profile("full", rules.SCREEN_PAIRS, 0.2, 60.0, 0.0, None, None),
}


@dataclass(frozen=True)
class Built:
    trees: dict[str, Tree]
    lanes: dict[str, list[Lane]]  # By arm: those that were built.
    targets: dict[str, str]  # By lane.
    control: Lane  # Where the canary lives.


def say(text: str) -> None:
    print(f"== {text}", file=sys.stderr, flush=True)


def build(root: Path, options: Options, judged: bool = True) -> Built:
    """Both arms, by the same tools; what only a verdict needs (counters, the head's canary) where it is to be judged."""
    begin = time.monotonic()
    trees = {arm: check_out(root, arm, ref) for arm, ref in (("base", options.base), ("head", options.head))}
    told = ", ".join(f"{arm} {tree.ref} ({tree.commit[:10]})" for arm, tree in trees.items())
    say(f"build: {told} ...")
    lanes, targets = {}, {}
    for arm, tree in trees.items():
        check_support(tree)
        compile_tree(tree, [])
        lanes[arm] = choice.lanes_of(tree, options.lanes, options.quick)
        targets |= {lane.lane: choice.target_of(lane) for lane in lanes[arm]}
    control = choice.lanes_of(trees["head"], None, True)[0]
    for arm, tree in trees.items():
        wanted = {targets[lane.lane] for lane in lanes[arm]}
        if judged:
            wanted |= {"gauntlet_allocation_counter"}
            if arm == "head":
                wanted |= {choice.target_of(control), canary.injected(choice.target_of(control))}
        compile_tree(tree, sorted(wanted))
    say(f"build: done in {time.monotonic() - begin:.0f} s")
    return Built(trees, lanes, targets, control)


def collect(options: Options, built: Built, folder: Path, interrupt: Interrupt, progress: Progress) -> dict:
    """The raw data of this shard."""
    profile = PROFILES[options.profile]
    chosen = chosen_of(options, built)
    controls = _controls(options, built, profile, folder, interrupt)
    counters = _counted(chosen.sites, options, profile, folder, interrupt, progress)
    pairing = Pairing(profile, options.seed, folder, interrupt, progress)
    sites = [*chosen.sites, *controls]
    take_pairs(pairing, sites)
    return raw_data(options, built, sites, pairing, counters, chosen.only_in_one_arm)


def pairs_only(options: Options, built: Built, folder: Path, interrupt: Interrupt, progress: Progress) -> dict:
    """For a comparison: all pairs of the screen, no control, nothing counted."""
    chosen = chosen_of(options, built)
    pairing = Pairing(PROFILES[options.profile], options.seed, folder, interrupt, progress)
    pairing.screen(chosen.sites, lambda differences: len(differences) < rules.SCREEN_PAIRS)
    return raw_data(options, built, chosen.sites, pairing, [], chosen.only_in_one_arm)


def chosen_of(options: Options, built: Built) -> choice.Chosen:
    offers = {arm: choice.offers(tree, built.lanes[arm]) for arm, tree in built.trees.items()}
    return choice.choose(offers["base"], offers["head"], built.trees, built.targets, options.workloads,
                         options.workers or choice.gate_workers(), options.quick, options.shard)


def raw_data(options: Options, built: Built, sites: list[Site], pairing: Pairing, counters: list[dict],
             only_in_one_arm: list[dict]) -> dict:
    return {
        "shard": {"index": options.shard[0], "of": options.shard[1]},
        "collected": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": options.command,
        "profile": options.profile,
        "seed": options.seed,
        "protocol": {"min_time": PROFILES[options.profile].min_time, "pass_time": PASS_SECONDS},
        "machine": describe(built.trees["head"].path),
        "arms": {arm: arm_told(tree, pairing.contexts.get(arm, {})) for arm, tree in built.trees.items()},
        "cells": [site.told() for site in sites],
        "pairs": pairing.rows,
        "counters": counters,
        "ends": pairing.ends,
        "only_in_one_arm": only_in_one_arm,
    }


def take_pairs(pairing: Pairing, sites: list[Site]) -> None:
    """Screen, then what was flagged anew, then the lanes whose guard was touched."""
    begin = time.monotonic()
    pairing.screen(sites)
    say(f"screen: {len(sites)} cells, {time.monotonic() - begin:.0f} s")
    for stage, touched, per_layout in (("confirm", pairing.flagged, rules.PAIRS_PER_LAYOUT),
                                       ("guard", pairing.guarded, rules.GUARD_PAIRS_PER_LAYOUT)):
        begin = time.monotonic()
        again = touched(sites)
        pairing.anew(again, stage, per_layout)
        say(f"{stage}: {len(again)} cells, {time.monotonic() - begin:.0f} s")


def arm_told(tree: Tree, context: dict) -> dict:
    return {"ref": tree.ref, "commit": tree.commit,
            **{key: str(context.get(key, "")) for key in ("compiler", "compiler_flags", "build_type")}}


def _controls(options: Options, built: Built, profile: Profile, folder: Path, interrupt: Interrupt) -> list[Site]:
    """The canary: 15 % slower by calibration. The A/A: the head against itself, in other layouts."""
    head, target = built.trees["head"], choice.target_of(built.control)
    cases = choice.offers(head, [built.control])[built.control.lane]
    cell = choice.control_cell(built.control.lane, cases)
    slow = canary.injected(target)
    try:
        steps = canary.steps_for(head, slow, cell, canary.CANARY, options.seed, profile, folder, interrupt)
    except NotOk as end:
        raise Refusal(f"the canary cannot be measured: {cell.name} ends with {end}; run ./run_all.sh test") from None
    say(f"canary: {steps} steps of busy work per 1,024 wake-ups are {canary.CANARY:.0%} of {cell.name}")
    return [
        Site(cell, {"base": Side(head, slow), "head": Side(head, slow, f"steps={steps}")}, "canary"),
        Site(cell, {"base": Side(head, target), "head": Side(head, target)}, "a/a"),
    ]


def _counted(sites: list[Site], options: Options, profile: Profile, folder: Path, interrupt: Interrupt,
             progress: Progress) -> list[dict]:
    begin = time.monotonic()
    alone = [site for site in sites if site.cell.workers == 1]
    rows = counting.count(alone, options.seed, profile, folder, interrupt, progress)
    say(f"count: {len(alone)} cells at one worker, {time.monotonic() - begin:.0f} s")
    return rows
