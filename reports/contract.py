# SPDX-License-Identifier: Apache-2.0
"""Contract results: what the contract tests of a lane said (GoogleTest's JSON, one file per workers).

A test passes, fails, is told by the lane's adapter as a defect (property `broken`), or cannot be done by the
lane (property `unsupported`). Which workloads a broken test concerns: reports/rules.py.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reports import rules
from reports.bad_input import BadInput

_FILE_NAME = re.compile(r"^(?P<lane>.+)\.w(?P<workers>\d+)\.json$")


@dataclass(frozen=True)
class ContractResult:
    lane: str
    workers: int
    passed: tuple[str, ...]  # `Suite.test`, in the order they ran, here and below.
    failures: tuple[tuple[str, str], ...]  # With what it said.
    told: tuple[tuple[str, str], ...]  # Defects, with the adapter's reason.
    unsupported: tuple[tuple[str, str], ...]  # With the reason, where one was given.

    @property
    def tests(self) -> int:
        return len(self.endings)

    @cached_property
    def endings(self) -> dict[str, str]:
        """passed | broken | unsupported, by test."""
        return (dict.fromkeys(self.passed, "passed")
                | {test: "broken" for test, _ in self.failures + self.told}
                | {test: "unsupported" for test, _ in self.unsupported})

    def broken(self, needs: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
        """The broken tests that a workload with these needs relies on, with the reason of told ones."""
        found = [(test, "") for test, _ in self.failures] + list(self.told)
        return tuple((test, reason) for test, reason in found if rules.relies_on(needs, test))


def _read(path: Path, lane: str, workers: int) -> ContractResult:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        tests = [(f"{suite['name']}.{test['name']}", test)
                 for suite in raw["testsuites"] for test in suite["testsuite"]]
    except json.JSONDecodeError as error:
        raise BadInput(path, f"not JSON ({error.msg})", "run the prove step again")
    except (KeyError, TypeError):
        raise BadInput(path, "not GoogleTest's JSON", "run the prove step again")
    passed, failures, told, unsupported = [], [], [], []
    for name, test in tests:
        if test.get("status") == "NOTRUN":
            continue
        if test.get("failures"):
            failures.append((name, str(test["failures"][0].get("failure", ""))))
        elif test.get("broken"):
            told.append((name, str(test["broken"])))
        elif test.get("result") == "SKIPPED":
            unsupported.append((name, str(test.get("unsupported", ""))))
        else:
            passed.append(name)
    return ContractResult(lane, workers, tuple(passed), tuple(failures), tuple(told), tuple(unsupported))


def read_all(folder: Path) -> dict[tuple[str, int], ContractResult]:
    """Contract results by (lane, workers); empty when nothing was proved."""
    results = {}
    for path in sorted(folder.glob("*.json")):
        match = _FILE_NAME.match(path.name)
        if match is None:
            raise BadInput(path, "not named <lane>.w<workers>.json", "remove it from the folder")
        key = (match["lane"], int(match["workers"]))
        results[key] = _read(path, *key)
    return results
