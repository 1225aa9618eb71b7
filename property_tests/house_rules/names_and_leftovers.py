#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No file is called after nothing, nothing is left to do later, no path of somebody's machine is in the tree.

Prevents: the file where everything ends up, the promise that nobody keeps, the script that runs on one laptop.
"""

import re

import tree

EMPTY_NAMES = re.compile(r"(^|[_\-])(utils?|common|misc|helpers?|manager|base)([_\-.]|$)")
LATER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE = re.compile(r"(?<![\w.])/(home|root|Users|work)/[A-Za-z0-9_.-]+")
MACROS = re.compile(r"^\s*#\s*define\s+(?!GAUNTLET_|AWAIT\b)(\w+)", re.M)


def rule(path, text):
    name = path.rsplit("/", 1)[-1].lower()
    if EMPTY_NAMES.search(name):
        yield 1, "a name that says nothing: name the noun"
    for number, line in enumerate(text.splitlines(), 1):
        if LATER.search(line) and path.endswith(tree.CODE + (".md", ".txt")):
            yield number, "work left for later: do it or open an issue"
        if MACHINE.search(line) and not path.endswith((".svg", ".html", ".json")):
            yield number, f"a path of one machine: {MACHINE.search(line).group(0)}"
    if path.endswith((".hpp", ".cpp")):
        for found in MACROS.finditer(text):
            yield text.count("\n", 0, found.start(1)) + 1, f"macro {found.group(1)}: ours are GAUNTLET_* and AWAIT"


BAD = [("harness/string_util.hpp", ""), ("a.hpp", "// TO" "DO: later"), ("a.sh", "cd /ho" "me/me/project"),
       ("a.hpp", "#define MAX(a, b) a")]
GOOD = [("harness/database.py", "x = '/usr/bin/env'"), ("a.hpp", "#define GAUNTLET_X 1\n#define AWAIT")]

if __name__ == "__main__":
    tree.main(rule, (".",), BAD, GOOD)
