# SPDX-License-Identifier: Apache-2.0
"""The project's files as the house rules see them, and how a rule reports and proves itself.

A rule is a function (path, text) -> complaints. Every script first shows that it flags its bad samples: a check
that passes everything looks exactly like a clean tree.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = (".hpp", ".cpp", ".S", ".go", ".py", ".sh", ".cmake")


def files(*tops):
    """(path from the root, text) of every file that git knows or would add, under `tops`."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *tops],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in sorted(set(listed.split("\0")) - {""}):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # Pictures, and files that were just removed.


def without_comments(text):
    """C++ with comments and strings blanked; lines stay where they are."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", blank, text, flags=re.S)


def main(rule, tops, bad_samples, good_samples=()):
    """Self-test, then the tree. Exit 1 with one line for each complaint."""
    for path, text in bad_samples:
        if not list(rule(path, text)):
            sys.exit(f"self-test: not flagged: {path}: {text!r}")
    for path, text in good_samples:
        if complaints := list(rule(path, text)):
            sys.exit(f"self-test: wrongly flagged: {path}: {complaints}")
    complaints = [f"{path}:{line}: {what}" for path, text in files(*tops) for line, what in rule(path, text)]
    print("\n".join(complaints) or "clean")
    sys.exit(1 if complaints else 0)
