# SPDX-License-Identifier: Apache-2.0
"""What a judged run leaves behind: verdict.json, gate.md, junit.xml; and, inside a CI engine, a step summary and
annotations."""

import os
import sys
from pathlib import Path

from rich.console import Console

from reports.bad_input import BadInput
from reports.gate import annotation, junit, markdown, terminal, verdict
from reports.whole import write_all


def write(folder: Path, told: dict) -> None:
    """All of the files or none."""
    verdict.check(told, folder / "verdict.json")
    write_all(folder, {"verdict.json": verdict.text(told), "gate.md": markdown.render(told),
                       "junit.xml": junit.render(told)})


def tell(told: dict) -> None:
    terminal.show(told, Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 160))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in annotation.render(told):
            print(line)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with open(summary, "a", encoding="utf-8") as file:
                file.write(markdown.render(told) + "\n")
        except OSError as error:
            raise BadInput(summary, f"cannot be written to ({error.strerror})", "see GITHUB_STEP_SUMMARY")
