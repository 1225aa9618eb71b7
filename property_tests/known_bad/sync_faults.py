# SPDX-License-Identifier: Apache-2.0
"""Faults of wait groups, mutexes, once and condition variables: what has to catch them."""

from fault import Fault

RW_MUTEX = "RWMutex.M3_unlocking_what_is_not_locked_panics"
ALONE = "RWMutex.M3_a_writer_is_alone"
ONCE = "Once.M4_each_has_its_own_turn"
COND = "Cond.M5_signal_and_broadcast_without_a_waiter_do_nothing"

SYNC_FAULTS = {
    # Wait group and mutex.
    "wait_group_returns_early": Fault("W", ("WaitGroup.W1_wait_does_not_return_while_one_is_missing",),
                                      "WaitGroup.W2_negative_counter_panics"),
    "wait_group_wakes_one": Fault("W", ("WaitGroup.W1_every_waiter_is_woken", "Litmus.W1_every_waiter_is_released"),
                                  "WaitGroup.W2_negative_counter_panics"),
    "wait_group_goes_below_zero": Fault("W", ("WaitGroup.W2_negative_counter_panics",
                                              "Litmus.W2_counter_below_zero_panics"),
                                        "WaitGroup.W1_wait_returns_after_the_last_done"),
    "wait_group_works_once": Fault("W", ("WaitGroup.W3_group_is_used_again_after_wait",),
                                   "WaitGroup.W2_negative_counter_panics"),
    "mutex_lets_two_in": Fault("M", ("Mutex.M1_lock_waits_while_another_holds_it",),
                               "Mutex.M6_try_lock_takes_it_only_when_free"),
    "unlock_of_free_is_silent": Fault("M", ("Mutex.M1_unlock_of_unlocked_panics",),
                                      "Mutex.M6_try_lock_takes_it_only_when_free"),
    "try_lock_always_says_yes": Fault("M", ("Mutex.M6_try_lock_takes_it_only_when_free",
                                            "Litmus.M6_try_lock_takes_it_only_when_free"),
                                      "Mutex.M1_each_of_many_waiters_gets_it"),
    "wait_group_ignores_who_comes_late": Fault("W", ("WaitGroup.W4_add_by_a_counted_goroutine_prolongs_the_wait",),
                                               "WaitGroup.W1_wait_returns_after_the_last_done"),
    "mutex_never_hands_over": Fault("M", ("Mutex.M2_a_waiter_loses_one_race_at_most_and_is_then_handed_the_mutex",),
                                    "Mutex.M1_lock_waits_while_another_holds_it"),
    # Read-write mutex.
    "rw_mutex_lets_one_reader_in": Fault("M", ("RWMutex.M3_readers_hold_it_at_the_same_time",), ALONE),
    "rw_mutex_does_not_wait_for_readers": Fault("M", ("RWMutex.M3_lock_waits_for_every_reader",),
                                                "RWMutex.M3_readers_hold_it_at_the_same_time"),
    "rw_mutex_prefers_readers": Fault("M", ("RWMutex.M3_reader_behind_a_waiting_writer_reads_what_it_wrote",
                                            "RWMutex.M6_try_lock_and_try_rlock_take_it_only_when_they_may"), ALONE),
    "rw_mutex_prefers_writers": Fault("M", ("RWMutex.M3_readers_are_not_starved_by_writers_that_come_again_at_once",),
                                      RW_MUTEX),
    "rw_mutex_unlock_of_free_is_silent": Fault("M", (RW_MUTEX,), "RWMutex.M3_readers_hold_it_at_the_same_time"),
    "rw_mutex_try_lock_always_says_yes": Fault(
        "M", ("RWMutex.M6_try_lock_and_try_rlock_take_it_only_when_they_may",), RW_MUTEX),
    # Once.
    "once_looks_and_then_runs": Fault(
        "M", ("Once.M4_function_is_called_once_and_every_caller_sees_what_it_did",), ONCE),
    "once_returns_while_it_runs": Fault("M", ("Once.M4_who_comes_meanwhile_waits_for_the_end_of_the_function",), ONCE),
    "once_runs_again_after_a_throw": Fault("M", ("Once.M4_function_that_throws_counts_as_done",), ONCE),
    "once_forgets_who_waits_when_it_throws": Fault(
        "M", ("Once.M4_those_who_wait_return_when_the_function_throws",), ONCE),
    # Condition variable.
    "cond_signal_wakes_all": Fault("M", ("Cond.M5_each_signal_wakes_one",), COND),
    "cond_broadcast_wakes_one": Fault(
        "M", ("Cond.M5_broadcast_wakes_all_who_wait_and_nobody_who_comes_later",), COND),
    "cond_keeps_a_signal": Fault("M", (COND,), "Cond.M5_broadcast_wakes_all_who_wait_and_nobody_who_comes_later"),
    "cond_signal_goes_to_a_newcomer": Fault(
        "M", ("Cond.M5_signal_does_not_go_to_one_who_began_to_wait_later",), COND),
    "cond_unlocks_before_it_waits": Fault("M", ("Cond.M5_bounded_queue_of_two_conds_loses_nothing",), COND),
    "cond_returns_without_the_mutex": Fault(
        "M", ("Cond.M5_wait_unlocks_the_mutex_and_holds_it_again_on_return",), "Once.M4_each_has_its_own_turn"),
}
