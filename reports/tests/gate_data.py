# SPDX-License-Identifier: Apache-2.0
"""Synthetic raw data of a gate run, as the collector writes it: a true ratio and a noise per cell in, whole
stages out. The collector's own rules decide what is measured, so that the data are always complete."""

import math
import random

from reports.gate import rules, screen
from reports.gate.guard import mean_flag
from reports.signed_rank import estimate

ARM = {"ref": "main", "commit": "0" * 40, "compiler": "GNU 12.2.0", "compiler_flags": "-O2", "build_type": "Release"}


class GateData:
    def __init__(self, seed: int = 1, index: int = 1, of: int = 1) -> None:
        self._chance = random.Random(seed)
        self.shard = {
            "shard": {"index": index, "of": of}, "collected": "2026-11-24T12:00:00Z", "command": "./run_all.sh gate",
            "profile": "quick", "seed": 7, "protocol": {"min_time": 0.1, "pass_time": 0.005},
            "machine": {"host": "lab", "cpu_model": "Example CPU", "cores": 2, "kernel": "6.18.0"},
            "arms": {"base": dict(ARM), "head": dict(ARM, ref="topic", commit="1" * 40)},
            "cells": [], "pairs": [], "counters": [], "ends": [], "only_in_one_arm": [],
        }
        self._screens: dict[str, dict[str, tuple]] = {}
        self.control("canary", 1.15)
        self.control("a/a", 1.0)

    def control(self, role: str, ratio: float, noise: float = 0.005) -> None:
        self.cell(f"{role} of work_stealing/ping_pong/capacity=0/w1", ratio, noise, role=role)

    def cell(self, name: str, ratio: float = 1.0, noise: float = 0.005, layout: float = 0.0, sitting: float = 0.0,
             role: str = "measured", time: float = 60.0, counters: bool = True) -> "GateData":
        """`noise`, `layout` and `sitting` are standard deviations of ln(head / base)."""
        lane, workload, params, workers = name.split(" of ")[-1].split("/")
        self.shard["cells"].append({"id": name, "role": role, "lane": lane, "workload": workload, "params": params,
                                    "workers": int(workers[1:]), "unit": "round trip"})
        centre = math.log(ratio)
        draw = self._chance.gauss
        off = draw(0, layout) + draw(0, sitting)
        differences: list[float] = []
        while screen.undecided(differences):
            differences.append(centre + off + draw(0, noise))
            self._pair(name, "screen", 0, 0, len(differences), differences[-1], time)
        if role == "measured":
            self._screens.setdefault(lane, {})[name] = (estimate(differences).value, centre, noise, time)
        if screen.flag(differences):
            self._anew(name, "confirm", rules.PAIRS_PER_LAYOUT, centre, noise, layout, sitting, time)
        if counters and role == "measured" and workers == "w1":
            for counter, value in (("instructions", 800.0), ("allocations", 0.0), ("system_calls", 0.0)):
                self.counter(name, counter, value, value)
        return self

    def counter(self, cell: str, counter: str, base: float, head: float, spread: float = 0.0) -> "GateData":
        self.shard["counters"] = [row for row in self.shard["counters"]
                                  if (row["cell"], row["counter"]) != (cell, counter)]
        for arm, value in (("base", base), ("head", head)):
            self.shard["counters"].append({"cell": cell, "counter": counter, "arm": arm,
                                           "runs": [value, value + spread], "reason": None})
        return self

    def ends(self, cell: str, arm: str, status: str, reason: str | None = None) -> "GateData":
        self.shard["ends"].append({"cell": cell, "arm": arm, "stage": "screen", "status": status, "reason": reason})
        return self

    def whole(self) -> list[dict]:
        """The shards, once no cell is to come: the guard's stage is added where it is due."""
        for lane, screens in self._screens.items():
            if mean_flag(value for value, *_ in screens.values())[1]:
                for name, (_, centre, noise, time) in screens.items():
                    self._anew(name, "guard", rules.GUARD_PAIRS_PER_LAYOUT, centre, noise, 0.0, 0.0, time)
        self._screens = {}
        return [self.shard]

    def _anew(self, name: str, stage: str, pairs: int, centre: float, noise: float, layout: float, sitting: float,
              time: float) -> None:
        draw = self._chance.gauss
        for sat in range(1, rules.SITTINGS + 1):
            here = draw(0, sitting)
            for built in range(1, rules.LAYOUTS + 1):
                there = draw(0, layout)
                for number in range(1, pairs + 1):
                    self._pair(name, stage, sat, built, number, centre + here + there + draw(0, noise), time)

    def _pair(self, cell: str, stage: str, sitting: int, layout: int, number: int, difference: float,
              time: float) -> None:
        self.shard["pairs"].append({
            "cell": cell, "stage": stage, "sitting": sitting, "layout": layout, "pair": number,
            "first": "base" if number % 2 else "head", "base": [time], "head": [time * math.exp(difference)]})
