# SPDX-License-Identifier: Apache-2.0
"""Lanes: what CMake says it can build, from `<build>/lanes.json`."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from .refusal import Refusal


@dataclass(frozen=True)
class Lane:
    lane: str
    kind: str  # runtime | reference
    status: str  # ok | n/a
    reason: str | None
    bench: str | None
    contract: str | None
    description: str | None = None
    overhead: str | None = None  # the hand-written ping-pong without the harness, where there is one

    @property
    def runs(self) -> bool:
        return self.status == "ok"

    def for_plan(self) -> dict[str, object]:
        return {
            "lane": self.lane,
            "kind": self.kind,
            "status": self.status,
            "reason": self.reason,
            "description": self.description,
        }


def read_lanes(build: Path, built: bool = True) -> list[Lane]:
    """All lanes. `built` says that compiling is over: an executable that is not there makes the lane n/a."""
    path = build / "lanes.json"
    try:
        entries = json.loads(path.read_text())
        lanes = [
            Lane(
                entry["lane"],
                entry["kind"],
                entry["status"],
                entry.get("reason"),
                entry.get("bench"),
                entry.get("contract"),
                entry.get("description"),
                entry.get("overhead"),
            )
            for entry in entries
        ]
    except FileNotFoundError:
        raise Refusal(f"{path} is missing; run ./run_all.sh build") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(f"{path} is not ours ({error!r}); remove build/ and run ./run_all.sh build") from None
    return [_with_executables(lane) for lane in lanes] if built else lanes


def _with_executables(lane: Lane) -> Lane:
    if not lane.runs:
        return lane
    wanted = [lane.bench or "its bench executable"] + ([lane.contract] if lane.contract else [])  # A reference has none.
    for executable in wanted:
        if not os.access(executable, os.X_OK):
            reason = f"{executable} was not built"
            return replace(lane, status="n/a", reason=reason, bench=None, contract=None, overhead=None)
    bare = lane.overhead or str(Path(wanted[0]).with_name(f"overhead_{lane.lane.replace('+', '_')}"))
    return replace(lane, overhead=bare if os.access(bare, os.X_OK) else None)


def choose_lanes(lanes: list[Lane], chosen: list[str] | None) -> list[Lane]:
    """The lanes of --lanes in the order of lanes.json; refuses a name that is not there."""
    if chosen is None:
        return lanes
    known = [lane.lane for lane in lanes]
    for name in chosen:
        if name not in known:
            raise Refusal(f"unknown lane '{name}' in --lanes; known: {' '.join(known)}")
    return [lane for lane in lanes if lane.lane in chosen]
