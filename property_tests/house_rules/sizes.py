#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A workload fits one screen and a half, an adapter is read in one sitting, a house rule is short.

Prevents: the workload with a special case per lane, the adapter that became a library of its own.
"""

import re

import tree

# pattern of the path: most lines. work_stealing is a runtime, not an adapter.
LIMITS = ((re.compile(r"workloads/[^/]+\.cpp$"), 80),
          (re.compile(r"impls/(?!work_stealing/)[^/]+/runtime\.hpp$"), 150),
          (re.compile(r"property_tests/house_rules/[^/]+\.py$"), 60))


def rule(path, text):
    lines = len(text.splitlines())
    for pattern, most in LIMITS:
        if pattern.search(path) and lines > most:
            yield lines, f"{lines} lines; at most {most}"


BAD = [("workloads/x.cpp", "\n" * 81), ("impls/tbb/runtime.hpp", "\n" * 151)]
GOOD = [("workloads/x.cpp", "\n" * 80), ("impls/work_stealing/runtime.hpp", "\n" * 400)]

if __name__ == "__main__":
    tree.main(rule, ("workloads", "impls", "property_tests"), BAD, GOOD)
