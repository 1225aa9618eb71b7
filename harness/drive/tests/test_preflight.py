# SPDX-License-Identifier: Apache-2.0
"""Preflight: each limit is one line with its mend; only what stops everything refuses."""

import pytest

from harness.drive import preflight as limits
from harness.drive.refusal import Refusal


@pytest.fixture
def roomy(monkeypatch):
    """A machine without any shortage."""
    monkeypatch.setattr(limits, "read_line", lambda path: "65530")
    monkeypatch.setattr(limits, "memory_bytes", lambda field: 64 << 30)
    monkeypatch.setattr(limits, "cgroup_memory_bytes", lambda: None)
    monkeypatch.setattr(limits, "cpu_ticks", lambda: None)
    return monkeypatch


def test_a_roomy_machine_is_not_commented(roomy, tmp_path):
    assert limits.preflight(tmp_path) == []


def test_few_maps_are_a_caution(roomy, tmp_path):
    roomy.setattr(limits, "read_line", lambda path: "1000")
    (line,) = limits.preflight(tmp_path)
    assert "vm.max_map_count is 1000" in line and "sudo sysctl vm.max_map_count=1048576" in line


def test_little_memory_is_a_caution_and_hardly_any_a_refusal(roomy, tmp_path):
    roomy.setattr(limits, "cgroup_memory_bytes", lambda: 2 << 30)
    (line,) = limits.preflight(tmp_path)
    assert "only 2.0 GiB of memory" in line
    roomy.setattr(limits, "cgroup_memory_bytes", lambda: 100 << 20)
    with pytest.raises(Refusal, match="only 100 MiB of memory free"):
        limits.preflight(tmp_path)


def test_a_busy_machine_is_a_caution(roomy, tmp_path):
    roomy.setattr(limits, "_WATCHED_SECONDS", 0.0)
    ticks = iter([[0] * 8, [60, 0, 0, 40, 0, 0, 0, 0]])
    roomy.setattr(limits, "cpu_ticks", lambda: next(ticks))
    (line,) = limits.preflight(tmp_path)
    assert "other programs use 60% of the CPU" in line


def test_a_full_disk_is_refused(roomy, tmp_path):
    roomy.setattr(limits.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1 << 20})())
    with pytest.raises(Refusal, match="only 1 MiB free at"):
        limits.preflight(tmp_path)
