#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every source file starts with its licence and then says what it is.

Prevents: a file that a stranger has to read whole to learn what it is for, and code of unclear licence.
"""

import re

import tree

LICENCE = "SPDX-License-Identifier: Apache-2.0"


def rule(path, text):
    if not path.endswith(tree.CODE) and not path.endswith("CMakeLists.txt"):
        return
    lines = text.splitlines()
    if not lines or path.endswith("__init__.py") and len(lines) <= 1:
        return
    at = 1 if lines[0].startswith("#!") else 0
    if len(lines) <= at or LICENCE not in lines[at]:
        yield at + 1, f"line {at + 1} is not the licence line ({LICENCE})"
        return
    said = next((line for line in lines[at + 1:] if line.strip()), "")
    if not re.match(r'\s*(//|#(?!include|pragma|!)|/\*|""")', said) and path.endswith((".hpp", ".cpp", ".py", ".sh", ".cmake")):
        yield at + 2, "no comment says what this file is"


BAD = [("a.hpp", "#pragma once\n"), ("a.py", "#!/usr/bin/env python3\nimport os\n"),
       ("a.hpp", f"// {LICENCE}\n#pragma once\n")]
GOOD = [("a.hpp", f"// {LICENCE}\n// A thing.\n#pragma once\n"), ("a.sh", f"#!/bin/sh\n# {LICENCE}\n# Does it.\n")]

if __name__ == "__main__":
    tree.main(rule, (".",), BAD, GOOD)
