# SPDX-License-Identifier: Apache-2.0
"""Charts: an axis has readable ticks at every range."""

from hypothesis import given
from hypothesis import strategies as some

from reports.charts import _domain, _ticks, lane_colours


@given(some.floats(min_value=0.01, max_value=1e10), some.floats(min_value=1.0, max_value=1e6))
def test_every_axis_has_two_to_seven_ticks_inside_it(low, ratio):
    ends = _domain([low, low * ratio])
    ticks = _ticks(*ends)
    assert 2 <= len(ticks) <= 7
    assert ticks == sorted(ticks) and ends[0] <= ticks[0] and ticks[-1] <= ends[1]


def test_references_take_no_colour_from_the_runtimes():
    kinds = [{"lane": "a", "kind": "runtime"}, {"lane": "g", "kind": "reference"}, {"lane": "b", "kind": "runtime"}]
    assert lane_colours(kinds) == {"a": 0, "g": None, "b": 1}
