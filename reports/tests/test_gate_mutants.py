# SPDX-License-Identifier: Apache-2.0
"""Every mutant of the gate is caught: the package is copied, one text in it is replaced, and its tests must fail.

Each runs in a fork of a process that has the heavy imports behind it.
"""

import multiprocessing
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema  # noqa: F401 - imported before the fork, for all children
import pytest
from scipy import stats  # noqa: F401 - the same

from reports.tests.gate_mutants import MUTANTS, Mutant

PACKAGE = Path(__file__).parents[1]
_SECONDS = 120


def _run_tests(tree: Path, tests: list[str]) -> None:
    """In the child: forget this tree's modules, run the tests of the other one."""
    for name in [name for name in sys.modules if name == "reports" or name.startswith("reports.")]:
        del sys.modules[name]
    sys.path.insert(0, str(tree))
    os.chdir(tree)
    sys.stdout = sys.stderr = open(tree / "log", "w", encoding="utf-8")
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(tree),
                 *(str(tree / "reports" / "tests" / name) for name in tests)]
    code = int(pytest.main(arguments))
    sys.stdout.flush()
    os._exit(code)


def outcome(tree: Path, mutant: Mutant | None, tests: list[str]) -> int | None:
    """Exit code of the tests; None when they did not end."""
    shutil.copytree(PACKAGE, tree / "reports", ignore=shutil.ignore_patterns("__pycache__", "sample", "templates"))
    if mutant:
        path = tree / "reports" / mutant.file
        text = path.read_text(encoding="utf-8")
        assert text.count(mutant.old) == 1, f"'{mutant.name}' is out of date: {text.count(mutant.old)} places"
        path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    child = multiprocessing.get_context("fork").Process(target=_run_tests, args=(tree, tests))
    child.start()
    child.join(_SECONDS)
    if child.is_alive():
        child.kill()
        child.join()
        return None
    return child.exitcode


def test_without_a_mutant_the_tests_pass(tmp_path):
    tests = sorted({mutant.caught_by for mutant in MUTANTS})
    assert outcome(tmp_path, None, tests) == 0, (tmp_path / "log").read_text()


def test_every_mutant_is_caught(tmp_path):
    def one(item: tuple[int, Mutant]) -> str | None:
        number, mutant = item
        code = outcome(tmp_path / str(number), mutant, [mutant.caught_by])
        if code == 1:
            return None
        return f"{mutant.name}: " + ("survived" if code == 0 else f"its tests ended with {code}")

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        bad = [said for said in pool.map(one, enumerate(MUTANTS)) if said]
    assert bad == []


def test_there_is_no_mutant_twice():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 40
