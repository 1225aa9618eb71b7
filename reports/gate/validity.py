# SPDX-License-Identifier: Apache-2.0
"""Validity: what makes a job INVALID, whatever its figures say. The gate fails closed."""

from reports.gate.figure import percent, ratio_of
from reports.gate.raw import ARMS, CellData
from reports.gate.timed_cells import ending, standing_of
from reports.gate.timing import Unusable, judge_timing

_SAME_IN_ALL = ("seed", "profile", "arms", "protocol")
_SAME_IN_ARMS = ("compiler", "compiler_flags", "build_type")


def judge_control(cell: CellData) -> dict:
    """The canary must be found slower, the two copies of one build must not differ. Each is its own family."""
    told = {"id": cell.id, "role": cell.told["role"], "shard": cell.shard}
    end = ending(cell)
    try:
        if end is not None:
            raise Unusable(end[1])
        timing = judge_timing(cell)
    except Unusable as error:
        return told | {"right": False, "reason": str(error), "ratio": None}
    ratio = ratio_of(timing.estimate.value)
    found = bool(standing_of({cell: timing}))
    if told["role"] == "canary":
        right = found and timing.flag == 1
        reason = None if right else f"the injected slowdown was not found (measured {percent(ratio)})"
    else:
        right = not found
        reason = None if right else f"a change of {percent(ratio)} was found between two copies of one build"
    return told | {"right": right, "reason": reason, "ratio": ratio}


def faults_of_shards(shards: list[dict]) -> list[str]:
    if not shards:
        return ["no data"]
    faults = []
    for key in _SAME_IN_ALL:
        if any(shard[key] != shards[0][key] for shard in shards):
            faults.append(f"the shards differ in {key}: they are not of one run")
    ids = [cell["id"] for shard in shards for cell in shard["cells"] if cell["role"] == "measured"]
    faults += [f"{each} is in more than one shard" for each in sorted(set(ids)) if ids.count(each) > 1]
    for shard in shards:
        for key in _SAME_IN_ARMS:
            base, head = (shard["arms"][arm].get(key) for arm in ARMS)
            if base != head or not base:
                faults.append(f"the arms were not built alike: {key} is {base!r} and {head!r}")
        faults += [f"{each['id']} is in base only: the head lost it" for each in shard["only_in_one_arm"]
                   if each["only_in"] == "base"]
    return faults


def lost_shards(shards: list[dict]) -> list[str]:
    wanted = shards[0]["shard"]["of"] if shards else 1
    indexes = sorted(shard["shard"]["index"] for shard in shards)
    if indexes == list(range(1, wanted + 1)):
        return []
    return [f"shards {', '.join(map(str, indexes))} of {wanted} are here, each is wanted once"]


def faults_of_controls(shards: list[dict], controls: list[dict]) -> list[str]:
    there = {(row["role"], row["shard"]) for row in controls}
    return [f"shard {shard['shard']['index']} has no {role}" for shard in shards for role in ("canary", "a/a")
            if (role, shard["shard"]["index"]) not in there]
