# SPDX-License-Identifier: Apache-2.0
# A GoogleTest executable with its labels and time limit.
#
#   gauntlet_add_test(<name> LABEL <unit|explore|...> [TIMEOUT <seconds>] SOURCES <files>...
#                     [LIBRARIES <targets>...])
#   gauntlet_discover(<target> <prefix> LABEL <label> TIMEOUT <seconds> [ENVIRONMENT <settings>...])
#
# Every test is a process of its own. In a sanitizer tree an executable is one: the sanitizer's start and
# end cost more than most tests, and a report names its test by the frames in it.

# ThreadSanitizer by default sleeps a second at exit while threads live, and fibers count as threads. What is five
# to fifteen times slower gets more patience.
set(GAUNTLET_SANITIZER_SETTINGS
  "GAUNTLET_TEST_TIMEOUT=600"
  "TSAN_OPTIONS=halt_on_error=1:atexit_sleep_ms=20"
  "ASAN_OPTIONS=detect_stack_use_after_return=1:detect_leaks=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1")

function(gauntlet_discover target prefix)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "ENVIRONMENT" ${ARGN})
  if(GAUNTLET_SANITIZE)
    math(EXPR patience "${arg_TIMEOUT} * 10")
    add_test(NAME ${prefix} COMMAND ${target})
    set_tests_properties(${prefix} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${patience}
      ENVIRONMENT "${arg_ENVIRONMENT};${GAUNTLET_SANITIZER_SETTINGS}")
    return()
  endif()
  string(MAKE_C_IDENTIFIER "${target}_${prefix}" list)
  set(environment)
  if(arg_ENVIRONMENT)
    set(environment ENVIRONMENT ${arg_ENVIRONMENT})
  endif()
  gtest_discover_tests(${target} TEST_PREFIX ${prefix}. TEST_LIST ${list} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} ${environment})
endfunction()

function(gauntlet_add_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  gauntlet_compile_together(${name})
  target_link_libraries(${name} PRIVATE gauntlet_headers ${arg_LIBRARIES} GTest::gtest_main)
  gauntlet_discover(${name} ${arg_LABEL}.${name} LABEL ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
