#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the contract tests on runtimes with one known fault each: every named test must fail there.

    catch_all.py <contract_known_bad>

The same executable without a fault must pass all of them. A test fails by an expectation, by a crash while it
runs, or by the watchdog's "hung". A bystander must pass: the fault is what the named test says, not chaos.
"""

import os
import subprocess
import sys

CHANNEL, GOROUTINE = "Channel.C9_negative_capacity_is_refused", "Goroutine.G2_captures_may_be_move_only"
# fault: (tests that must fail, a bystander that must pass)
KNOWN_BAD = {
    "loses_a_wake_up": (["Channel.C2_recv_waits_for_a_sender"], GOROUTINE),
    "wakes_twice": (["Channel.C2_recv_waits_for_a_sender"], CHANNEL),
    "run_returns_early": (["Goroutine.G1_run_returns_after_every_goroutine_ended"], CHANNEL),
    "go_forgets_one": (["Goroutine.G1_run_returns_after_every_goroutine_ended",
                        "Goroutine.G1_ten_thousand_run_and_are_counted"], GOROUTINE),
    "over_fills": (["Channel.C9_capacity_n_holds_n",
                    "Channel.C9_any_capacity_holds_exactly_that_many"], GOROUTINE),
    "loses_a_value": (["Channel.C8_every_value_goes_to_exactly_one_receiver"],
                      "Channel.C5_close_wakes_every_receiver"),
    "doubles_a_value": (["Channel.C8_every_value_goes_to_exactly_one_receiver"],
                        "Channel.C5_close_wakes_every_receiver"),
    "lies_about_a_value": (["Channel.C8_every_value_goes_to_exactly_one_receiver",
                            "Channel.C8_values_arrive_in_the_order_sent"],
                           "Channel.C5_close_wakes_every_receiver"),
    "reorders": (["Channel.C8_values_arrive_in_the_order_sent", "Channel.C5_close_keeps_buffered_values"],
                 "Channel.C5_close_wakes_every_receiver"),
    "drops_on_close": (["Channel.C5_close_keeps_buffered_values",
                        "Channel.C5_close_wakes_everyone_and_the_buffer_drains"],
                       "Channel.C5_close_wakes_every_receiver"),
    "close_wakes_one": (["Channel.C5_close_wakes_every_receiver"], "Channel.C5_close_keeps_buffered_values"),
    "closes_twice": (["Channel.C5_close_of_closed_panics"], "Channel.C5_close_wakes_every_receiver"),
    "wait_group_returns_early": (["WaitGroup.W1_wait_does_not_return_while_one_is_missing"],
                                 "WaitGroup.W2_negative_counter_panics"),
    "wait_group_goes_below_zero": (["WaitGroup.W2_negative_counter_panics"],
                                   "WaitGroup.W1_wait_returns_after_the_last_done"),
    "mutex_lets_two_in": (["Mutex.M1_lock_waits_while_another_holds_it"],
                          "Mutex.M6_try_lock_takes_it_only_when_free"),
    "try_lock_always_says_yes": (["Mutex.M6_try_lock_takes_it_only_when_free"],
                                 "Mutex.M1_each_of_many_waiters_gets_it"),
}


def run(executable, test, fault):
    """How the test ended: "passed", "failed", "hung", "crashed" or "absent"."""
    environment = dict(os.environ, GAUNTLET_WORKERS="2", GAUNTLET_TEST_TIMEOUT="4" if fault else "60")
    environment.pop("GAUNTLET_MUTATION", None)
    if fault:
        environment["GAUNTLET_MUTATION"] = fault
    done = subprocess.run([executable, f"--gtest_filter={test}"], env=environment, text=True,
                          errors="replace", capture_output=True, timeout=300)
    if f"hung: {test}" in done.stderr:
        return "hung"
    if f"[  FAILED  ] {test}" in done.stdout:
        return "failed"
    if done.returncode != 0 and f"[ RUN      ] {test}" in done.stdout:
        return "crashed"
    if done.returncode == 0 and ("[       OK ]" in done.stdout if test == "*" else f"[       OK ] {test}" in done.stdout):
        return "passed"
    return "absent"


def main():
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        print(f"catch_all.py: not an executable: {' '.join(sys.argv[1:]) or '(none given)'}; build contract_known_bad",
              file=sys.stderr)
        return 2
    executable = os.path.abspath(sys.argv[1])
    twin = run(executable, "*", None)
    print(f"without a fault: {twin}")
    caught = 0
    for fault, (tests, bystander) in KNOWN_BAD.items():
        endings = {test: run(executable, test, fault) for test in tests}
        beside = run(executable, bystander, fault)
        good = all(e in ("failed", "hung", "crashed") for e in endings.values()) and beside == "passed"
        caught += good
        told = "; ".join(f"{test} {ending}" for test, ending in endings.items())
        print(f"{'caught' if good else 'MISSED'}: {fault}: {told}" + ("" if good else f"; bystander {bystander} {beside}"))
    print(f"{caught} of {len(KNOWN_BAD)} known-bads caught")
    return 0 if caught == len(KNOWN_BAD) and twin == "passed" else 1


if __name__ == "__main__":
    sys.exit(main())
