#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the contract tests on runtimes with one known fault each: every named test must fail there.

    catch_all.py <contract_known_bad> <contract_known_bad_reports>

A test that passes is asked again, up to TRIES times.
The same executables without a fault must pass all tests that are named. A test fails by an expectation, by a crash
while it runs, or by the watchdog's "hung". A bystander must pass: the fault is what the named test says, not
chaos. Every checker against every fault: matrix.py.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from catalogue import FAULTS, REPORT_FAULTS
from play import PATIENCE, ending, long_enough


TRIES = 20  # Some faults show under some schedules only, and one process sees few of them.


def worst_ending(executable, test, name, patience):
    for _ in range(TRIES):
        how = ending(executable, test, name, patience)
        if how != "passed":
            break
    return how


def judge(executable, fault, name, seconds):
    endings = {test: worst_ending(executable, test, name, long_enough(seconds[test])) for test in fault.tests}
    beside = ending(executable, fault.bystander, name, PATIENCE)
    good = all(how in ("failed", "hung", "crashed") for how in endings.values()) and beside == "passed"
    told = "; ".join(f"{test} {how}" for test, how in endings.items())
    return good, (f"{'caught' if good else 'MISSED'}: {name}: {told}"
                  + ("" if good else f"; bystander {fault.bystander} {beside}"))


def seconds_of(executable, test):
    """How long it takes without a fault; None when it does not pass."""
    begin = time.monotonic()
    return time.monotonic() - begin if ending(executable, test, None) == "passed" else None


def catch(executable, faults):
    """How many are caught, and which of the named tests do not pass without a fault."""
    named = sorted({test for fault in faults.values() for test in (*fault.tests, fault.bystander)})
    with ThreadPoolExecutor(2) as pool:
        seconds = dict(zip(named, pool.map(lambda test: seconds_of(executable, test), named)))
    twin = [test for test in named if seconds[test] is None]
    print(f"{os.path.basename(executable)} without a fault: "
          + (f"these do not pass: {twin}" if twin else f"all {len(named)} named tests pass"))
    if twin:
        return 0, twin
    with ThreadPoolExecutor(10) as pool:  # Nearly all of the time is spent in waiting for what hangs.
        verdicts = list(pool.map(lambda name: judge(executable, faults[name], name, seconds), faults))
    for _, told in verdicts:
        print(told)
    return sum(good for good, _ in verdicts), twin


def main():
    if len(sys.argv) != 3 or not all(os.access(path, os.X_OK) for path in sys.argv[1:]):
        print(f"catch_all.py: not two executables: {' '.join(sys.argv[1:]) or '(none given)'}; build contract_known_bad "
              "and contract_known_bad_reports", file=sys.stderr)
        return 2
    bare, bare_twin = catch(os.path.abspath(sys.argv[1]), FAULTS)
    reports, reports_twin = catch(os.path.abspath(sys.argv[2]), REPORT_FAULTS)
    caught, wanted = bare + reports, len(FAULTS) + len(REPORT_FAULTS)
    print(f"mutation score: {caught} of {wanted} faults caught ({100 * caught // wanted} %)")
    return 0 if caught == wanted and not bare_twin and not reports_twin else 1


if __name__ == "__main__":
    sys.exit(main())
