# SPDX-License-Identifier: Apache-2.0
"""Merging: the shards of one run, each collected on a machine of its own, become one set of raw data.

Nothing is averaged: a cell's arms stay together on the machine that measured both. Whether the shards fit
each other is judged with the rest, so that a lost shard makes the whole INVALID and not a little shorter.
"""

import json
from pathlib import Path

from reports.bad_input import BadInput
from reports.gate import raw


def merge(paths: list[Path]) -> list[dict]:
    """Shards in the order of their index. BadInput when one index is there twice with other content."""
    by_index: dict[int, tuple[dict, Path]] = {}
    for path in paths:
        file = path / "raw.json" if path.is_dir() else path
        for shard in raw.read(file):
            index = shard["shard"]["index"]
            if index in by_index:
                raise BadInput(file, f"shard {index} is also in {by_index[index][1]}", "name each shard once")
            by_index[index] = shard, file
    return [by_index[index][0] for index in sorted(by_index)]


def text(shards: list[dict]) -> str:
    return json.dumps({"schema": raw.SCHEMA, "kind": raw.KIND, "shards": shards}, indent=1, ensure_ascii=False) + "\n"
