# SPDX-License-Identifier: Apache-2.0
"""Journal: whole lines or none, and a full disk is one clear line."""

import json
import os
from pathlib import Path

import pytest

from harness.drive.journal import Journal
from harness.drive.refusal import Refusal


def test_plan_first_then_one_line_per_run(tmp_path: Path):
    with Journal(tmp_path / "runs.jsonl") as journal:
        journal.plan({"seed": 3})
        journal.run({"lane": "tbb"})
    lines = (tmp_path / "runs.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"plan": {"seed": 3}}, {"lane": "tbb"}]


def test_a_line_is_on_disk_before_the_next_one_starts(tmp_path: Path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    with Journal(tmp_path / "runs.jsonl") as journal:
        journal.run({"lane": "tbb"})
        journal.run({"lane": "go"})
    assert len(synced) == 2 and synced[0] < synced[1]


def test_a_full_disk_is_refused_with_the_mend():
    with Journal(Path("/dev/full")) as journal, pytest.raises(Refusal, match="cannot write /dev/full: No space"):
        journal.run({"lane": "tbb"})


def test_half_a_line_is_taken_back(tmp_path: Path, monkeypatch):
    path = tmp_path / "runs.jsonl"
    with Journal(path) as journal:
        journal.run({"lane": "tbb"})
        whole = path.read_text()
        write = os.write

        def short_write(descriptor, data):
            if len(data) > 4:
                return write(descriptor, data[:4])
            raise OSError(28, "No space left on device")

        real = [short_write, lambda descriptor, data: (_ for _ in ()).throw(OSError(28, "No space left on device"))]
        monkeypatch.setattr(os, "write", lambda descriptor, data: real.pop(0)(descriptor, data))
        with pytest.raises(Refusal):
            journal.run({"lane": "go"})
    assert path.read_text() == whole


def test_a_missing_folder_is_refused(tmp_path: Path):
    with pytest.raises(Refusal, match="choose another folder with --out"):
        Journal(tmp_path / "nowhere" / "runs.jsonl")
