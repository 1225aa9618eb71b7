# SPDX-License-Identifier: Apache-2.0
"""setup.sh and venv.sh: installs when it may, says what to install when it may not, else touches nothing.

dpkg-query, apt-get, sudo and id are fakes first on PATH; each notes how it was called."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

_FAKES = {
    # The last argument is the package; $MISSING lists those that are not installed.
    "dpkg-query": 'case " $MISSING " in *" ${@: -1} "*) exit 1 ;; *) echo installed ;; esac',
    "apt-get": 'echo "apt-get $*" >>"$CALLS"; exit "${APT_CODE:-0}"',
    "sudo": 'echo "sudo $*" >>"$CALLS"; [ "$SUDO_WORKS" = yes ] || exit 1; shift; exec "$@"',
    "id": 'echo "${FAKE_UID:-1000}"',
}


class Machine:
    """What the fakes pretend."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.calls_file = folder / "calls"
        for name, text in _FAKES.items():
            self._put(name, text)

    def _put(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def set_up(self, *flags: str, **pretence: str) -> subprocess.CompletedProcess:
        environment = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "CALLS": str(self.calls_file),
            "GAUNTLET_SYSROOT": "/nowhere",
            **pretence,
        }
        return subprocess.run(
            [ROOT / "harness" / "setup" / "setup.sh", *flags], env=environment, capture_output=True, text=True,
            timeout=60,
        )

    def calls(self) -> list[str]:
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_with_everything_there_nothing_is_called(machine):
    done = machine.set_up("--tests")
    assert done.returncode == 0 and "all present" in done.stderr
    assert machine.calls() == []


def test_without_permission_the_needed_are_named_and_the_exit_code_is_2(machine):
    done = machine.set_up(MISSING="libgtest-dev libbenchmark-dev libtbb-dev")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "gauntlet: missing packages and no way to install them here; "
        "run: sudo apt-get install --no-install-recommends libbenchmark-dev libgtest-dev"
    )
    assert not [call for call in machine.calls() if call.startswith("apt-get")]


def test_without_permission_a_missing_lane_is_only_told(machine):
    done = machine.set_up(MISSING="libtbb-dev")
    assert done.returncode == 0, done.stderr
    assert "libtbb-dev is missing: lane tbb will be n/a" in done.stderr
    assert "sudo apt-get install --no-install-recommends libtbb-dev" in done.stderr


def test_what_only_tests_need_is_wanted_only_by_tests(machine):
    assert "all present" in machine.set_up(MISSING="libclang-rt-19-dev").stderr
    assert "the sanitizers runs will be skipped" in machine.set_up("--tests", MISSING="libclang-rt-19-dev").stderr


def test_what_the_gate_counts_with_is_wanted_by_gate_and_tests(machine):
    assert "all present" in machine.set_up(MISSING="valgrind").stderr
    for flag in ("--gate", "--tests"):
        assert "valgrind is missing: the gate cannot count instructions" in machine.set_up(flag, MISSING="valgrind").stderr
    assert "all present" in machine.set_up("--gate", MISSING="libclang-rt-19-dev").stderr


def test_root_installs_without_sudo(machine):
    machine.set_up(MISSING="libtbb-dev", FAKE_UID="0")
    assert machine.calls() == ["apt-get -qq -y update", "apt-get -qq -y install --no-install-recommends libtbb-dev"]


def test_sudo_without_a_password_is_used(machine):
    machine.set_up(MISSING="libtbb-dev", SUDO_WORKS="yes")
    assert machine.calls()[0] == "sudo -n true"
    assert "apt-get -qq -y install --no-install-recommends libtbb-dev" in machine.calls()


def test_a_failed_install_of_something_needed_is_exit_code_2(machine):
    done = machine.set_up(MISSING="libgtest-dev", FAKE_UID="0", APT_CODE="100")
    assert done.returncode == 2 and "run: sudo apt-get install --no-install-recommends libgtest-dev" in done.stderr


def test_a_failed_install_of_a_lane_is_not_fatal(machine):
    done = machine.set_up(MISSING="libtbb-dev", FAKE_UID="0", APT_CODE="100")
    assert done.returncode == 0 and "could not install libtbb-dev" in done.stderr


def test_a_dry_run_installs_nothing(machine):
    done = machine.set_up("--dry-run", MISSING="libgtest-dev", FAKE_UID="0")
    assert done.returncode == 0 and "would install: libgtest-dev" in done.stderr
    assert machine.calls() == []


def test_an_unknown_flag_is_refused(machine):
    done = machine.set_up("--force")
    assert done.returncode == 2 and done.stderr.count("\n") == 1


@pytest.fixture
def python_checkout(tmp_path: Path) -> Path:
    """A tree whose requirements are empty: the environment is made without a network."""
    shutil.copytree(ROOT / "harness" / "setup", tmp_path / "harness" / "setup")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "requirements.txt").write_text("# none\n")
    (tmp_path / "reports" / "requirements_alone.txt").write_text("# none\n")
    return tmp_path


def make_venv(checkout: Path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "GAUNTLET_PYTHON": sys._base_executable, "PIP_NO_INDEX": "1"}
    return subprocess.run(
        [checkout / "harness" / "setup" / "venv.sh"], cwd=checkout, env=environment, capture_output=True, text=True,
        timeout=120,
    )


def test_the_environment_is_made_once_and_again_when_requirements_change(python_checkout):
    assert make_venv(python_checkout).returncode == 0
    assert "unchanged" in make_venv(python_checkout).stderr
    for name in ("requirements.txt", "requirements_alone.txt"):
        (python_checkout / "reports" / name).write_text("# still none\n")
        assert "unchanged" not in make_venv(python_checkout).stderr


def test_a_requirement_that_cannot_be_had_leaves_no_stamp(python_checkout):
    (python_checkout / "reports" / "requirements.txt").write_text(f"nowhere==1.0 --hash=sha256:{'0' * 64}\n")
    done = make_venv(python_checkout)
    assert done.returncode == 2 and "check the network and run again" in done.stderr
    assert not (python_checkout / ".venv" / "requirements.stamp").exists()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements_alone.txt"])
def test_a_checkout_without_requirements_is_refused(python_checkout, name):
    (python_checkout / "reports" / name).unlink()
    done = make_venv(python_checkout)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
