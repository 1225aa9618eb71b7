#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole matrix, fault x checker: which checker catches what; as JSON and as Markdown.

    matrix.py BUILD [--out DIR] [--faults a,b]

BUILD is a build folder, e.g. build/release, with everything in it built. Every checker runs all of its tests
under every fault until one does not pass; that takes some minutes on two cores that have nothing else to do. Faults of goroutine reports
are in an executable of their own, with a checker of their own. The mutants of the explored algorithms are tests
(`...mutant_..._is_caught`) and a checker of their own, too. Exit code 1 when a fault is caught by nobody, or a
checker complains although there is no fault.
"""

import argparse
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalogue import CHECKERS, FAULTS, REPORT_CHECKERS, REPORT_FAULTS
from play import alone, first_catch

EXPLORERS = ("property_tests/harness/unit_hand_over", "property_tests/harness/unit_select",
             "property_tests/explore/explore_idle", "property_tests/explore/explore_retreat",
             "property_tests/explore/explore_run_queue")  # All that have mutants.


def explored(build):
    """(mutant, caught) of every mutant that an explorer must find."""
    found = []
    for name in EXPLORERS:
        done = subprocess.run([build / name, "--gtest_filter=*mutant*"], capture_output=True, text=True, timeout=900)
        for ending, test in re.findall(r"\[ +(OK|FAILED) +\] (\w+\.\w+) \(", done.stdout):
            found.append((test, ending == "OK"))
    return found


def markdown(rows, score):
    columns = [*CHECKERS, *REPORT_CHECKERS, "explorer"]
    lines = [f"Mutation score: {score}.", "", f"| fault | rules | {' | '.join(columns)} |", "|---" * (len(columns) + 2) + "|"]
    for row in rows:
        cells = [row["caught_by"].get(name) for name in columns]
        told = [f"{cell['ending']}: `{cell['test']}`" if cell else "" for cell in cells]
        lines.append(f"| `{row['fault']}` | {row['group']} | {' | '.join(told)} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, metavar="BUILD")
    parser.add_argument("--out", type=Path, default=Path("."), metavar="DIR")
    parser.add_argument("--faults", metavar="a,b", help="only these of the catalogue")
    told = parser.parse_args()
    everything = [(told.build.resolve() / "property_tests/known_bad" / name, faults, checkers)
                  for name, faults, checkers in (("contract_known_bad", FAULTS, CHECKERS),
                                                 ("contract_known_bad_reports", REPORT_FAULTS, REPORT_CHECKERS))]
    chosen = told.faults.split(",") if told.faults else [*FAULTS, *REPORT_FAULTS]
    for what, wrong in (("executable", next((path for path, _, _ in everything if not path.is_file()), None)),
                        ("folder", not told.out.is_dir() and told.out),
                        ("fault", next((name for name in chosen if name not in {**FAULTS, **REPORT_FAULTS}), None))):
        if wrong:
            print(f"matrix.py: no such {what}: {wrong}; build it, make it, or look into catalogue.py", file=sys.stderr)
            return 2
    checks = [(executable, name, checkers[name]) for executable, _, checkers in everything for name in checkers]
    with ThreadPoolExecutor(2) as pool:
        right = dict(zip((name for _, name, _ in checks), pool.map(lambda one: alone(one[0], one[2]), checks)))
    complaints = {name: catch for name, (catch, _) in right.items() if catch}
    tasks = [(fault, name, executable, checkers[name]) for executable, faults, checkers in everything
             for fault in faults if fault in chosen for name in checkers]
    with ThreadPoolExecutor(8) as pool:  # Nearly all of the time is spent in waiting for what hangs.
        catches = dict(zip(((fault, name) for fault, name, _, _ in tasks), pool.map(
            lambda task: first_catch(task[2], task[3], task[0], right[task[1]][1]), tasks)))
    rows = [{"fault": fault, "group": {**FAULTS, **REPORT_FAULTS}[fault].group, "caught_by": {
        name: {"test": catch[0], "ending": catch[1]} for (of, name), catch in catches.items() if of == fault and catch}}
        for fault in chosen]
    for test, caught in explored(told.build) if not told.faults else ():
        rows.append({"fault": test.replace(".mutant_", ": ").removesuffix("_is_caught"), "group": "H",
                     "caught_by": {"explorer": {"test": test, "ending": "failed"}} if caught else {}})
    caught = sum(bool(row["caught_by"]) for row in rows)
    score = f"{caught} of {len(rows)} faults caught ({100 * caught // len(rows)} %)"
    (told.out / "mutants.json").write_text(json.dumps(
        {"caught": caught, "faults": len(rows), "complaints_without_a_fault": complaints, "matrix": rows}, indent=1) + "\n")
    (told.out / "mutants.md").write_text(markdown(rows, score))
    for row in rows:
        print(f"{'caught' if row['caught_by'] else 'MISSED'}: {row['fault']}: {', '.join(row['caught_by']) or 'nobody'}")
    print(f"without a fault: {complaints or 'no checker complains'}")
    print(f"mutation score: {score}")
    return 0 if caught == len(rows) and not complaints else 1


if __name__ == "__main__":
    sys.exit(main())
