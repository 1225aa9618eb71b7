# SPDX-License-Identifier: Apache-2.0
"""accepted.toml: regressions that people have agreed to, each with its reason and its end.

    [[accepted]]
    cell = "work_stealing/ping_pong/*"     # shell pattern of cell ids, or "guard/<lane>"
    what = ["instructions", "time"]        # counters, "time"; all when left out
    at_most = 1.10                         # head / base; any when left out
    reason = "fairness costs this much, decision 0012"
    expires = 2027-03-31

An entry without a reason or an end is refused, one that has expired counts no longer and is told.
"""

import datetime
import fnmatch
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

from reports.bad_input import BadInput
from reports.gate.rules import COUNTERS

_KEYS = {"cell", "what", "at_most", "reason", "expires"}
_WHATS = {"time", *COUNTERS}


@dataclass(frozen=True)
class Accepted:
    cell: str
    what: frozenset[str]
    at_most: float
    reason: str
    expires: datetime.date

    def covers(self, cell: str, what: str, ratio: float, day: datetime.date) -> bool:
        return (day <= self.expires and what in self.what and ratio <= self.at_most
                and fnmatch.fnmatchcase(cell, self.cell))

    def told(self) -> dict:
        return {"cell": self.cell, "reason": self.reason, "expires": self.expires.isoformat()}


def read(path: Path | None) -> list[Accepted]:
    """Empty when there is no such file."""
    if path is None or not path.is_file():
        return []
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(path, f"not TOML ({error})", "mend it or remove it")
    rows = raw.get("accepted", [])
    if set(raw) - {"accepted"} or not isinstance(rows, list):
        raise BadInput(path, "holds more than [[accepted]] tables", "see reports/gate.md for its form")
    return [_entry(path, number, row) for number, row in enumerate(rows, 1)]


def _entry(path: Path, number: int, row: object) -> Accepted:
    def refuse(problem: str) -> BadInput:
        return BadInput(path, f"entry {number} {problem}", "see reports/gate.md for its form")

    if not isinstance(row, dict) or set(row) - _KEYS:
        raise refuse(f"has keys other than {', '.join(sorted(_KEYS))}")
    for key in ("cell", "reason"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise refuse(f"lacks {key}")
    expires = row.get("expires")
    if not isinstance(expires, datetime.date) or isinstance(expires, datetime.datetime):
        raise refuse("lacks expires, a date like 2027-03-31")
    what = row.get("what", sorted(_WHATS))
    if not isinstance(what, list) or not what or set(map(str, what)) - _WHATS:
        raise refuse(f"has a `what` other than {', '.join(sorted(_WHATS))}")
    at_most = row.get("at_most", math.inf)
    if isinstance(at_most, bool) or not isinstance(at_most, (int, float)) or not at_most >= 1:
        raise refuse("has an at_most that is no ratio of 1 or more")
    return Accepted(row["cell"], frozenset(what), float(at_most), row["reason"].strip(), expires)
