# SPDX-License-Identifier: Apache-2.0
"""Contract results: what the contract tests of a lane said (GoogleTest's JSON, one file per workers).

A suite is named by its feature (`Channel`), a workload says which features it needs (`channel`): a
failing suite turns the cells of the workloads that need it into WRONG.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from reports.bad_input import BadInput

_FILE_NAME = re.compile(r"^(?P<lane>.+)\.w(?P<workers>\d+)\.json$")


@dataclass(frozen=True)
class ContractResult:
    lane: str
    workers: int
    tests: int
    skipped: int
    failures: tuple[tuple[str, str], ...]  # `Suite.test` and what it said, in the order they ran.

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(test for test, _ in self.failures)

    def broken(self, needs: tuple[str, ...] | None) -> tuple[str, ...]:
        """The failing tests of the features needed; all failing tests when the needs are unknown."""
        if needs is None:
            return self.failed
        wanted = {"".join(word.capitalize() for word in need.split("_")) for need in needs}
        return tuple(test for test in self.failed if _feature(test) in wanted)


def _feature(test: str) -> str:
    # `Channel.closes`; typed and parameterised suites are `Any/Channel/0.closes/1`.
    parts = [part for part in test.split(".")[0].split("/") if not part.isdigit()]
    return parts[-1]


def _read(path: Path, lane: str, workers: int) -> ContractResult:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        suites = raw["testsuites"]
        tests = [(suite["name"], test) for suite in suites for test in suite["testsuite"]]
    except json.JSONDecodeError as error:
        raise BadInput(path, f"not JSON ({error.msg})", "run the prove step again")
    except (KeyError, TypeError):
        raise BadInput(path, "not GoogleTest's JSON", "run the prove step again")
    ran = [(suite, test) for suite, test in tests if test.get("status") != "NOTRUN"]
    return ContractResult(
        lane=lane,
        workers=workers,
        tests=len(ran),
        skipped=sum(test.get("result") == "SKIPPED" for _, test in ran),
        failures=tuple((f"{suite}.{test['name']}", str(test["failures"][0].get("failure", "")))
                       for suite, test in ran if test.get("failures")),
    )


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
