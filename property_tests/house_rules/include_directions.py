#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Includes run one way: workloads, contract tests -> under_test -> {impl, colour} -> portable -> contract -> std.

Prevents: a workload that quietly knows its lane (and is then fast on one of them), two impls that share a bug by
sharing a header, a second file that knows Google Benchmark.
"""

import re

import tree

PROJECT = ("harness/", "impls/", "workloads/", "property_tests/", "reports/")
# folder: the project headers that its files may include (by prefix).
ALLOWED = {
    "workloads/": ("harness/workload.hpp", "harness/under_test.hpp", "harness/burn.hpp", "harness/marks.hpp",
                   "harness/params.hpp", "harness/pass.hpp", "harness/turns.hpp", "workloads/"),
    "property_tests/contract/": ("harness/under_test.hpp", "property_tests/contract/", "property_tests/histories/"),
    "harness/contract/": ("harness/contract/",),
    "harness/portable/": ("harness/contract/", "harness/portable/"),
    "harness/colour/": ("harness/contract/", "harness/portable/", "harness/colour/"),
}
SEAM = ("harness/under_test.hpp",)


def rule(path, text):
    if not path.endswith((".hpp", ".cpp")):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\bGAUNTLET_(RUNTIME|COLOUR)(_HEADER)?\b", tree.without_comments(line)) and path not in SEAM:
            yield number, "only harness/under_test.hpp names the build's runtime and colour"
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if not found:
            continue
        header = found.group(1)
        if header == "benchmark/benchmark.h" and path != "harness/bench_main.cpp":
            yield number, "only harness/bench_main.cpp knows Google Benchmark"
        if not header.startswith(PROJECT):
            continue
        for folder, allowed in ALLOWED.items():
            if path.startswith(folder) and not header.startswith(allowed):
                yield number, f"{folder} may not include {header}"
        if path.startswith("impls/"):
            own = "/".join(path.split("/")[:2]) + "/"
            if not header.startswith((own, "harness/contract/", "harness/portable/", "harness/colour/")):
                yield number, f"an impl includes itself, the contract, portable and colour, not {header}"


BAD = [("workloads/w.cpp", '#include "impls/tbb/runtime.hpp"'), ("workloads/w.cpp", "#include <benchmark/benchmark.h>"),
       ("impls/a/runtime.hpp", '#include "impls/b/runtime.hpp"'), ("harness/portable/x.hpp", "int x = GAUNTLET_RUNTIME;"),
       ("harness/portable/x.hpp", '#include "harness/colour/blocking.hpp"')]
GOOD = [("impls/a/runtime.hpp", '#include "impls/a/queue.hpp"\n#include <tbb/task.h>')]

if __name__ == "__main__":
    tree.main(rule, ("harness", "impls", "workloads", "property_tests"), BAD, GOOD)
