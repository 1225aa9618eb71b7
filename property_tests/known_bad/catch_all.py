#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the contract tests on runtimes with one known fault each: every named test must fail there.

    catch_all.py <contract_known_bad>

The same executable without a fault must pass all tests that are named. A test fails by an expectation, by a crash
while it runs, or by the watchdog's "hung". A bystander must pass: the fault is what the named test says, not
chaos. Every checker against every fault: matrix.py.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from catalogue import FAULTS
from play import ending


def judge(executable, name):
    fault = FAULTS[name]
    endings = {test: ending(executable, test, name) for test in fault.tests}
    beside = ending(executable, fault.bystander, name)
    good = all(how in ("failed", "hung", "crashed") for how in endings.values()) and beside == "passed"
    told = "; ".join(f"{test} {how}" for test, how in endings.items())
    return good, (f"{'caught' if good else 'MISSED'}: {name}: {told}"
                  + ("" if good else f"; bystander {fault.bystander} {beside}"))


def main():
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        print(f"catch_all.py: not an executable: {' '.join(sys.argv[1:]) or '(none given)'}; build contract_known_bad",
              file=sys.stderr)
        return 2
    executable = os.path.abspath(sys.argv[1])
    named = sorted({test for fault in FAULTS.values() for test in (*fault.tests, fault.bystander)})
    twin = [test for test in named if ending(executable, test, None) != "passed"]
    print(f"without a fault: {f'these do not pass: {twin}' if twin else f'all {len(named)} named tests pass'}")
    with ThreadPoolExecutor(2) as pool:  # Most of the time is spent in waiting for what hangs.
        verdicts = list(pool.map(lambda name: judge(executable, name), FAULTS))
    for _, told in verdicts:
        print(told)
    caught = sum(good for good, _ in verdicts)
    print(f"mutation score: {caught} of {len(FAULTS)} faults caught ({100 * caught // len(FAULTS)} %)")
    return 0 if caught == len(FAULTS) and not twin else 1


if __name__ == "__main__":
    sys.exit(main())
