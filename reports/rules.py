# SPDX-License-Identifier: Apache-2.0
"""Rules: which of the contract's numbered rules a test is about, and whether a workload relies on it.

`Channel.C5_close_wakes_every_receiver` is a case of rule C5, `Channel.C3_C4_try_calls_agree` of C3 and C4.
A workload's needs are rule numbers (`C5`) or whole suites (`wait_group`, which is suite `WaitGroup`): a
defect outside of them takes no figure away. The driver and the report judge by this one file; it stands on
the standard library alone, because the driver does.
"""

import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"[A-Z]\d+")
# A lane whose contract tests did not end has proved nothing: this concerns every workload.
NOT_FINISHED = "Lane.ran_to_the_end"


def suite_of(test: str) -> str:
    # Typed and parameterised suites are `Any/Channel/0.closes/1`.
    parts = [part for part in test.split(".")[0].split("/") if not part.isdigit()]
    return parts[-1]


def rules_of(test: str) -> tuple[str, ...]:
    """The numbers that its name begins with; the suite where it has none."""
    numbers = []
    for word in test.partition(".")[2].split("_"):
        if not _NUMBER.fullmatch(word):
            break
        numbers.append(word)
    return tuple(numbers) or (suite_of(test),)


def in_order(rule: str) -> tuple[str, int]:
    """Sorts C2 before C10."""
    return (rule[0], int(rule[1:])) if _NUMBER.fullmatch(rule) else (rule, 0)


def relies_on(needs: Iterable[str] | None, test: str) -> bool:
    """Whether a workload with these needs counts on what the test says; unknown needs count on everything."""
    if needs is None or test == NOT_FINISHED:
        return True
    needs = list(needs)
    suites = {"".join(word.capitalize() for word in need.split("_")) for need in needs if not _NUMBER.fullmatch(need)}
    return suite_of(test) in suites or any(rule in needs for rule in rules_of(test))


def verdict(broken: Sequence[tuple[str, str]]) -> str:
    """Why a cell has no figure, from the broken tests and their told reasons: `C5: Channel.C5_close... `."""
    test, reason = broken[0]
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    return f"{rules_of(test)[0]}: {test}{f' ({reason})' if reason else ''}{more}"
