# SPDX-License-Identifier: Apache-2.0
"""The CI templates against their vendors' published schemas, and against what this tree's programs offer."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from harness.drive.gate.options import read_options
from reports.gate import markdown

TEMPLATES = Path(__file__).parents[1] / "ci_templates"
GITHUB = TEMPLATES / "github" / "gauntlet-gate.yml"
GITLAB = TEMPLATES / "gitlab" / "gauntlet-gate.yml"
SLURM = TEMPLATES / "slurm.sh"


@pytest.mark.parametrize("schema, template", [("vendor.github-workflows", GITHUB), ("vendor.gitlab-ci", GITLAB)])
def test_a_template_is_valid_by_the_published_schema(schema, template):
    extra = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *extra]
    done = subprocess.run([*command, str(template)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("schema, template, what, by", [
    ("vendor.github-workflows", GITHUB, "runs-on:", "runs-off:"), ("vendor.gitlab-ci", GITLAB, "when: always", "when: x")])
def test_the_schema_check_can_fail(schema, template, what, by, tmp_path):
    (tmp_path / "bad.yml").write_text(template.read_text().replace(what, by))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(tmp_path / "bad.yml")]
    assert subprocess.run(command, capture_output=True).returncode == 1


def commands(template: Path) -> list[list[str]]:
    """Every call of run_all.sh in it, its variables filled in."""
    text = template.read_text().replace("\\\n", " ")
    text = re.sub(r"\n\s+--", " --", text)
    calls = re.findall(r"run_all\.sh\"? ((?:gate|merge) .+?)(?: \|\||\n|$)", "\n".join(
        line for line in text.splitlines() if not line.lstrip().startswith("#")))
    filled = [re.sub(r'"?\$\(git [^)]*\)"?', "abc", call) for call in calls]
    numbers = {"SEED": "7", "SHARD": "1", "SHARDS": "4", "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4",
               "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "4"}
    return [re.sub(r"\$\{?(\w+)\}?", lambda found: numbers.get(found.group(1), "abc"), call).replace('"', "").split()
            for call in filled]


@pytest.mark.parametrize("template, verbs", [(GITHUB, ["gate", "merge"]), (GITLAB, ["gate", "merge"]), (SLURM, ["gate"])])
def test_a_template_calls_the_gate_as_the_gate_is_called(template, verbs):
    found = [read_options(words) for words in commands(template)]
    assert [each.verb for each in found] == verbs
    assert found[0].shard == (1, 4) and found[0].seed == 7


def test_the_matrix_has_every_shard_once():
    told = YAML(typ="safe").load(GITHUB.read_text())
    assert told["jobs"]["measure"]["strategy"]["matrix"]["shard"] == list(range(1, told["env"]["SHARDS"] + 1))


def test_the_sticky_comment_finds_its_own():
    assert "body.split('\\n', 1)[0]" in GITHUB.read_text() and markdown.MARKER.startswith("<!--")


def test_no_expression_of_the_event_stands_inside_a_script():
    """A branch's name in a script is a script of whoever opened the pull request."""
    for job in YAML(typ="safe").load(GITHUB.read_text())["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "") and "${{" not in step.get("with", {}).get("script", "")


def test_the_slurm_script_is_sound_bash():
    assert subprocess.run(["bash", "-n", str(SLURM)]).returncode == 0
