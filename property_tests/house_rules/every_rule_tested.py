#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every numbered rule of harness/contract/channel.md has a test that carries its number, and no test carries
the number of a rule that is not there.

Prevents: the rule that everybody believes to be kept, because it has a number and stands on the page.
"""

import json
import re
import sys

import tree

ROW = re.compile(r"^\| ([A-Z]\d+) \|", re.M)
TEST = re.compile(r"^(?:TEST|TEST_F|RC_GTEST_PROP)\(\s*\w+,\s*((?:[A-Z]\d+_)+)", re.M)
PROGRAM = re.compile(r"\"((?:[A-Z]\d+_)+)[a-z]")  # Of property_tests/races, by name.


def numbers(names):
    return {number for name in names for number in name.strip("_").split("_")}


def complaints(page, tests, programs, litmus):
    rules = set(ROW.findall(page))
    tested = numbers(TEST.findall(tests)) | numbers(PROGRAM.findall(programs)) | {case["rule"] for case in litmus}
    yield from (f"rule {rule} has no test" for rule in sorted(rules - tested))
    yield from (f"a test is named after rule {rule}, which is not there" for rule in sorted(tested - rules))


def self_test():
    page, test = "| C1 | x |\n| H2 | y |\n", "TEST(Channel, C1_sends) {\n"
    clean = list(complaints(page, test, 'k("H2_sends_order", 1)', [{"rule": "C1"}]))
    missing = list(complaints(page, test, "", []))
    unknown = list(complaints(page, test.replace("C1_", "C1_C9_"), 'k("H2_orders", 1)', []))
    if clean or missing != ["rule H2 has no test"] or unknown != ["a test is named after rule C9, which is not there"]:
        sys.exit(f"self-test: {clean} {missing} {unknown}")


def main():
    self_test()
    page = (tree.ROOT / "harness/contract/channel.md").read_text(encoding="utf-8")
    litmus = json.loads((tree.ROOT / "property_tests/oracle/litmus.json").read_text(encoding="utf-8"))
    tests = "\n".join(text for path, text in tree.files("property_tests/contract") if path.endswith(".cpp"))
    programs = "\n".join(text for path, text in tree.files("property_tests/races", "property_tests/lifetime")
                         if path.endswith(".cpp"))
    found = [f"harness/contract/channel.md: {one}" for one in complaints(page, tests, programs, litmus)]
    print("\n".join(found) or "clean")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
