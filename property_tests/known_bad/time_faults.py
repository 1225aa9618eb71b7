# SPDX-License-Identifier: Apache-2.0
"""Faults of sleep, timers and tickers: what has to catch them."""

from fault import Fault

TIMER = "Timer.T2_timer_of_no_time_is_due_at_once"

TIME_FAULTS = {
    "sleep_is_too_short": Fault("T", ("Timer.T1_sleep_lasts_its_time_at_least",
                                      "Timer.T1_nobody_wakes_before_its_time_and_everybody_at_it"), TIMER),
    "sleep_counts_in_32_bits": Fault("T", ("Timer.T1_the_longest_sleep_does_not_overflow",), TIMER),
    "sleep_does_not_ring_for_an_earlier_time": Fault("T", ("Timer.T1_the_only_goroutine_is_woken_by_time_alone",),
                                                     "Timer.T1_sleep_of_no_time_returns_at_once"),
    "forgets_the_last_of_many_sleepers": Fault("T", ("Timer.T5_many_sleepers_at_once_all_wake",), TIMER),
    "timer_comes_early": Fault("T", ("Timer.T2_after_sends_the_time_once",), TIMER),
    "timer_comes_twice": Fault("T", ("Timer.T2_after_sends_the_time_once",), TIMER),
    "loses_a_timer_of_many": Fault("T", ("Timer.T5_hundred_thousand_timers_at_once_come_or_are_stopped",), TIMER),
    "after_func_runs_on_the_timers_thread": Fault(
        "T", ("Timer.T2_after_func_calls_in_a_goroutine_of_its_own",), TIMER),
    "ticker_bursts": Fault("T", ("Timer.T3_ticker_drops_ticks_and_never_bursts",), TIMER),
    "ticker_drifts": Fault("T", ("Timer.T3_ticker_drops_ticks_and_never_bursts",), TIMER),
    "ticker_never_stops": Fault("T", ("Timer.T3_ticker_that_was_stopped_ticks_no_more",), TIMER),
    "comes_although_it_was_stopped": Fault("T", ("Timer.T4_stopped_timer_never_comes",
                                                 "Timer.T4_reset_that_races_with_the_time_sends_once"), TIMER),
    "stop_leaves_the_stale_value": Fault("T", ("Timer.T4_stop_takes_back_what_was_not_received",
                                               "Timer.T4_reset_leaves_no_stale_value",
                                               "Timer.T4_agrees_with_a_model_of_one_deadline"), TIMER),
    "stop_always_says_yes": Fault("T", ("Timer.T4_stopped_timer_never_comes",), TIMER),
}
