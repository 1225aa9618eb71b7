# SPDX-License-Identifier: Apache-2.0
"""What a judged run leaves behind, and every way in which the command line refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from reports.bad_input import BadInput
from reports.gate import accepted, annotation, junit, markdown, merge, verdict
from reports.gate.__main__ import main
from reports.gate.rates import Rate
from reports.tests.gate_data import GateData

CELL = "work_stealing/ping_pong/capacity=0/w1"
ROOT = Path(__file__).parents[2]


def shards(ratio=1.0, count=3, seed=1, index=1, of=1):
    data = GateData(seed, index, of)
    for number in range(count):
        data.cell(f"work_stealing/ping_pong/capacity={index * 1000 + number}/w1", ratio)
    return data.whole()


def raw_file(folder, content, name="raw.json"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(merge.text(content))
    return folder / name


# --- files ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("ratio, code", [(1.0, 0), (1.2, 1)])
def test_judge_writes_every_output_and_its_exit_code(ratio, code, tmp_path, capsys):
    raw = raw_file(tmp_path, shards(ratio))
    assert main(["judge", str(raw)]) == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gate.md", "junit.xml", "raw.json", "verdict.json"]
    told = json.loads((tmp_path / "verdict.json").read_text())
    verdict.check(told, "verdict")
    assert told["exit_code"] == code and told["overall"] in capsys.readouterr().out


def test_judging_again_gives_the_same_bytes_in_another_process(tmp_path):
    raw = raw_file(tmp_path, shards(1.1))
    main(["judge", str(raw)])
    subprocess.run([sys.executable, "-m", "reports.gate", "judge", str(raw), "--out", str(tmp_path / "again")],
                   cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "77"}, stdout=subprocess.DEVNULL)
    for name in ("verdict.json", "gate.md", "junit.xml"):
        assert (tmp_path / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_full_disk_leaves_nothing_half_written(tmp_path, capsys):
    raw = raw_file(tmp_path / "in", shards())
    out = tmp_path / "file"
    out.write_text("in the way")
    assert main(["judge", str(raw), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and str(out) in told
    assert out.read_text() == "in the way"


def test_ci_gets_annotations_and_a_step_summary(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    main(["judge", str(raw_file(tmp_path, shards(1.2)))])
    assert "::error title=Gauntlet gate::" in capsys.readouterr().out
    assert (tmp_path / "summary.md").read_text() == (tmp_path / "gate.md").read_text() + "\n"


# --- sizes and shapes -------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def huge():
    """A thousand failing cells with long names."""
    one = verdict.judge(shards(1.2, 1), [], False)
    row = one["cells"][0]
    return one | {"cells": [row | {"id": f"lane/{'x' * 150}{number}/w1", "reason": "<script>|" * 20}
                            for number in range(1000)]}


def test_the_comment_stays_below_what_a_comment_may_have(huge):
    text = markdown.render(huge)
    assert len(text.encode()) < 64 * 1024 and len(text) < 65_536
    assert "more cells are in verdict.json" in text and text.rstrip().splitlines()[-1].startswith("On Example CPU")
    assert "<script>" not in text and text.startswith(markdown.MARKER)


def test_the_comment_of_a_small_run_has_every_cell():
    told = verdict.judge(shards(1.0, 5), [], False)
    text = markdown.render(told)
    assert all(f"| `{row['id']}` | PASS |" in text for row in told["cells"])
    assert text.splitlines()[1] == "## Gauntlet gate: PASS: no regression"


def test_there_are_at_most_ten_annotations(huge):
    lines = annotation.render(huge)
    assert len(lines) == 10 and "and 991 more" in lines[-1]
    assert all(line.startswith("::error title=Gauntlet gate::") and "\n" not in line for line in lines)


def test_a_pass_annotates_nothing_and_an_invalid_job_says_why():
    assert annotation.render(verdict.judge(shards(), [], False)) == []
    bad = shards()
    bad[0]["arms"]["head"]["compiler"] = "other 1 %"
    assert annotation.render(verdict.judge(bad, [], False))[0].startswith("::error") and "%25" in annotation.render(
        verdict.judge(bad, [], False))[0]


def test_junit_counts_what_the_verdict_says(tmp_path):
    data = GateData(1).cell(CELL, 1.2).cell("coro/ping_pong/capacity=0/w1", 1.0, 0.9)
    for arm in ("base", "head"):
        data.ends("coro/ping_pong/capacity=0/w1", arm, "n/a", "bell \x07 and <tag>")
    told = verdict.judge(data.whole(), [], False)
    (tmp_path / "junit.xml").write_text(junit.render(told))
    xml = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    kinds = {case.name: [type(result) for result in case.result] for suite in xml for case in suite}
    assert kinds[CELL] == [Failure] and kinds["coro/ping_pong/capacity=0/w1"] == [Skipped]
    assert (xml.failures, xml.errors) == (1, 0)


def test_junit_has_an_error_when_the_job_is_invalid(tmp_path):
    bad = shards()
    bad[0]["arms"]["head"]["compiler"] = "other"
    (tmp_path / "junit.xml").write_text(junit.render(verdict.judge(bad, [], False)))
    xml = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    assert [(case.name, type(case.result[0])) for suite in xml for case in suite if case.result] == [
        ("the data are whole", Error)]


def test_a_rate_says_what_it_shows():
    assert Rate("x", "FAIL", 59, 59, 59).at_least == pytest.approx(0.9505, abs=1e-3)
    assert Rate("x", "FAIL", 20, 20, 20).at_least == pytest.approx(0.861, abs=1e-3)
    assert Rate("x", "FAIL", 0, 5, 20).at_least == 0.0


# --- merge ------------------------------------------------------------------------------------------------------

def test_merged_shards_are_judged_as_one_run(tmp_path, capsys):
    for index in (1, 2):
        raw_file(tmp_path / f"shard{index}", shards(1.2 if index == 2 else 1.0, seed=index, index=index, of=2))
    assert main(["merge", "--out", str(tmp_path / "all"), str(tmp_path / "shard2"), str(tmp_path / "shard1")]) == 1
    told = json.loads((tmp_path / "all" / "verdict.json").read_text())
    assert len(told["cells"]) == 6 and [shard["index"] for shard in told["shards"]] == [1, 2]
    assert main(["judge", str(tmp_path / "all" / "raw.json"), "--out", str(tmp_path / "again")]) == 1
    assert (tmp_path / "again" / "verdict.json").read_bytes() == (tmp_path / "all" / "verdict.json").read_bytes()


def test_a_lost_shard_makes_the_whole_invalid(tmp_path, capsys):
    raw_file(tmp_path / "shard1", shards(index=1, of=2))
    assert main(["merge", "--out", str(tmp_path / "all"), str(tmp_path / "shard1")]) == 2
    assert "shards 1 of 2" in (tmp_path / "all" / "verdict.json").read_text()


def test_a_shard_named_twice_is_refused(tmp_path, capsys):
    raw_file(tmp_path / "a", shards(index=1, of=2))
    raw_file(tmp_path / "b", shards(index=1, of=2))
    assert main(["merge", "--out", str(tmp_path / "all"), str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "shard 1 is also in" in capsys.readouterr().err and not (tmp_path / "all").exists()


# --- bad input --------------------------------------------------------------------------------------------------

def changed(**more):
    return json.dumps({"schema": 2, "kind": "gauntlet gate raw data", "shards": shards()} | more)


def in_shard(change):
    content = shards()
    change(content[0])
    return changed(shards=content)


BAD = {
    "truncated": (changed()[:-50], "truncated"),
    "foreign": ('{"benchmarks": []}', "no raw data of a gate"),
    "a list": ("[]", "no raw data of a gate"),
    "another schema": (changed(schema=1), "schema is 1, this tree reads 2"),
    "no shards": (changed(shards=[]), "$.shards"),
    "a figure is text": (in_shard(lambda s: s["pairs"][0].update(base=["fast"])), "$.shards[0].pairs[0].base[0]"),
    "a key is missing": (in_shard(lambda s: s.pop("machine")), "machine"),
    "a cell twice": (in_shard(lambda s: s["cells"].append(s["cells"][0])), "is there twice"),
    "figures of nobody": (in_shard(lambda s: s["pairs"][0].update(cell="x")), "which is no cell"),
    "an unknown counter": (in_shard(lambda s: s["counters"][0].update(counter="x")), "counter"),
}


@pytest.mark.parametrize("text, said", BAD.values(), ids=BAD.keys())
def test_judge_refuses_in_one_line_and_writes_nothing(text, said, tmp_path, capsys):
    raw = tmp_path / "raw.json"
    raw.write_text(text)
    assert main(["judge", str(raw)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and told.startswith("gauntlet: ") and said in told and "; " in told
    assert list(tmp_path.iterdir()) == [raw]


def test_missing_raw_data_are_named(tmp_path, capsys):
    assert main(["judge", str(tmp_path / "nowhere.json")]) == 2
    assert "nowhere.json: missing" in capsys.readouterr().err


GOOD_ENTRY = '[[accepted]]\ncell = "a/*"\nreason = "agreed"\nexpires = 2027-01-31\n'
BAD_ENTRIES = {
    "not TOML": ("[[accepted", "not TOML"),
    "something else": ("[other]\n", "more than [[accepted]]"),
    "no reason": (GOOD_ENTRY.replace('reason = "agreed"\n', ""), "lacks reason"),
    "an empty reason": (GOOD_ENTRY.replace("agreed", " "), "lacks reason"),
    "no end": (GOOD_ENTRY.replace("expires = 2027-01-31\n", ""), "lacks expires"),
    "an end that is text": (GOOD_ENTRY.replace("2027-01-31", '"soon"'), "lacks expires"),
    "no cell": (GOOD_ENTRY.replace('cell = "a/*"\n', ""), "lacks cell"),
    "an unknown key": (GOOD_ENTRY + "forever = true\n", "has keys other than"),
    "an unknown counter": (GOOD_ENTRY + 'what = ["luck"]\n', "`what` other than"),
    "a ratio below one": (GOOD_ENTRY + "at_most = 0.5\n", "no ratio"),
}


@pytest.mark.parametrize("text, said", BAD_ENTRIES.values(), ids=BAD_ENTRIES.keys())
def test_an_entry_without_reason_or_end_is_refused(text, said, tmp_path):
    (tmp_path / "accepted.toml").write_text(text)
    with pytest.raises(BadInput) as refused:
        accepted.read(tmp_path / "accepted.toml")
    assert said in str(refused.value) and "accepted.toml" in str(refused.value)


def test_an_entry_is_read(tmp_path):
    (tmp_path / "accepted.toml").write_text(GOOD_ENTRY + 'what = ["time"]\nat_most = 1.1\n')
    (found,) = accepted.read(tmp_path / "accepted.toml")
    assert (found.cell, found.what, found.at_most) == ("a/*", {"time"}, 1.1)
    assert accepted.read(tmp_path / "none.toml") == [] and accepted.read(None) == []


def test_accepted_reaches_the_verdict_from_the_command_line(tmp_path, capsys):
    raw = raw_file(tmp_path, shards(1.1))
    (tmp_path / "accepted.toml").write_text(GOOD_ENTRY.replace("a/*", "work_stealing/*"))
    assert main(["judge", str(raw)]) == 1
    assert main(["judge", str(raw), "--accepted", str(tmp_path / "accepted.toml")]) == 0
