# SPDX-License-Identifier: Apache-2.0
"""One entry of the catalogue of faults."""

from typing import NamedTuple


class Fault(NamedTuple):
    group: str  # Of the rules that it breaks: C channels, G goroutines, S select, W wait groups, M mutexes,
    # T time, X contexts, R running and reports, P descriptors, H memory order.
    tests: tuple[str, ...]
    bystander: str
