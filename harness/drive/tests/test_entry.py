# SPDX-License-Identifier: Apache-2.0
"""run_all.sh: what it refuses, it refuses in one line and before anything is set up or built."""

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A tree with the entry and the set-up, two lanes and two workloads, and nothing built."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "harness" / "setup", root / "harness" / "setup")
    shutil.copy(ROOT / "run_all.sh", root)
    (root / "impls").mkdir()
    (root / "impls" / "CMakeLists.txt").write_text(
        "gauntlet_add_runtime(os_threads HEADER x.hpp)\ngauntlet_add_runtime(\n  boost_fiber+portable HEADER y)\n"
        "gauntlet_add_reference(go DIRECTORY go)\n"
    )
    (root / "workloads").mkdir()
    for name in ("ping_pong", "worker_pool"):
        (root / "workloads" / f"{name}.cpp").touch()
    return root


def run_all(checkout: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [checkout / "run_all.sh", *arguments], cwd=cwd or checkout, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_verb_and_flag(checkout, flag):
    done = run_all(checkout, flag)
    assert done.returncode == 0 and done.stderr == ""
    for word in ("full", "test", "overhead", "setup", "build", "report DIR", "history", "soak", "gate", "compare A B",
                 "merge", "--lanes", "--workloads", "--workers", "--seed", "--minutes", "--out"):
        assert word in done.stdout


def test_every_verb_has_help_after_it(checkout):
    assert run_all(checkout, "test", "--help").returncode == 0
    assert run_all(checkout, "gate", "--help").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bogus"], "unknown verb 'bogus'; known: build compare full gate history"),
        (["default"], "unknown verb 'default'"),
        (["race", "--lanes", "nonsense"], "unknown lane 'nonsense'"),
        (["race", "--runs", "0"], "'0' in --runs is no number of runs"),
        (["race", "--program", "absent.cpp"], "cannot read"),
        (["race", "--program", __file__, "--workers", "2"], "--workers has no meaning for --program"),
        (["race", "--out", "x"], "unknown flag '--out' of race"),
        (["--bogus"], "unknown flag '--bogus'; known: --lanes"),
        (["--lanes"], "--lanes wants a value"),
        (["--lanes", ""], "--lanes names no lane"),
        (["--lanes", "os_threads,tbbb"], "unknown lane 'tbbb' in --lanes; known: boost_fiber+portable go os_threads"),
        (["--lanes=os.threads"], "unknown lane 'os.threads'"),
        (["--workloads", "sieve"], "unknown workload 'sieve' in --workloads; known: ping_pong worker_pool"),
        (["full", "--workers", "0"], "'0' in --workers is no worker count"),
        (["--workers", "1,x"], "'x' in --workers is no worker count"),
        (["--workers", "1 2"], "is no worker count"),
        (["--workers", "2000"], "whole numbers from 1 to 1024"),
        (["--seed", "-1"], "'-1' in --seed is no seed"),
        (["--out="], "--out wants a folder"),
        (["--minutes", "5"], "--minutes has no meaning for 'default'"),
        (["full", "--minutes", "0x"], "'0x' in --minutes are no minutes"),
        (["soak", "--minutes", "long"], "'long' in --minutes are no minutes"),
        (["soak", "--workers", "2"], "--workers has no meaning for 'soak'"),
        (["soak", "--lanes", "tbbb"], "unknown lane 'tbbb' in --lanes"),
        (["test", "--lanes", "go"], "--lanes has no meaning for 'test'"),
        (["report"], "report wants a result folder"),
        (["report", "nowhere"], "no result folder 'nowhere'"),
        (["full", "more"], "'more' is too much"),
        (["gate"], "gate wants --base REF"),
        (["gate", "--quick"], "gate wants --base REF"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_built(checkout, arguments, words):
    done = run_all(checkout, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("gauntlet: ") and done.stderr.count("\n") == 1, done.stderr
    assert words in done.stderr
    assert done.stdout == ""
    assert not (checkout / "build").exists() and not (checkout / ".venv").exists()


def test_a_wildcard_is_a_name_like_any_other(checkout):
    done = run_all(checkout, "--lanes", "*")
    assert done.returncode == 2 and "unknown lane '*'" in done.stderr


def test_any_working_directory_and_a_link_to_it_will_do(checkout, tmp_path):
    (tmp_path / "link").symlink_to(checkout / "run_all.sh")
    done = subprocess.run([tmp_path / "link", "--lanes", "x"], cwd="/", capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "known: boost_fiber+portable go os_threads" in done.stderr


def test_scripts_are_clean_to_shellcheck():
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck not found")
    scripts = [ROOT / "run_all.sh", ROOT / ".ci" / "run", *sorted((ROOT / "harness" / "setup").glob("*.sh")),
               ROOT / "reports" / "ci_templates" / "slurm.sh"]
    done = subprocess.run(["shellcheck", "-x", *scripts], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
