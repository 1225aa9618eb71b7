# SPDX-License-Identifier: Apache-2.0
"""Raw data of a gate run: everything that was counted and timed, and nothing that was concluded.

One file per machine (a shard); a merged file holds several. Its shape is schema/gate_raw.schema.json.
"""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import jsonschema

from reports.bad_input import BadInput
from reports.load import read_json

SCHEMA = 2
KIND = "gauntlet gate raw data"
SCHEMA_FILE = Path(__file__).parents[1] / "schema" / "gate_raw.schema.json"
ARMS = ("base", "head")
_MEND = "collect again with ./run_all.sh gate"


@dataclass(frozen=True)
class Pair:
    """Two processes that took turns, one of each arm: ns per op of every pass, in order."""

    sitting: int
    layout: int
    number: int
    base: tuple[float, ...]
    head: tuple[float, ...]

    @property
    def sound(self) -> bool:
        return len(self.base) == len(self.head) > 0 and all(
            math.isfinite(value) and value > 0 for value in self.base + self.head)

    @property
    def difference(self) -> float:
        return difference(self.base, self.head)


def difference(base: Sequence[float], head: Sequence[float]) -> float:
    """ln(head / base): the median over the turns, of which the machine's speed changes in a few only."""
    return median(math.log(after / before) for before, after in zip(base, head, strict=True))


@dataclass(eq=False)  # Each is itself: a key of dictionaries.
class CellData:
    """What one shard knows of one cell."""

    told: dict  # id, role, lane, workload, params, workers, unit
    shard: int
    pairs: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))  # By stage, in order.
    counters: dict[tuple[str, str], list[float]] = field(default_factory=dict)  # (counter, arm): runs
    ends: list[dict] = field(default_factory=list)  # processes that ended other than ok

    @property
    def id(self) -> str:
        return self.told["id"]


def read(path: Path) -> list[dict]:
    """The shards of a raw or a merged file; BadInput when it is none of ours."""
    raw = read_json(path)
    if not isinstance(raw, dict) or raw.get("kind") != KIND:
        raise BadInput(path, "is no raw data of a gate", "name the raw.json of a gate run")
    if raw.get("schema") != SCHEMA:
        raise BadInput(path, f"schema is {json.dumps(raw.get('schema'))}, this tree reads {SCHEMA}",
                       "judge it with the commit that made it")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    error = jsonschema.exceptions.best_match(validator.iter_errors(raw))
    if error is not None:
        raise BadInput(path, f"{error.json_path}: {error.message[:200]}", _MEND)
    _check_references(path, raw)
    return raw["shards"]


def _check_references(path: Path, raw: dict) -> None:
    for shard in raw["shards"]:
        ids = [cell["id"] for cell in shard["cells"]]
        doubled = sorted({each for each in ids if ids.count(each) > 1})
        if doubled:
            raise BadInput(path, f"cell {doubled[0]} is there twice", _MEND)
        for row in (*shard["pairs"], *shard["counters"], *shard["ends"]):
            if row["cell"] not in ids:
                raise BadInput(path, f"figures of {row['cell']}, which is no cell of it", _MEND)


def cells_of(shards: list[dict]) -> list[CellData]:
    """Sorted by role and id, whatever the order in the files."""
    found = []
    for shard in shards:
        by_id = {cell["id"]: CellData(cell, shard["shard"]["index"]) for cell in shard["cells"]}
        for row in shard["pairs"]:
            by_id[row["cell"]].pairs[row["stage"]].append(
                Pair(row["sitting"], row["layout"], row["pair"], tuple(map(float, row["base"])), tuple(map(float, row["head"]))))
        for row in shard["counters"]:
            by_id[row["cell"]].counters[row["counter"], row["arm"]] = [float(value) for value in row["runs"]]
        for row in shard["ends"]:
            by_id[row["cell"]].ends.append(row)
        for cell in by_id.values():
            for pairs in cell.pairs.values():
                pairs.sort(key=lambda pair: (pair.sitting, pair.layout, pair.number))
            cell.ends.sort(key=lambda end: (end["arm"], end["status"], end["reason"] or ""))
        found += by_id.values()
    return sorted(found, key=lambda cell: (cell.told["role"], cell.id, cell.shard))


def digest(shards: list[dict]) -> str:
    """Of the content, not of the order in which its rows were written down."""

    def ordered(value: object) -> object:
        if isinstance(value, dict):
            return {key: ordered(inner) for key, inner in value.items()}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return sorted((ordered(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True))
        return value

    return hashlib.sha256(json.dumps(ordered(shards), sort_keys=True).encode()).hexdigest()
