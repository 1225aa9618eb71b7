# SPDX-License-Identifier: Apache-2.0
"""The matrix judges what a program did against what is known of it."""

import sys
from pathlib import Path

import pytest

from harness.race.detector import run_program
from harness.race.matrix import Matrix, fill, table
from harness.drive.refusal import Refusal


def lane(tmp_path: Path, body: str) -> Path:
    """A lane whose one program behaves as `body` says, given `twin`."""
    path = tmp_path / "races"
    path.write_text(f"#!{sys.executable}\nimport sys\nif len(sys.argv) < 3: print('seeded counter'); sys.exit()\n"
                    f"twin = sys.argv[2]\ndef found():\n    print('WARNING: data race', file=sys.stderr)\n    sys.exit(66)\n{body}\n")
    path.chmod(0o755)
    return path


def judge(path: Path, name: str = "work_stealing") -> Matrix:
    return fill({name: path}, [1, 2], racy_runs=2, fixed_runs=3)


def test_all_as_known(tmp_path):
    matrix = judge(lane(tmp_path, "if twin == 'racy': found()"))
    assert matrix.faults() == []
    fidelity = matrix.fidelity("work_stealing")
    assert (fidelity["found_in_every_run"], fidelity["seeded"], fidelity["false_reports"]) == (1, 1, 0)
    assert (fidelity["runs_found"], fidelity["runs_of_fixed"]) == (4, 6)
    assert "found 4/4 silent 6/6" in table(matrix, ["work_stealing"])[1]


def test_a_race_in_a_fixed_twin_turns_it_red(tmp_path):
    matrix = judge(lane(tmp_path, "found()"))
    assert {cell.twin for cell, _ in matrix.faults()} == {"fixed"}
    assert matrix.fidelity("work_stealing")["false_reports"] == 6


def test_a_race_that_is_not_found_turns_it_red(tmp_path):
    matrix = judge(lane(tmp_path, "pass"))
    assert {cell.twin for cell, _ in matrix.faults()} == {"racy"}
    assert matrix.fidelity("work_stealing")["missed"] == ["counter"]


def test_one_miss_of_the_detector_is_told_and_no_fault(tmp_path):
    misses_once = f"if twin == 'racy':\n    try: open({str(tmp_path)!r} + '/' + sys.argv[3], 'x')\n    except OSError: found()"
    matrix = judge(lane(tmp_path, misses_once))
    assert matrix.faults() == []
    fidelity = matrix.fidelity("work_stealing")
    assert (fidelity["missed"], fidelity["runs_of_racy"] - fidelity["runs_found"]) == (["counter"], 2)


@pytest.mark.parametrize("name", ["boost_fiber", "boost_fiber+portable", "tbb"])
def test_a_lane_on_somebody_elses_library_only_tells_what_it_misses(tmp_path, name):
    matrix = judge(lane(tmp_path, "pass"), name)
    assert matrix.faults() == []
    assert matrix.fidelity(name)["runs_found"] == 0


def test_a_crash_is_neither_found_nor_silent(tmp_path):
    matrix = judge(lane(tmp_path, "sys.exit(3)"), "boost_fiber")
    assert len(matrix.faults()) == 4
    assert matrix.faults()[0][1].why.startswith("exit code 3")


def test_what_a_lane_cannot_run_is_not_judged(tmp_path):
    matrix = judge(lane(tmp_path, "print('n/a: no select'); sys.exit(77)"))
    assert matrix.faults() == []
    assert matrix.fidelity("work_stealing")["seeded"] == 0
    assert "n/a" in table(matrix, ["work_stealing"])[1]


@pytest.mark.parametrize(("said", "mend"), [
    ("FATAL: ThreadSanitizer: unexpected memory mapping", "vm.mmap_rnd_bits"),
    ("ThreadSanitizer: Thread limit (8128 threads) exceeded. Dying.", "20,000"),
])
def test_what_the_detector_cannot_take_is_one_line_with_the_mend(tmp_path, said, mend):
    with pytest.raises(Refusal, match=mend):
        run_program([str(lane(tmp_path, f"print({said!r}, file=sys.stderr); sys.exit(1)")), "counter", "racy", "1"])
