# SPDX-License-Identifier: Apache-2.0
"""A report of ThreadSanitizer is told in the user's own lines."""

from pathlib import Path

from harness.race.told import tell

REPORT = """\
==================
WARNING: ThreadSanitizer: data race (pid=17)
  Write of size 4 at 0x7ffe5 by thread T4:
    #0 operator() /where/my.cpp:20:5 (my+0xe91df) (BuildId: b9)
    #1 gauntlet::TrackedBody<main::$_0>::run_job() /src/harness/tracked_runtime.hpp:78:7 (my+0xe91df)

  Previous read of size 4 at 0x7ffe5 by thread T3:
    #0 gauntlet::keep(int const&) /src/harness/keep.hpp:3:1 (my+0xe9c51)
    #1 operator() /where/my.cpp:12:9 (my+0xe9c51) (BuildId: b9)

  Location is stack of main thread.

  Thread T4 'goroutine 3' (tid=0, running) created by thread T1 at:
    #0 Context /src/harness/contract/race_context.hpp:60:23 (my+0xe8e56)
    #1 operator() /where/my.cpp:18:3 (my+0xe8e56)

  Thread T3 'goroutine 2' (tid=0, running) created by thread T1 at:
    #0 Context /src/harness/contract/race_context.hpp:60:23 (my+0xe8e56)
    #1 operator() /where/my.cpp:10:3 (my+0xe8e56)

SUMMARY: ThreadSanitizer: data race /where/my.cpp:20:5 in operator()
""".replace("/src/", f"{Path(__file__).resolve().parents[3]}/build/race/../../")


def test_names_both_accesses_both_goroutines_and_their_spawn_sites():
    assert tell(REPORT) == [
        "write of 4 bytes in goroutine 3 at /where/my.cpp:20",
        "read of 4 bytes in goroutine 2 at /where/my.cpp:12",
        "goroutine 3 was started at /where/my.cpp:18",
        "goroutine 2 was started at /where/my.cpp:10",
    ]


def test_main_thread_needs_no_spawn_site():
    told = tell(REPORT.replace("Previous read of size 4 at 0x7ffe5 by thread T3", "Previous read of size 4 at 0x7ffe5 by main thread"))
    assert told[1] == "read of 4 bytes in main thread at /where/my.cpp:12"
    assert len(told) == 3


def test_a_users_own_folder_may_be_called_as_one_of_ours_and_hold_a_space():
    told = tell(REPORT.replace("/where/my.cpp", "/where/harness/my programs/include/my.cpp"))
    assert told[0] == "write of 4 bytes in goroutine 3 at /where/harness/my programs/include/my.cpp:20"


def test_code_without_a_line_is_told_by_its_file():
    told = tell(REPORT.replace("/where/my.cpp:12:9", "/where/my.cpp"))
    assert told[1] == "read of 4 bytes in goroutine 2 at /where/my.cpp"


def test_passes_on_what_it_does_not_understand():
    assert tell("WARNING: DATA RACE\nsomething else") == ["WARNING: DATA RACE", "something else"]
