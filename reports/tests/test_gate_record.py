# SPDX-License-Identifier: Apache-2.0
"""The rates that reports/gate.md prints are those of the suites on record, of the gate's present text."""

import json
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<name>[^|]+?) \| (?P<right>\d+) of (?P<all>\d+) \|", re.MULTILINE)


def test_the_table_in_the_docs_is_what_is_on_record() -> None:
    lines = [json.loads(text) for text in (ROOT / "reports/gate_selftest.jsonl").read_text().splitlines()]
    own = [line for line in lines if line["gate"] == lines[-1]["gate"]]
    right = Counter(line["experiment"] for line in own if line["right"])
    every = Counter(line["experiment"] for line in own)
    told = {row["name"]: (int(row["right"]), int(row["all"])) for row in ROW.finditer((ROOT / "reports/gate.md").read_text())}
    assert told == {name: (right[name], every[name]) for name in every}
