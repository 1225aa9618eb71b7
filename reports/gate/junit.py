# SPDX-License-Identifier: Apache-2.0
"""The verdict as JUnit XML: a suite per lane, a test per cell; one suite for what makes a job invalid."""

import io

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from reports.gate import wording


def render(verdict: dict) -> str:
    xml = JUnitXml("gauntlet gate")
    xml.add_testsuite(_controls(verdict))
    lanes = sorted({row["lane"] for row in verdict["cells"]})
    for lane in lanes:
        suite = TestSuite(f"gate.{lane}")
        for row in verdict["cells"]:
            if row["lane"] == lane:
                suite.add_testcase(_case(row["id"], lane, row["outcome"], wording.remark(row)))
        for row in verdict["guards"]:
            if row["lane"] == lane:
                suite.add_testcase(_case(f"geometric mean, shard {row['shard']}", lane, row["outcome"], row["reason"]))
        xml.add_testsuite(suite)
    file = io.BytesIO()
    xml.write(file, pretty=True)
    return file.getvalue().decode()


def _controls(verdict: dict) -> TestSuite:
    suite = TestSuite("gate.validity")
    for row in verdict["controls"]:
        outcome = "PASS" if row["right"] else "INVALID"
        suite.add_testcase(_case(f"{row['role']}, shard {row['shard']}", "validity", outcome, row["reason"]))
    suite.add_testcase(_case("the data are whole", "validity", "INVALID" if verdict["invalid"] else "PASS",
                             "; ".join(verdict["invalid"])))
    return suite


def _case(name: str, lane: str, outcome: str, reason: str | None) -> TestCase:
    case = TestCase(name, classname=f"gate.{lane}", time=0.0)
    message = _clean(reason or outcome)
    if outcome == "FAIL":
        case.result = [Failure(message, "regression")]
    elif outcome == "INVALID":
        case.result = [Error(message, "invalid")]
    elif outcome in ("N/A", "INCONCLUSIVE"):
        case.result = [Skipped(message, outcome.lower())]
    return case


def _clean(text: str) -> str:
    """XML 1.0 has no control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
