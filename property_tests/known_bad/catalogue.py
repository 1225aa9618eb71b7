# SPDX-License-Identifier: Apache-2.0
"""The catalogue of faults: rule group, tests that must fail, a bystander that must pass.

The faults live in the headers beside this file (runtime.hpp, channel.hpp...); one executable holds
them all, GAUNTLET_MUTATION picks one. The explored ones live in their own tests, which search schedules.
"""

from context_faults import CONTEXT_FAULTS
from descriptor_faults import DESCRIPTOR_FAULTS
from fault import Fault
from sync_faults import SYNC_FAULTS
from time_faults import TIME_FAULTS

CHANNEL, GOROUTINE = "Channel.C9_negative_capacity_is_refused", "Goroutine.G2_captures_may_be_move_only"
WAKES = "Channel.C5_close_wakes_every_receiver"
KEEPS = "Channel.C5_close_keeps_buffered_values"

FAULTS = {
    # The runtime.
    "loses_a_wake_up": Fault("G", ("Channel.C2_recv_waits_for_a_sender",), GOROUTINE),
    "wakes_twice": Fault("G", ("Channel.C2_recv_waits_for_a_sender",), CHANNEL),
    "run_returns_early": Fault("G", ("Goroutine.G1_run_returns_after_every_goroutine_ended",), CHANNEL),
    "go_forgets_one": Fault("G", ("Goroutine.G1_run_returns_after_every_goroutine_ended",
                                  "Goroutine.G1_ten_thousand_run_and_are_counted"), GOROUTINE),
    "go_waits": Fault("G", ("Goroutine.G2_go_never_waits_for_the_new_goroutine",
                            "Litmus.C2_recv_on_empty_waits_until_a_sender_comes"), CHANNEL),
    "closure_outlives_run": Fault("G", ("Goroutine.G1_run_destroys_every_closure_before_it_returns",), CHANNEL),
    "yield_forgets_the_goroutine": Fault("R", ("Goroutine.G1_run_returns_after_every_goroutine_ended",
                                               "Goroutine.R6_a_ping_pong_pair_does_not_starve_a_third"), CHANNEL),
    # The channel.
    "over_fills": Fault("C", ("Channel.C9_capacity_n_holds_n", "Litmus.C9_capacity_7_holds_7",
                              "Channel.C9_any_capacity_holds_exactly_that_many",
                              "History.C1_C2_a_buffered_channel_is_linearizable"), GOROUTINE),
    "checks_then_pushes": Fault("C", ("Museum.C9_senders_at_once_do_not_exceed_the_capacity",), GOROUTINE),
    "takes_any_capacity": Fault("C", ("Channel.C9_negative_capacity_is_refused",
                                      "Channel.C9_absurd_capacity_is_refused"), GOROUTINE),
    "loses_a_value": Fault("C", ("Channel.C8_every_value_goes_to_exactly_one_receiver",
                                 "History.C8_long_runs_are_linearizable"), WAKES),
    "doubles_a_value": Fault("C", ("Channel.C8_every_value_goes_to_exactly_one_receiver",
                                   "History.C8_long_runs_are_linearizable"), WAKES),
    "lies_about_a_value": Fault("C", ("Channel.C8_every_value_goes_to_exactly_one_receiver",
                                      "Channel.C8_values_arrive_in_the_order_sent"), WAKES),
    "overwrites_the_slot": Fault("C", ("Museum.C8_two_senders_never_use_one_hand_off_slot",), WAKES),
    "reorders": Fault("C", ("Channel.C8_values_arrive_in_the_order_sent", KEEPS,
                            "Litmus.C5_close_keeps_values",
                            "History.C1_C2_a_buffered_channel_is_linearizable"), WAKES),
    "tries_without_waking": Fault("C", ("Museum.C3_a_value_that_is_tried_wakes_the_receiver_that_waits",), WAKES),
    "try_recv_hides_the_close": Fault("C", ("Channel.C4_try_recv_on_closed_drains_and_then_says_closed",
                                            "Litmus.C4_try_recv_on_closed_drains_and_then_says_closed"), WAKES),
    "drops_on_close": Fault("C", (KEEPS, "Channel.C5_close_wakes_everyone_and_the_buffer_drains",
                                  "Museum.C5_close_keeps_what_is_buffered",
                                  "History.C5_close_races_of_a_buffered_channel_are_linearizable"), WAKES),
    # These two break no law: every value arrives, once and in order. Only an order of all answers tells.
    "try_recv_misses_a_value": Fault(
        "C", ("History.C3_C4_C6_tries_and_lengths_of_a_buffered_channel_are_linearizable",), WAKES),
    "send_returns_early": Fault(
        "C", ("History.C3_C4_C6_tries_and_lengths_of_a_buffered_channel_are_linearizable",), WAKES),
    "send_sleeps_on": Fault("C", ("Museum.C1_a_send_returns_when_its_value_is_taken",), WAKES),
    "close_wakes_one": Fault("C", (WAKES,), KEEPS),
    "close_pretends_to_send": Fault("C", ("Channel.C5_close_makes_blocked_senders_panic",
                                          "Litmus.C5_close_makes_waiting_senders_panic"), KEEPS),
    "closed_is_waited_for": Fault("C", ("Channel.C5_receive_after_close_never_waits",), WAKES),
    "closes_twice": Fault("C", ("Channel.C5_close_of_closed_panics", "Litmus.C5_close_of_closed_panics"), WAKES),
    "len_counts_who_waits": Fault("C", ("Channel.C6_len_does_not_count_senders_that_wait",
                                        "Litmus.C6_len_does_not_count_who_waits"), WAKES),
    "delivers_a_refused_value": Fault("C", ("Museum.C12_nothing_is_received_of_a_sender_that_is_gone",), KEEPS),
    "refuses_a_delivered_value": Fault("C", ("Museum.C12_a_value_that_was_received_was_sent",), KEEPS),
    "yields_under_the_lock": Fault("C", ("Litmus.C8_waiting_senders_are_served_in_their_order",
                                         "Channel.C8_blocked_senders_are_served_in_their_order"), KEEPS),
    # The select.
    "select_leaves_a_waiter": Fault("S", ("Select.S1_losers_leave_no_trace",
                                          "Museum.S1_a_select_that_lost_leaves_no_waiter_behind"), KEEPS),
    "select_prefers_the_first": Fault("S", ("Select.S2_the_choice_among_the_ready_is_uniform",), KEEPS),
    "select_leaves_too_soon": Fault("S", ("Select.S3_the_default_is_not_chosen_when_something_is_ready",
                                          "Litmus.S3_no_default_when_one_is_ready"), KEEPS),
    "select_asks_one_by_one": Fault("S", ("Museum.S5_a_select_judges_all_of_its_channels_at_one_instant",), KEEPS),
    "select_sends_to_a_closed_channel": Fault("S", ("Select.S8_a_send_case_on_a_closed_channel_panics",
                                                    "Litmus.S8_a_send_to_a_closed_channel_panics"), KEEPS),
    "select_sleeps_through_a_close": Fault("S", ("Museum.S8_a_select_that_waits_hears_of_a_close",
                                                 "Select.S8_close_wakes_a_select_that_waits_to_receive"), KEEPS),
    "timeout_takes_what_a_wake_brought": Fault("S", ("Museum.S9_a_timeout_that_races_with_a_value_loses_nothing",),
                                               KEEPS),
    **SYNC_FAULTS,
    **TIME_FAULTS,
    **CONTEXT_FAULTS,
    **DESCRIPTOR_FAULTS,
}

