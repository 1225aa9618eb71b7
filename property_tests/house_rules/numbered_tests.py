#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A contract test's name begins with the number of the rule that it proves.

Prevents: the test that no rule counts, so that a lane that fails it still keeps every rule of the score.
"""

import re

import tree

TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+)", re.M)
NUMBERED = re.compile(r"([A-Z]\d+_)+[a-z0-9]")


def rule(path, text):
    if path.endswith(".cpp"):
        for found in TEST.finditer(text):
            if not NUMBERED.match(found[2]):
                yield text.count("\n", 0, found.start()) + 1, f"{found[1]}.{found[2]} begins with no rule's number"


BAD = [("a.cpp", "TEST(Channel, closes) {"), ("a.cpp", "\nRC_GTEST_PROP(Channel, C5closes, ()) {")]
GOOD = [("a.cpp", "TEST(Channel, C5_closes) {"), ("a.cpp", "TEST(Select, S1_S5_commits_once) {")]

if __name__ == "__main__":
    tree.main(rule, ("property_tests/contract",), BAD, GOOD)
