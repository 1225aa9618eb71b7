# SPDX-License-Identifier: Apache-2.0
"""Faults of contexts: what has to catch them."""

from fault import Fault

CONTEXT = "Context.X7_background_and_without_cancel_never_end"

CONTEXT_FAULTS = {
    "cancel_reaches_one_level": Fault("X", ("Context.X1_cancel_reaches_every_descendant_and_nobody_else",), CONTEXT),
    "cancel_goes_up": Fault("X", ("Context.X1_cancel_reaches_every_descendant_and_nobody_else",),
                            "Context.X8_after_func_of_a_canceled_context_is_called_at_once"),
    "cancel_misses_who_is_made_meanwhile": Fault(
        "X", ("Context.X1_children_made_while_the_parent_is_canceled_are_canceled_too",), CONTEXT),
    "deadline_of_the_child_wins": Fault("X", ("Context.X2_deadline_is_the_earlier_one_of_parent_and_child",), CONTEXT),
    "timeout_says_canceled": Fault("X", ("Context.X3_timeout_cancels_at_its_time_and_not_before",
                                         "Context.X7_err_says_what_came_first_and_stays"), CONTEXT),
    "cancel_leaves_the_deadline_armed": Fault("X", ("Context.X3_cancel_disarms_the_deadline",), CONTEXT),
    "value_of_the_farthest_wins": Fault(
        "X", ("Context.X4_value_is_the_nearest_one_of_its_key_on_the_way_up",), CONTEXT),
    "context_is_kept_for_ever": Fault(
        "X", ("Context.X5_parent_keeps_nothing_of_a_child_that_was_canceled_or_dropped",), CONTEXT),
    "second_cancel_panics": Fault("X", ("Context.X6_cancel_is_idempotent_also_from_many_at_once",), CONTEXT),
    "err_changes_with_time": Fault("X", ("Context.X7_err_says_what_came_first_and_stays",), CONTEXT),
    "context_func_is_called_twice": Fault("X", ("Context.X6_cancel_is_idempotent_also_from_many_at_once",
                                                "Context.X8_after_func_of_a_canceled_context_is_called_at_once"),
                                          CONTEXT),
    "context_func_runs_in_the_canceler": Fault(
        "X", ("Context.X8_after_func_is_called_once_in_a_goroutine_of_its_own",), CONTEXT),
    "context_func_stop_always_says_yes": Fault("X", ("Context.X8_after_func_that_was_stopped_is_not_called",), CONTEXT),
    "child_of_a_canceled_parent_lives": Fault(
        "X", ("Context.X9_child_of_a_canceled_parent_is_canceled_from_the_start",), CONTEXT),
}