# Checkers are filters of the two executables; which tests are properties is told by their names.
PROPERTIES = ("Channel.C8_nothing_is_lost_doubled_or_invented", "Channel.C8_each_consumer_sees_each_producer_in_order",
              "Channel.C8_a_single_consumer_misses_nothing_of_any_producer",
              "Channel.C9_any_capacity_holds_exactly_that_many",
              "Channel.C5_close_wakes_everyone_and_the_buffer_drains", "Channel.C9_nothing_is_alive_at_the_end",
              "Channel.C3_C4_C6_try_calls_answer_as_a_bounded_queue",
              "Select.S1_S8_over_any_mix_nothing_is_lost_doubled_or_invented",
              "Select.C8_each_receiver_sees_each_senders_values_of_one_channel_in_order",
              "Select.S3_S5_S8_the_choice_is_one_that_is_ready_and_the_default_only_if_none_is",
              "Timer.T4_agrees_with_a_model_of_one_deadline")
CHECKERS = {
    "contract": "*-Litmus.*:Museum.*:History.*:" + ":".join(PROPERTIES),
    "properties": ":".join(PROPERTIES),
    "litmus": "Litmus.*",
    "museum": "Museum.*",
    "histories": "History.*",
}
REPORT_CHECKERS = {"reports": "*"}

# Faults of the goroutine reports: recorded.hpp, in an executable of its own.
REPORT_FAULTS = {
    "census_forgets_one": Fault("R", ("Leak.R3_goroutines_left_behind_are_reported_with_state_reason_and_site",),
                                "Leak.R3_no_report_while_somebody_who_is_left_can_still_act"),
    "detector_cries_wolf": Fault("R", ("Deadlock.R4_is_not_seen_while_one_that_was_woken_has_yet_to_act",),
                                 "Uncaught.R1_exception_of_the_root_names_the_root"),
    "detector_sleeps": Fault("R", ("Deadlock.R4_says_that_there_is_no_cycle_where_there_is_none",
                                   "Leak.R3_goroutines_left_behind_are_reported_with_state_reason_and_site"),
                             "Deadlock.R4_is_never_seen_where_everyone_is_woken_in_the_end"),
    "exception_is_swallowed": Fault(
        "R", ("Uncaught.R1_exception_ends_the_program_and_names_goroutine_site_and_message",),
        "Uncaught.R1_exception_of_the_root_names_the_root"),
    "site_is_not_told": Fault("R", ("Leak.R3_goroutines_left_behind_are_reported_with_state_reason_and_site",),
                              "Deadlock.R4_shows_the_cycle_of_two_mutexes"),
    "closure_is_not_told": Fault("R", ("Leaked.R5_sender_whose_receiver_gave_up_is_found_while_others_run",
                                       "Leaked.R5_a_ring_that_waits_for_itself_is_found_whole"),
                                 "Leaked.R5_nobody_is_found_while_the_other_end_is_held"),
    "closure_is_everything": Fault("R", ("Leaked.R5_nobody_is_found_while_the_other_end_is_held",),
                                   "Leaked.R5_sender_whose_receiver_gave_up_is_found_while_others_run"),
    "overflow_is_not_told": Fault("R", ("StackOverflow.R2_is_told_with_goroutine_and_spawn_site",),
                                  "StackOverflow.R2_an_ordinary_fault_is_not_taken_for_one"),
}
