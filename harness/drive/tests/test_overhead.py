# SPDX-License-Identifier: Apache-2.0
"""Overhead: the paired comparison with a program without the harness."""

import pytest

from harness.drive.overhead import middle

FLAGS = ("--seed=5", "--lanes=alpha", "--workers=1")


def bare(fake_build, ns_per_op: str) -> None:
    path = fake_build.folder / "overhead_alpha"
    path.write_text(f"#!/bin/sh\necho '{{\"ns_per_op\": {ns_per_op}}}'\n")
    path.chmod(0o755)


def overhead(drive):
    # The comparison keeps no folder, so it takes no --out from the fixture.
    return drive("overhead", *FLAGS, "--out=/unused")[0]


@pytest.mark.parametrize(("ns_per_op", "code", "word"), [("103", 0, "within 3%"), ("50", 1, "FAILED"), ("200", 1, "FAILED")])
def test_three_percent_in_either_direction_is_the_limit(drive, fake_build, ns_per_op, code, word):
    bare(fake_build, ns_per_op)
    done = overhead(drive)
    assert done.returncode == code, done.stderr
    assert word in done.stderr and "over 12 pairs" in done.stderr


def test_a_program_without_a_figure_is_refused(drive, fake_build):
    bare(fake_build, "none")
    done = overhead(drive)
    assert done.returncode == 2 and "gave no figure (exit code 0)" in done.stderr


def test_without_a_program_there_is_nothing_to_compare(drive):
    done = overhead(drive)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_the_interval_is_of_order_statistics():
    assert middle([float(n) for n in range(1, 13)]) == (6.5, 3.0, 10.0)  # 96.1 % for twelve
    assert middle([1.0, 2.0, 4.0]) == (2.0, 1.0, 4.0)  # too few: all of them
