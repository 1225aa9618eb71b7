# SPDX-License-Identifier: Apache-2.0
# A GoogleTest executable with its labels and time limit.
#
#   gauntlet_add_test(<name> LABEL <unit|explore|...> [TIMEOUT <seconds>] SOURCES <files>...
#                     [LIBRARIES <targets>...])

function(gauntlet_add_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE gauntlet_headers ${arg_LIBRARIES} GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX ${arg_LABEL}.${name}. DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
