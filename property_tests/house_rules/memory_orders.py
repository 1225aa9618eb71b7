#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every atomic operation in impls/ and harness/ names its memory order; fences, and sleeping on an atomic, are the seam's.

Prevents: a seq_cst that nobody meant (and pays for on ARM), a fence that ThreadSanitizer does not see, a wake-up that
std::atomic::notify_one() of libstdc++ 12 loses.
"""

import re

import tree

OPERATION = re.compile(r"(?:\.|->)(load|store|exchange|fetch_\w+|compare_exchange_\w+|test_and_set|wait|notify_\w+)\s*\(")
SEAM = "harness/contract/atomics.hpp"  # Its light_fence() is half of a pair that the explorer knows.
ATOMIC = re.compile(r"\bstd::atomic(?:_\w+)?\s*(?:<[^;{}()]*>)?\s+(\w+)\s*[;{=(\[]|Atomic<[^;{}()]*>\s+(\w+)\s*[;{=]")


def arguments(text, start):
    """What stands between the parenthesis at `start` and its partner."""
    depth = 0
    for end in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return text[start + 1:end]
    return text[start + 1:]


def rule(path, text):
    code = tree.without_comments(text) if path.endswith((".hpp", ".cpp")) else ""
    line_of = lambda at: code.count("\n", 0, at) + 1
    for found in re.finditer(r"\batomic_thread_fence\b" if path == SEAM else r"\batomic_(thread|signal)_fence\b", code):
        yield line_of(found.start()), "a bare fence: ThreadSanitizer does not see it"
    if "atomic" not in code.lower():
        return
    names = {a or b for a, b in ATOMIC.findall(code)}
    for found in OPERATION.finditer(code):
        inside = arguments(code, found.end() - 1)
        owner = re.search(r"(\w+)(?:\[[^\]]*\])?$", code[:found.start()])
        if found.group(1).startswith(("wait", "notify_")):  # Not of a condition variable, or a wait group.
            if owner and owner.group(1) in names:
                yield line_of(found.start()), f"{found.group(1)}() may lose a wake-up; use sleep_while() and wake() of the seam"
        elif not re.search(r"\bmemory_order|\b(order|success|failure)\b", inside):
            yield line_of(found.start()), f"{found.group(1)}() names no memory order"
    for name in sorted(names):
        for found in re.finditer(rf"(?:\+\+|--)\s*{name}\b|(?<![\w.>&*]){name}\s*(?:\+\+|--|[-+|&^]?=(?!=))", code):
            line = code.splitlines()[line_of(found.start()) - 1]
            if not re.search(rf"[aA]tomic\w*\b.*\b{name}\b", line):  # Its own declaration.
                yield line_of(found.start()), f"{name}: an operator on an atomic is a hidden seq_cst"


OF_AN_ATOMIC = ("a.load()", "++a", "a = 3", "a.wait(0, std::memory_order_acquire)", "a.notify_one()")
BAD = [*(("harness/x.hpp", f"std::atomic<int> a{{0}};\nvoid f() {{ {each}; }}") for each in OF_AN_ATOMIC),
       ("impls/x.hpp", "void f() { std::atomic_signal_fence(std::memory_order_seq_cst); }"),
       (SEAM, "void f() { std::atomic_thread_fence(std::memory_order_seq_cst); }")]
GOOD = [("harness/x.hpp", "std::atomic<int> a{0};\nstd::condition_variable c;\nint f() { c.notify_one(); return a.load(std::memory_order_acquire); }"),
        (SEAM, "void f() { std::atomic_signal_fence(std::memory_order_seq_cst); }")]

if __name__ == "__main__":
    tree.main(rule, ("harness", "impls"), BAD, GOOD)
