# SPDX-License-Identifier: Apache-2.0
"""A comparison: all rows of two sides, and what a reader must know before believing them."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from reports.bad_input import BadInput
from reports.cell import Cell
from reports.compare import row as row_of
from reports.compare.row import Row
from reports.compare.side import Side
from reports.gate import raw


@dataclass(frozen=True)
class Comparison:
    before: str
    after: str
    rows: list[Row]
    notes: list[str]

    def told(self) -> dict:
        return {"schema": 1, "kind": "gauntlet comparison", "before": self.before, "after": self.after,
                "notes": self.notes, "geometric_mean": row_of.geometric_mean(self.rows),
                "rows": [{**vars(row), "runs": list(row.runs), "verdict": row.verdict} for row in self.rows]}


def of_sides(before: Side, after: Side) -> Comparison:
    if (before.lane is None) != (after.lane is None):
        raise BadInput(before.name, "and " + after.name + ": only one of them names a lane", "name a lane on both")
    keys = sorted(set(before.cells) | set(after.cells), key=lambda key: tuple(map(str, key)))
    same_run = before.folder == after.folder
    rows = [_row(key, before.cells.get(key), after.cells.get(key), same_run) for key in keys]
    if not any(row.ratio is not None for row in rows):
        raise BadInput(before.name, f"and {after.name}: no cell has a figure on both sides", "compare runs of the same "
                       "lanes and workloads")
    notes = [] if same_run else ["not paired: the two runs met different hours of the machine"]
    if before.machine != after.machine:
        notes.append(f"different machines: {_words(before.machine)} and {_words(after.machine)}")
    return Comparison(before.name, after.name, rows, notes)


def of_raw(path: Path) -> Comparison:
    """Of two commits whose processes were run in pairs (`compare REF REF`, or a gate's screen)."""
    shards = raw.read(path)
    rows = []
    for cell in raw.cells_of(shards):
        if cell.told["role"] != "measured":
            continue
        pairs = cell.pairs.get("screen", [])
        bad = [pair for pair in pairs if not pair.sound]
        if bad:
            raise BadInput(path, f"{cell.id}: a figure is no finite time above 0", "collect again")
        ended = "; ".join(f"{end['arm']} {end['status']} ({end['reason']})" for end in cell.ends)
        rows.append(row_of.untold(cell.id, ended or "no pairs") if ended or not pairs
                    else row_of.paired(cell.id, [median(pair.base) for pair in pairs], [median(pair.head) for pair in pairs],
                                     [pair.difference for pair in pairs]))
    rows += [row_of.untold(each["id"], f"only in {each['only_in']}") for shard in shards
             for each in shard["only_in_one_arm"]]
    arms = shards[0]["arms"]
    if not any(row.ratio is not None for row in rows):
        raise BadInput(path, "no cell has a figure on both sides", "see the reasons in it")
    return Comparison(*(f"{arms[arm]['ref']} ({arms[arm]['commit'][:10]})" for arm in raw.ARMS), rows, [])


def _row(key: tuple, before: Cell | None, after: Cell | None, same_run: bool) -> Row:
    name = "/".join([*map(str, key[:-1]), f"w{key[-1]}"])
    for side, cell in (("before", before), ("after", after)):
        if cell is None:
            return row_of.untold(name, f"no such cell {side}")
    if before.status != "ok" or after.status != "ok":
        return row_of.untold(name, "; ".join(f"{side}: {cell.status}" + (f" ({cell.reason})" if cell.reason else "")
                                             for side, cell in (("before", before), ("after", after))))
    return row_of.of_rounds(name, before.by_round(), after.by_round(), same_run)


def _words(machine: tuple) -> str:
    return " / ".join(" ".join(part for part in each if part) for each in machine)
