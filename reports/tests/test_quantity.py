# SPDX-License-Identifier: Apache-2.0
"""Quantities: three digits and the unit that fits, also where rounding changes the unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports import quantity


@pytest.mark.parametrize("ns, text", [
    (20.7, "20.7 ns"), (9.04, "9.04 ns"), (999.4, "999 ns"), (999.9, "1.00 µs"), (1430, "1.43 µs"),
    (46700, "46.7 µs"), (2.31e6, "2.31 ms"), (9.68e8, "968 ms"), (1.5e9, "1.50 s"), (9e12, "9,000 s"),
    (0.25, "0.25 ns"),
])
def test_durations(ns, text):
    assert quantity.duration(ns).replace("\u00a0", " ") == text


@pytest.mark.parametrize("size, text", [
    (312, "312 B"), (4216, "4,216 B"), (10240, "10.0 KiB"), (2.0**20, "1.00 MiB")])
def test_memory(size, text):
    assert quantity.memory(size).replace("\u00a0", " ") == text


@pytest.mark.parametrize("share, text", [
    (0.5, "50 %"), (0.9375, "93.8 %"), (0.04, "4 %"), (1.0, "100 %"), (1.4321, "143 %"), (15.74, "1,574 %")])
def test_percentages(share, text):
    assert quantity.percent(share).replace("\u00a0", " ") == text


@pytest.mark.parametrize("per_second, text", [(5, "5.00 /s"), (36.6e6, "36.6 M/s"), (999.9e3, "1.00 M/s"), (2e9, "2.00 G/s")])
def test_rates(per_second, text):
    assert quantity.rate(per_second).replace("\u00a0", " ") == text


def test_a_range_has_the_unit_of_its_end():
    assert quantity.duration_range(990, 1020).replace("\u00a0", " ") == "0.99–1.02 µs"


@given(some.floats(min_value=1e-6, max_value=1e15))
def test_a_figure_never_needs_an_exponent_below_the_thousandth(value):
    assert "e" not in quantity.digits(value) or value < 1e-3
