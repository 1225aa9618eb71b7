#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What gdb shows of a goroutine: the user's frames, its entry, and then a clean end.

usage: backtrace.py GDB PROGRAM

PROGRAM is backtrace_program. Exit code 77: gdb is missing, or may not trace a process here.
"""

import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
USERS = ["stop_here", "user_leaf", "user_middle"]
ENTRY = "goroutine_entry"
BAD_ENDS = ("Backtrace stopped", "corrupt", "?? ()", "Cannot access memory")

STOP = "set breakpoint pending on\nbreak stop_here\nrun {case}\nbacktrace\n"
# As impls/work_stealing/README.md tells people to look at one that is parked.
PARKED = STOP + """\
set $saved_sp = $sp
set $saved_fp = {frame_pointer}
set $saved_pc = $pc
set $sp = parked->stack_pointer
set {frame_pointer} = parked->frame_pointer
set $pc = parked->resume_at
backtrace
set $sp = $saved_sp
set {frame_pointer} = $saved_fp
set $pc = $saved_pc
continue
"""
UNCAUGHT = "run {case}\nbacktrace\n"

# case: script, and per backtrace the frames that must be the user's, innermost first.
CASES = {
    "at_its_first_run": (STOP, [USERS]),
    "on_a_stack_that_served_before": (STOP, [USERS]),
    "after_a_thousand_parks": (STOP, [USERS]),
    "parked_elsewhere": (PARKED, [["stop_here"], ["user_leaf", "user_middle"]]),
    "uncaught": (UNCAUGHT, [["die_of_uncaught_exception"]]),
}


def frames_of(text):
    """The backtraces in what gdb said: each a list of lines, innermost first."""
    traces = []
    for line in text.splitlines():
        if found := re.match(r"#(\d+) ", line):
            if found[1] == "0":
                traces.append([])
            traces[-1].append(line)
    return traces


def under_gdb(gdb, program, case, script):
    frame_pointer = {"x86_64": "$rbp", "aarch64": "$x29"}[subprocess.check_output(["uname", "-m"], text=True).strip()]
    with tempfile.NamedTemporaryFile("w", suffix=".gdb") as file:
        file.write("set width 0\nset pagination off\nset startup-with-shell off\nset print frame-arguments none\n")
        file.write(script.format(case=case, frame_pointer=frame_pointer))
        file.flush()
        done = subprocess.run([gdb, "-nx", "-nh", "-batch", "-x", file.name, program], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=100)
    return done.stdout + done.stderr


def faults(text, script, expected):
    """Why the backtraces are not as they must be."""
    traces = frames_of(text)
    # gdb shows frame 0 by itself where it stops: a trace of one frame is that line.
    traces = [trace for trace in traces if len(trace) > 1]
    if len(traces) != len(expected):
        yield f"{len(traces)} backtraces instead of {len(expected)}"
    for trace, users in zip(traces, expected):
        at = [next((i for i, line in enumerate(trace) if name in line), None) for name in users]
        if None in at or at != sorted(at):
            yield f"the frames {users} are not there in this order"
        if ENTRY not in trace[-1]:
            yield f"the last frame is not the entry: {trace[-1]}"
    if "\ncontinue\n" in script and "exited normally" not in text:
        yield "the program did not go on"
    for bad in BAD_ENDS:
        if bad in text:
            yield f"gdb said: {bad}"


def main():
    gdb, program = sys.argv[1:]
    if shutil.which(gdb) is None:
        print("skipped: gdb not found (package gdb)")
        return SKIPPED
    failed = False
    for case, (script, expected) in CASES.items():
        text = under_gdb(gdb, program, case, script)
        if re.search(r"ptrace: Operation not permitted|Could not trace the inferior|Cannot PTRACE", text):
            print("skipped: this container does not let gdb trace a process (docker run --cap-add SYS_PTRACE)")
            return SKIPPED
        for fault in faults(text, script, expected):
            failed = True
            print(f"{case}: {fault}\n{text}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
