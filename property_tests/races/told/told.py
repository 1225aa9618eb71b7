#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A user's race is told by both accesses, both goroutines and the places where they were started.

Run as `told.py EXECUTABLE SOURCE CASE`. SOURCE marks the lines: "access: CASE", "spawn: CASE".
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from harness.race.detector import run_program
from harness.race.told import tell

ACCESS = re.compile(r"(?:read|write) of \d+ bytes in (goroutine \d+) at (.+):(\d+)")
BIRTH = re.compile(r"(goroutine \d+) was started at (.+):(\d+)")


def marked(source: Path, word: str) -> set[int]:
    return {number for number, line in enumerate(source.read_text().splitlines(), 1) if line.endswith(word)}


def complaints(told: list[str], source: Path, case: str):
    if len(told) != 4:
        yield "not four lines"
        return
    goroutines = []
    for pattern, lines, mark in ((ACCESS, told[:2], "access"), (BIRTH, told[2:], "spawn")):
        found = [pattern.fullmatch(line) for line in lines]
        if not all(found):
            yield f"a line of {mark} is not as expected"
            return
        goroutines.append({match[1] for match in found})
        if {Path(match[2]).name for match in found} != {source.name}:
            yield f"not the user's file at {mark}"
        wanted = marked(source, f"// {mark}: {case}")
        if {int(match[3]) for match in found} != wanted:
            yield f"{mark} must be at lines {sorted(wanted)}"
    if goroutines[0] != goroutines[1] or len(goroutines[0]) != 2:
        yield "not the same two goroutines"


def main(executable: str, source: Path, case: str) -> int:
    verdict = run_program([executable, case])
    if verdict.word != "found":
        print(f"{verdict.word}: {verdict.text}")
        return 1
    told = tell(verdict.text)
    wrong = list(complaints(told, source, case))
    print("\n".join(told + wrong + ([verdict.text] if wrong else [])))
    return 1 if wrong else 0


sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
