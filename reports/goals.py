# SPDX-License-Identifier: Apache-2.0
"""What a lane wants to reach (`impls/<lane>/goals.toml`) beside what it reached, what the other lanes did in the same run, and
what was tried where it is missed (misses.py)."""

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

from reports import matrix, misses, quantity
from reports import params as params_of
from reports.bad_input import BadInput
from reports.misses import Miss, Tried
from reports.misses import time_of as _time

_IMPLS = Path(__file__).parents[1] / "impls"
WORKERS = (1, 2)
_FIGURES = {"ns_per_op": "", "cpu_ns_per_op": "CPU time", "bytes_per_goroutine": "bytes each", "speed_up": "speed-up by the second worker"}
_PEERS = ("go", "stackful", "best")


@dataclass(frozen=True)
class Row:
    """Texts of one goal; a pair of texts is for one and two workers."""

    workload: str
    params: str
    figure: str  # What is counted; "" is time per operation.
    goal: str
    reached: str
    verdict: str  # met | missed | 1 worker met | 2 workers met | not measured
    reference: str  # The reference lanes in this run.
    others: str  # The best other lane in this run, at each number of workers.
    peers: dict[str, str]  # What others reach, measured elsewhere; "" where it is not known.

    @property
    def case(self) -> tuple[str, str]:
        return self.workload, self.params

    @property
    def missed(self) -> bool:
        """At one number of workers at least."""
        return self.verdict not in ("met", "not measured")


@dataclass(frozen=True)
class Goals:
    lane: str
    rows: list[Row]
    faster: list[Miss]  # Cells in which another lane is faster than this one.
    hurt: list[Miss]  # Cells that more workers slow down by more than they may.
    geometric: list[str]  # Against each reference lane.
    tried: list[Tried]  # Of what is missed, in the rows or beside them.
    untold: list[str]  # Missed cases of which no record says what was tried.

    @property
    def met(self) -> int:
        return sum(row.verdict == "met" for row in self.rows)

    @property
    def measured(self) -> list[Row]:
        return [row for row in self.rows if row.verdict != "not measured"]

    @property
    def unmeasured(self) -> list[str]:
        """Workloads of which no goal was measured."""
        measured = {row.workload for row in self.measured}
        return list(dict.fromkeys(row.workload for row in self.rows if row.workload not in measured))


def read(lane: str) -> tuple[list[dict], list[dict]]:
    """The goals, and what was tried; empty when the lane has set itself none."""
    path = _IMPLS / lane / "goals.toml"
    if not path.is_file():
        return [], []
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return found["goal"], found.get("tried", [])
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise BadInput(path, f"no list of goals ({error})", "see impls/work_stealing/goals.toml")


def of(summary: dict) -> list[Goals]:
    """Of the lanes that have goals and were measured at one of them at least."""
    lanes = [(lane["lane"], *read(lane["lane"])) for lane in matrix.lanes_of(summary)]
    found = [_of_lane(summary, lane, goals, tried) for lane, goals, tried in lanes if goals]
    return [each for each in found if each.measured]


def _of_lane(summary: dict, lane: str, goals: list[dict], tried: list[dict]) -> Goals:
    found = {(c["lane"], *matrix.case_key(c), c["workers"]): c for c in summary["cells"]}
    kinds = {each["lane"]: each["kind"] for each in matrix.lanes_of(summary)}
    rows = [_row(goal, lane, found, kinds) for goal in goals]
    faster, hurt = misses.faster(summary, lane), misses.hurt(summary, lane)
    missed = [row.case for row in rows if row.missed] + [miss.case for miss in faster + hurt]
    return Goals(lane, rows, faster, hurt, _geometric(lane, found, kinds), misses.tried(tried, missed), misses.untold(tried, missed))


def _row(goal: dict, lane: str, found: dict, kinds: dict[str, str]) -> Row:
    figure = goal.get("figure", "ns_per_op")
    case = (goal["workload"], params_of.text(params_of.from_mapping(goal["params"])))
    workers = (2,) if figure == "speed_up" else WORKERS

    def value(of: str, number: int) -> float | None:
        if figure == "speed_up":
            one, more = _time(found.get((of, *case, 1))), _time(found.get((of, *case, number)))
            return one / more if one and more else None
        cell = found.get((of, *case, number))
        if figure == "ns_per_op":
            return _time(cell)
        return cell[figure] if cell and cell["status"] == "ok" else None

    own = [value(lane, number) for number in workers]
    wanted = dict(zip(WORKERS, goal["goal"]))
    met = [_meets(mine, wanted[number], figure) for mine, number in zip(own, workers)]
    others = [_best([(value(other, number), other) for other in kinds if other != lane and kinds[other] != "reference"],
                    figure) for number in workers]
    references = [f"{other} {_pair([value(other, number) for number in workers], figure)}" for other in kinds
                  if kinds[other] == "reference" and any(value(other, number) is not None for number in workers)]
    peers = {name: goal.get(name, "") for name in _PEERS}
    return Row(*case, _FIGURES[figure], _pair([wanted[number] for number in workers], figure),
               _pair(own, figure), _verdict(met, workers), ", ".join(references) or "–",
               " / ".join(f"{name} {_text(number, figure)}" if name else "–" for number, name in others), peers if any(peers.values()) else {})


def _meets(mine: float | None, wanted: float, figure: str) -> bool | None:
    if mine is None:
        return None
    return mine >= wanted if figure == "speed_up" else mine <= wanted


def _verdict(met: list[bool | None], workers: tuple[int, ...]) -> str:
    if all(each is None for each in met):
        return "not measured"
    if all(met):
        return "met"
    reached = [quantity.count(number, "worker") for each, number in zip(met, workers) if each]
    return f"{reached[0]} met" if reached else "missed"


def _best(candidates: list[tuple[float | None, str]], figure: str) -> tuple[float | None, str | None]:
    measured = [(number, name) for number, name in candidates if number is not None]
    pick = max if figure == "speed_up" else min
    return pick(measured, default=(None, None))


def _text(number: float | None, figure: str) -> str:
    if number is None:
        return "–"
    if figure == "speed_up":
        return quantity.times(number)
    return quantity.memory(number) if figure == "bytes_per_goroutine" else quantity.duration(number)


def _pair(numbers: list[float | None], figure: str) -> str:
    return " / ".join(_text(number, figure) for number in numbers)


def _geometric(lane: str, found: dict, kinds: dict[str, str]) -> list[str]:
    told = []
    for other in (name for name, kind in kinds.items() if kind == "reference"):
        for workers in WORKERS:
            pairs = [(mine, theirs) for (of, *case, number), cell in found.items() if of == lane and number == workers
                     and (mine := _time(cell)) and (theirs := _time(found.get((other, *case, number))))]
            if pairs:
                mean = math.exp(sum(math.log(theirs / mine) for mine, theirs in pairs) / len(pairs))
                told.append(f"{quantity.times(mean)} as fast as {other} at {quantity.count(workers, 'worker')} "
                            f"(geometric mean of {quantity.count(len(pairs), 'case')})")
    return told
