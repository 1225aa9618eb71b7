# SPDX-License-Identifier: Apache-2.0
"""Params: the same from an object, from a context and from a benchmark's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports import params


def test_three_written_forms_are_one():
    told = (("pool", 3), ("work_ns", 500))
    assert params.parse({"work_ns": 500, "pool": "3"}) == told
    assert params.parse("work_ns=500,pool=3") == told
    assert params.from_benchmark_name("worker_pool/pool:3/work_ns:500/workers:2") == told


@pytest.mark.parametrize("empty", ["", "-", None, {}])
def test_no_params_are_no_params(empty):
    assert params.parse(empty) == ()


def test_a_name_tells_the_temperature_and_not_what_google_benchmark_adds():
    name = "spawn_million/mode:parked/temperature:cold/workers:4/iterations:5/manual_time"
    assert params.from_benchmark_name(name) == (("mode", "parked"), ("temperature", "cold"))


@pytest.mark.parametrize("broken", ["capacity", "=1", "a=1,,b=2", 5])
def test_broken_params_are_refused(broken):
    with pytest.raises(ValueError):
        params.parse(broken)


def test_numbers_sort_as_people_count():
    many = [params.parse({"pool": pool}) for pool in (100, 3, 20)]
    assert [p[0][1] for p in sorted(many, key=params.sort_key)] == [3, 20, 100]


names = some.text("abcdefgh_", min_size=1)


@given(some.dictionaries(names, some.one_of(some.integers(0, 10**9), names)))
def test_text_comes_back_as_the_same_params(raw):
    told = params.parse(raw)
    assert params.parse(params.text(told, ",") or "-") == told
