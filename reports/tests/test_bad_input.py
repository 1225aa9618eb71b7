# SPDX-License-Identifier: Apache-2.0
"""Bad input: one line that names culprit and mend, exit code 2, nothing written."""

import json

import pytest

from reports.__main__ import main
from reports.tests.golden_folder import golden_folder


def first_result(folder):
    return sorted((folder / "alpha").glob("*.json"))[0]


def in_context(key, value):
    def spoil(folder):
        raw = json.loads(first_result(folder).read_text())
        raw["context"].pop(key)
        if value is not None:
            raw["context"][key] = value
        first_result(folder).write_text(json.dumps(raw))
    return spoil


def figure(value):
    def spoil(folder):
        raw = json.loads(first_result(folder).read_text())
        raw["benchmarks"][0]["ns_per_op"] = value
        first_result(folder).write_text(json.dumps(raw))
    return spoil


def cut(name):
    def spoil(folder):
        path = first_result(folder) if name == "result" else folder / name
        path.write_text(path.read_text()[:-40])
    return spoil


def twice(folder):
    lines = (folder / "runs.jsonl").read_text().splitlines(True)
    (folder / "runs.jsonl").write_text("".join(lines + lines[-1:]))


def journal_line(change):
    def spoil(folder):
        lines = (folder / "runs.jsonl").read_text().splitlines()
        row = json.loads(lines[-1])
        change(row)
        (folder / "runs.jsonl").write_text("\n".join(lines[:-1] + [json.dumps(row)]) + "\n")
    return spoil


SPOILT = {
    "no journal": (lambda folder: (folder / "runs.jsonl").unlink(), "runs.jsonl: missing"),
    "journal cut short": (cut("runs.jsonl"), "not JSON"),
    "journal of lists": (lambda folder: (folder / "runs.jsonl").write_text("[]\n"), "not an object"),
    "journal lacks a field": (journal_line(lambda row: row.pop("workers")), "'workers' is missing"),
    "journal with a foreign status": (journal_line(lambda row: row.update(status="fine")), "'fine'"),
    "journal with a plan that is not ours": (
        lambda folder: (folder / "runs.jsonl").write_text('{"plan": {"lanes": [{}]}}\n'), "the plan is not ours"),
    "a process twice": (twice, "the same process as line"),
    "result missing": (lambda folder: first_result(folder).unlink(), "missing"),
    "result cut short": (cut("result"), "truncated"),
    "result not ours": (in_context("gauntlet_schema", None), "no gauntlet_schema"),
    "result of another schema": (in_context("gauntlet_schema", "2"), "gauntlet_schema is 2"),
    "result without its kernel": (in_context("kernel", None), "context lacks kernel"),
    "result of another machine": (in_context("cpu_model", "Other CPU"), "mixed machines"),
    "result of another commit": (in_context("commit", "fedcba9876543210"), "mixed commits"),
    "result of another lane": (in_context("lane", "beta"), "files it under"),
    "result is a list": (lambda folder: first_result(folder).write_text("[1]"), "no gauntlet_schema"),
    "result is binary": (lambda folder: first_result(folder).write_bytes(b"\xff\xfe\x00"), "not a text file"),
    "figure is NaN": (figure(float("nan")), "ns_per_op"),
    "figure is infinite": (figure(float("inf")), "ns_per_op"),
    "figure is zero": (figure(0), "ns_per_op"),
    "figure is text": (figure("fast"), "ns_per_op"),
    "contract cut short": (cut("contract/alpha.w2.json"), "alpha.w2.json: not JSON"),
    "contract of nobody": (lambda folder: (folder / "contract" / "x.json").write_text("{}"), "not named"),
    "environment cut short": (lambda folder: (folder / "environment.json").write_text('{"os": '), "truncated"),
}


@pytest.mark.parametrize("spoil, said", SPOILT.values(), ids=SPOILT.keys())
def test_build_refuses_in_one_line_and_writes_nothing(spoil, said, tmp_path, capsys):
    folder = golden_folder(tmp_path)
    spoil(folder)
    before = sorted(folder.rglob("*"))
    assert main(["build", str(folder)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and told.startswith("reports: ") and said in told
    assert "; " in told, "the mend is missing"
    assert sorted(folder.rglob("*")) == before


def test_a_missing_folder_is_named(tmp_path, capsys):
    assert main(["build", str(tmp_path / "nowhere")]) == 2
    assert "nowhere: no such folder" in capsys.readouterr().err


def test_an_old_report_outlives_a_failed_build(tmp_path, capsys):
    folder = golden_folder(tmp_path)
    assert main(["build", str(folder)]) == 0
    old = (folder / "report.html").read_bytes()
    first_result(folder).write_text("{")
    assert main(["build", str(folder)]) == 2
    assert (folder / "report.html").read_bytes() == old


@pytest.mark.parametrize("text, said", [
    ('{"schema": 2, "context": {}, "cells": []}', "schema is 2"),
    ('{"schema": 1, "context": {}, "cells": [], "more": 1}', "$"),
    ("[]", "$"),
    ('{"benchmarks": [], "context": {}}', "no gauntlet_schema"),
    ("{", "truncated"),
])
def test_check_refuses_what_is_not_a_summary(text, said, tmp_path, capsys):
    file = tmp_path / "summary.json"
    file.write_text(text)
    assert main(["check", str(file)]) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1
