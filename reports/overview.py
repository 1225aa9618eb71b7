# SPDX-License-Identifier: Apache-2.0
"""The overview: is it correct, and how sure are we; the two answers beside who is fastest."""

import statistics as numbers
from dataclasses import dataclass

from reports import matrix, quantity, rules


@dataclass
class Defect:
    """A case that a lane breaks or cannot do, and why; `ending` is fails, told or n/a."""

    lane: str
    ending: str
    rules: str
    test: str
    workers: list[int]
    said: str

    @property
    def anchor(self) -> str:
        return f"{self.lane}-{self.test}"


@dataclass
class Correctness:
    """What may be said of a lane: `proved`, `unproved` (nobody tried), `defective` (its adapter
    tells what it breaks), `broken` or `absent`."""

    lane: str
    kind: str
    state: str
    said: str
    failing: list[Defect]


def defects(summary: dict) -> list[Defect]:
    found: dict[tuple[str, str], Defect] = {}
    for lane in matrix.lanes_of(summary):
        for ending, key in (("fails", "failed"), ("told", "told"), ("n/a", "unsupported")):
            for proof in lane["contract"]:
                for case in proof[key]:
                    defect = found.setdefault((lane["lane"], case["test"]), Defect(
                        lane["lane"], ending, " ".join(rules.rules_of(case["test"])), case["test"], [],
                        case["said"] or "no reason was given"))
                    defect.workers.append(proof["workers"])
    return list(found.values())


def score(told: dict | None) -> str:
    """`37 of 38 rules kept`; "" where nothing was proved. What a lane cannot do at all counts for neither."""
    if told is None:
        return ""
    return f"{told['kept']} of {quantity.count(told['kept'] + told['broken'], 'rule')} kept"


def _proof(lane: dict, conformance: dict | None) -> tuple[str, str]:
    proofs = lane["contract"]
    if conformance is None or not any(proof["tests"] for proof in proofs):
        return "unproved", "sums checked, no contract tests run"
    said = score(conformance)
    if conformance["unsupported"]:
        said += f", {conformance['unsupported']} n/a"
    at = ", ".join(str(proof["workers"]) for proof in proofs)
    said += f"; {quantity.count(max(proof['tests'] for proof in proofs), 'contract test')} at {at} workers"
    failing = {failure["test"] for proof in proofs for failure in proof["failed"]}
    if failing:
        return "broken", f"{quantity.count(len(failing), 'contract test')} failing; {said}"
    return ("defective" if conformance["broken"] else "proved"), said


def correctness(summary: dict) -> list[Correctness]:
    found = []
    broken = [one for one in defects(summary) if one.ending != "n/a"]
    for lane in matrix.lanes_of(summary):
        own = [cell for cell in summary["cells"] if cell["lane"] == lane["lane"]]
        if lane["status"] != "ok":
            found.append(Correctness(lane["lane"], lane["kind"], "absent", lane["reason"] or "n/a", []))
            continue
        state, said = _proof(lane, summary["conformance"].get(lane["lane"]))
        wrong = sum(cell["status"] == "WRONG" for cell in own)
        unfinished = sum(cell["status"] == "DNF" for cell in own)
        if wrong:
            state, said = "broken", f"{quantity.count(wrong, 'cell')} WRONG; {said}"
        if unfinished:
            said = f"{said}; {unfinished} DNF"
        failing = [one for one in broken if one.lane == lane["lane"]]
        found.append(Correctness(lane["lane"], lane["kind"], state, said, failing))
    return found


def _spread_said(timed: list[dict]) -> list[str]:
    many = [cell for cell in timed if cell["ns_per_op"]["runs"] > 1]
    if not many:
        return []
    def half(cell: dict) -> float:
        time = cell["ns_per_op"]
        return (time["high"] - time["low"]) / 2 / time["median"]
    widest = max(many, key=half)
    where = f"{widest['lane']}, {widest['workload']} {matrix.params_text(widest)}".strip()
    return [f"Half the intervals are tighter than ±{quantity.percent(numbers.median(map(half, many)))}; the "
            f"widest is ±{quantity.percent(half(widest))} ({where}, "
            f"{quantity.count(widest['workers'], 'worker')})."]


def _planned_said(planned: int | None) -> str:
    return "an unknown number of" if planned is None else f"{planned:,}"


def partial(context: dict) -> bool:
    """Whether the run was cut short: by its own word, or by fewer processes than planned."""
    planned = context["processes"]["planned"]
    return context["interrupted"] or (planned is not None and context["processes"]["done"] < planned)


def sureness(summary: dict, cautions: list[str]) -> list[str]:
    """Sentences, the most weighty first."""
    context, cells = summary["context"], summary["cells"]
    timed = [cell for cell in cells if cell["ns_per_op"]]
    said = []
    planned, done = context["processes"]["planned"], context["processes"]["done"]
    if planned is None and not context["interrupted"]:
        said.append(f"{done:,} {'process' if done == 1 else 'processes'} ran; how many were "
                    "planned is not recorded.")
    elif partial(context):
        said.append(f"Partial: {done:,} of {_planned_said(planned)} processes ran.")
    else:
        said.append(f"All {planned:,} planned processes ran, each figure from fresh ones.")
    cases = context["cases"] or {}
    if cases.get("measured") is not None and cases["measured"] < (cases.get("offered") or 0):
        said.append(f"{cases['measured']:,} of the {cases['offered']:,} cases that these lanes offer were asked for; "
                    "`./run_all.sh full` measures all.")
    if context["shortened"]:
        slow = quantity.count(context["shortened"], "slow cell")
        said.append(f"{slow} got fewer rounds than the others, for want of time.")
    if timed:
        runs = [cell["ns_per_op"]["runs"] for cell in timed]
        enough = [cell for cell in timed if cell["ns_per_op"]["confidence"] >= 0.95]
        span = f"{min(runs)}" if min(runs) == max(runs) else f"{min(runs)} to {max(runs)}"
        said.append(f"{span} {'run' if max(runs) == 1 else 'runs'} per cell; {len(enough):,} of {len(timed):,} "
                    "figures have an interval of 95 % or better.")
        said += _spread_said(timed)
        single = sum(number == 1 for number in runs)
        if single:
            said.append(f"{quantity.count(single, 'figure')} from 1 run: no interval, no claim.")
    holes = {status: sum(cell["status"] == status for cell in cells) for status in ("WRONG", "DNF", "n/a")}
    told = ", ".join(f"{number:,} {status}" for status, number in holes.items() if number)
    said.append(f"{len(timed):,} of {len(cells):,} cells are figures" + (f"; {told}." if told else "."))
    if context["left_out"]:
        said.append(f"{quantity.count(len(context['left_out']), 'file')} not named by runs.jsonl left out.")
    return said + cautions
