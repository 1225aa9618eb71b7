# SPDX-License-Identifier: Apache-2.0
"""Cases: what a bench executable offers (`bench_<lane> --list`); one case is one process to start."""

import json
import subprocess
from dataclasses import dataclass

from .lanes import Lane
from .refusal import Refusal
from .words import death_of

_LIST_TIMEOUT = 30.0


@dataclass(frozen=True)
class Case:
    workload: str
    params: tuple[tuple[str, object], ...]  # sorted by key
    unit: str
    needs: tuple[str, ...]
    fixed_ops: int = 0  # 0: the bench finds out how many fill a pass
    group: str = ""  # where the report shows it
    cold_and_warm: bool = False  # the first pass of a process is a figure of its own; such cases sample memory

    @property
    def key(self) -> tuple[str, str]:
        return (self.workload, self.params_text)

    @property
    def params_text(self) -> str:
        return ",".join(f"{key}={value}" for key, value in self.params)

    @property
    def params_object(self) -> dict[str, object]:
        return dict(self.params)


def list_cases(lane: Lane) -> tuple[list[Case], str | None]:
    """The lane's cases, or none and the reason why its bench cannot even list them."""
    try:
        done = subprocess.run(
            [lane.bench, "--list"], capture_output=True, text=True, timeout=_LIST_TIMEOUT, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return [], f"bench --list hung for {_LIST_TIMEOUT:.0f} s"
    except OSError as error:
        return [], f"bench does not start: {error.strerror}"
    if done.returncode != 0:
        return [], f"bench --list failed: {death_of(done.returncode)}"
    try:
        return [_case(entry) for entry in json.loads(done.stdout)], None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [], f"bench --list is not ours: {error!r}"


def _case(entry: dict) -> Case:
    fixed_ops = int(entry.get("fixed_ops", 0))
    return Case(
        entry["workload"], tuple(sorted(entry["params"].items())), entry["unit"], tuple(entry.get("needs", [])),
        fixed_ops, str(entry.get("group", "")),
        bool(entry.get("cold_and_warm", fixed_ops > 0)),  # Once, only cases of that kind had fixed ops.
    )


def union_of(offers: list[list[Case]]) -> list[Case]:
    """Every case that some lane offers, in order of first appearance."""
    seen: dict[tuple[str, str], Case] = {}
    for offer in offers:
        for case in offer:
            seen.setdefault(case.key, case)
    return list(seen.values())


def choose_cases(cases: list[Case], workloads: list[str] | None) -> list[Case]:
    """The cases of --workloads; refuses a workload that no lane offers."""
    if workloads is None:
        return cases
    known = sorted({case.workload for case in cases})
    for name in workloads:
        if name not in known:
            raise Refusal(f"unknown workload '{name}' in --workloads; known: {' '.join(known)}")
    return [case for case in cases if case.workload in workloads]
