# SPDX-License-Identifier: Apache-2.0
"""Faults of descriptors: what has to catch them."""

from fault import Fault

EACH = "Descriptor.P1_each_byte_goes_to_one_of_many_readers"
REFUSED = "Descriptor.P1_a_regular_file_is_refused"

DESCRIPTOR_FAULTS = {
    "descriptor_tries_before_it_locks": Fault("P", ("Descriptor.P1_a_server_answers_many_clients_at_once",), REFUSED),
    "descriptor_serves_one_at_a_time": Fault("P", ("Descriptor.P1_many_bytes_at_once_serve_many_readers",), REFUSED),
    "descriptor_close_wakes_one": Fault("P", ("Descriptor.P3_close_ends_the_wait_of_everyone",), REFUSED),
    "descriptor_is_used_after_close": Fault("P", ("Descriptor.P3_close_ends_the_wait_of_everyone",), EACH),
    "descriptor_forgets_the_rest_of_a_write": Fault(
        "P", ("Descriptor.P2_a_write_that_does_not_fit_waits_for_its_reader",), EACH),
}
