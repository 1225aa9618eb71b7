# SPDX-License-Identifier: Apache-2.0
"""The conformance score: how many of the numbered rules a lane keeps, out of its contract results.

A rule is *broken* when one of its cases fails at some number of workers, or when the lane's adapter tells it
as a defect; *unsupported* when the lane can do none of its cases; else *kept*. A lane that nobody tried has
no score, which is not the same as a bad one.
"""

from collections import defaultdict

from reports import rules
from reports.contract import ContractResult


def _score(results: list[ContractResult]) -> dict:
    cases: dict[str, set[str]] = defaultdict(set)  # By rule: what happened to its cases, in any process.
    failing = set()
    for result in results:
        for test, ending in result.endings.items():
            for rule in rules.rules_of(test):
                cases[rule].add(ending)
                if ending == "broken":
                    failing.add((rule, test))
    broken = {rule for rule, endings in cases.items() if "broken" in endings}
    unsupported = {rule for rule, endings in cases.items() if endings == {"unsupported"}}
    return {
        "kept": len(cases) - len(broken) - len(unsupported),
        "broken": len(broken),
        "unsupported": len(unsupported),
        "failing": [list(pair) for pair in sorted(failing, key=lambda pair: (rules.in_order(pair[0]), pair[1]))],
    }


def conformance(contract: dict[tuple[str, int], ContractResult]) -> dict[str, dict]:
    """Scores by lane, of every lane that has contract results."""
    by_lane: dict[str, list[ContractResult]] = defaultdict(list)
    for (lane, _), result in sorted(contract.items()):
        by_lane[lane].append(result)
    return {lane: _score(results) for lane, results in by_lane.items()}
