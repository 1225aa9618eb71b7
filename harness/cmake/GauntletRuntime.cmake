# SPDX-License-Identifier: Apache-2.0
# A lane in one call: its bench executable, its contract tests, its line in lanes.json.
#
#   gauntlet_add_runtime(<lane> HEADER <adapter.hpp> TYPE <adapter type> DESCRIPTION <text>
#                        [COLOUR blocking|stackless] [PACKAGE <find_package name> VERSION <v> COMPONENTS <c>...]
#                        [TITLE <library as people call it>] [LIBRARIES <targets>...])
#   gauntlet_add_reference(<lane> PROGRAM <tool> DIRECTORY <dir> SOURCES <files>... COMMAND <args>...
#                          [ORACLE_DIRECTORY <dir> ORACLE_SOURCES <files>...]
#                          DESCRIPTION <text> TITLE <toolchain as people call it>)
#
# The oracle of a reference is its contract executable: a program in its own language, with the flags and
# the JSON of GoogleTest.
#
# What a lane needs and this machine has not makes it "n/a (<title> not found)"; the rest is built.

set(GAUNTLET_TEST_WORKERS 1 2 4)  # As the measurements: one, the cores, oversubscribed.
if(GAUNTLET_SANITIZE)
  set(GAUNTLET_TEST_WORKERS 2 4)  # One worker alone races with nobody, and the sanitizers are slow.
endif()

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_custom_target(gauntlet_lanes)  # What a measurement needs: benches and the contract tests that prove them.

function(gauntlet_note_lane lane kind status reason description bench contract overhead)
  string(CONFIGURE [[{"lane":"@lane@","kind":"@kind@","status":"@status@","reason":@reason@,
 "description":"@description@","bench":@bench@,"contract":@contract@,"overhead":@overhead@}]] entry @ONLY)
  set_property(GLOBAL APPEND PROPERTY GAUNTLET_LANES "${entry}")
  add_custom_target(gauntlet_lane_${lane})  # What a measurement of this one needs; nothing, if it is missing.
  add_dependencies(gauntlet_lanes gauntlet_lane_${lane})
endfunction()

# Writes <build>/lanes.json, which the driver reads.
function(gauntlet_write_lanes)
  get_property(lanes GLOBAL PROPERTY GAUNTLET_LANES)
  list(JOIN lanes ",\n" text)
  # The hand-written programs were added after their lanes, and only for some.
  string(REGEX MATCHALL "overhead_[a-z0-9_]+<" programs "${text}")
  foreach(program IN LISTS programs)
    string(REPLACE "<" "" target ${program})
    set(path null)
    if(TARGET ${target})
      set(path "\"$<TARGET_FILE:${target}>\"")
    endif()
    string(REPLACE "${program}" "${path}" text "${text}")
  endforeach()
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/lanes.json CONTENT "[${text}]\n")
endfunction()

function(gauntlet_lane_missing lane kind reason description)
  message(STATUS "lane ${lane}: skipped (${reason})")
  gauntlet_note_lane(${lane} ${kind} n/a "\"${reason}\"" "${description}" null null null)
endfunction()

# Every case of a bench once, small: see the script.
function(gauntlet_play_workloads lane bench)
  if(GAUNTLET_SANITIZE)
    return()
  endif()
  add_test(NAME workloads.${lane} COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/property_tests/workloads/once.py
           ${bench} ${ARGN})
  set_tests_properties(workloads.${lane} PROPERTIES LABELS workloads TIMEOUT 120)
endfunction()

function(gauntlet_add_runtime lane)
  cmake_parse_arguments(arg "" "HEADER;TYPE;COLOUR;PACKAGE;VERSION;TITLE;DESCRIPTION" "LIBRARIES;COMPONENTS" ${ARGN})
  if(NOT arg_COLOUR)
    set(arg_COLOUR blocking)
  endif()
  set(libraries_text "none")
  if(arg_PACKAGE)
    find_package(${arg_PACKAGE} ${arg_VERSION} QUIET COMPONENTS ${arg_COMPONENTS})
    if(NOT ${arg_PACKAGE}_FOUND)
      gauntlet_lane_missing(${lane} runtime "${arg_TITLE} not found" "${arg_DESCRIPTION}")
      return()
    endif()
    if(GAUNTLET_SANITIZE)
      if(NOT TARGET gauntlet_sanitized_${arg_PACKAGE})
        set(why ${gauntlet_sanitized_${arg_PACKAGE}_missing})
        if(NOT why)
          set(why "${arg_TITLE} is not built with -fsanitize=${GAUNTLET_SANITIZE}")
        endif()
        gauntlet_lane_missing(${lane} runtime "${why}" "${arg_DESCRIPTION}")
        return()
      endif()
      set(arg_LIBRARIES gauntlet_sanitized_${arg_PACKAGE})  # Never the prebuilt one.
    endif()
    set(libraries_text "${arg_TITLE} ${${arg_PACKAGE}_VERSION}")
  endif()

  string(REPLACE "+" "_" target ${lane})
  add_library(lane_${target} INTERFACE)
  target_link_libraries(lane_${target} INTERFACE gauntlet_headers ${arg_LIBRARIES})
  target_compile_definitions(lane_${target} INTERFACE
    GAUNTLET_RUNTIME_HEADER="${arg_HEADER}"
    GAUNTLET_RUNTIME=${arg_TYPE}
    GAUNTLET_COLOUR_HEADER="harness/colour/${arg_COLOUR}.hpp"
    GAUNTLET_LANE_LIBRARIES="${libraries_text}")

  gauntlet_bench_sources(bench_sources)
  add_executable(bench_${target} ${bench_sources})
  if(GAUNTLET_SANITIZE)
    set_target_properties(bench_${target} PROPERTIES EXCLUDE_FROM_ALL TRUE)  # Nobody measures these.
  endif()
  target_link_libraries(bench_${target} PRIVATE lane_${target} gauntlet_harness benchmark::benchmark
                        nlohmann_json::nlohmann_json)
  target_compile_definitions(bench_${target} PRIVATE GAUNTLET_REPORTS=0)  # Decision 0080.
  # Reading the seam is most of what a workload's compilation costs. GCC forgets a header's `#pragma GCC
  # diagnostic` when the header is precompiled: waiter.hpp has the only one, and the reason.
  target_precompile_headers(bench_${target} PRIVATE ${PROJECT_SOURCE_DIR}/harness/workload.hpp)
  target_compile_options(bench_${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-dangling-pointer>)

  # The same with a fault that the gate's self-tests switch on (harness/injection); built when asked for.
  add_executable(bench_${target}_injected EXCLUDE_FROM_ALL ${bench_sources})
  target_link_libraries(bench_${target}_injected PRIVATE gauntlet_headers ${arg_LIBRARIES} gauntlet_harness
                        benchmark::benchmark nlohmann_json::nlohmann_json)
  file(CONFIGURE OUTPUT injected/${target}.hpp CONTENT
       "#include \"${arg_HEADER}\"\n#include \"harness/injection/injected.hpp\"\n")
  target_include_directories(bench_${target}_injected PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
  target_compile_definitions(bench_${target}_injected PRIVATE
    GAUNTLET_REPORTS=0
    GAUNTLET_RUNTIME_HEADER="injected/${target}.hpp"
    GAUNTLET_RUNTIME=Injected<${arg_TYPE}>
    GAUNTLET_COLOUR_HEADER="harness/colour/${arg_COLOUR}.hpp"
    GAUNTLET_LANE_LIBRARIES="${libraries_text}")

  gauntlet_contract_sources(contract_sources)
  add_executable(contract_${target} ${contract_sources})
  gauntlet_compile_together(contract_${target})
  target_link_libraries(contract_${target} PRIVATE lane_${target} gauntlet_litmus gauntlet_histories
                        GTest::gtest rapidcheck)
  target_compile_definitions(contract_${target} PRIVATE GAUNTLET_PANIC_THROWS)
  foreach(workers IN LISTS GAUNTLET_TEST_WORKERS)
    gauntlet_discover(contract_${target} contract.${lane}.w${workers} LABEL contract TIMEOUT 180
                      ENVIRONMENT GAUNTLET_WORKERS=${workers})
  endforeach()

  gauntlet_play_workloads(${lane} $<TARGET_FILE:bench_${target}> --passes 1)
  gauntlet_note_lane(${lane} runtime ok null "${arg_DESCRIPTION}" "\"$<TARGET_FILE:bench_${target}>\""
                     "\"$<TARGET_FILE:contract_${target}>\"" overhead_${target}<)
  add_dependencies(gauntlet_lane_${lane} bench_${target} contract_${target})
endfunction()

function(gauntlet_build_reference program directory sources command)
  list(TRANSFORM sources PREPEND ${directory}/)
  get_filename_component(name ${program} NAME)
  add_custom_command(OUTPUT ${program}
    COMMAND ${CMAKE_COMMAND} -E env GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
            ${GAUNTLET_${lane}_PROGRAM} ${command} -o ${program} .
    WORKING_DIRECTORY ${directory} DEPENDS ${sources} VERBATIM COMMENT "Building ${name}")
endfunction()

function(gauntlet_add_reference lane)
  cmake_parse_arguments(arg "" "PROGRAM;DIRECTORY;ORACLE_DIRECTORY;TITLE;DESCRIPTION"
                        "SOURCES;ORACLE_SOURCES;COMMAND" ${ARGN})
  if(GAUNTLET_SANITIZE)
    gauntlet_lane_missing(${lane} reference "not built in a sanitizer tree" "${arg_DESCRIPTION}")
    return()
  endif()
  find_program(GAUNTLET_${lane}_PROGRAM ${arg_PROGRAM})
  if(NOT GAUNTLET_${lane}_PROGRAM)
    gauntlet_lane_missing(${lane} reference "no ${arg_TITLE}" "${arg_DESCRIPTION}")
    return()
  endif()
  set(bench ${CMAKE_CURRENT_BINARY_DIR}/bench_${lane})
  gauntlet_build_reference(${bench} ${arg_DIRECTORY} "${arg_SOURCES}" "${arg_COMMAND}")
  set(programs ${bench})
  set(contract null)
  if(arg_ORACLE_DIRECTORY)
    set(oracle ${CMAKE_CURRENT_BINARY_DIR}/contract_${lane})
    gauntlet_build_reference(${oracle} ${arg_ORACLE_DIRECTORY} "${arg_ORACLE_SOURCES}" "${arg_COMMAND}")
    list(APPEND programs ${oracle})
    set(contract "\"${oracle}\"")
    foreach(workers IN LISTS GAUNTLET_TEST_WORKERS)
      add_test(NAME contract.${lane}.w${workers}.oracle COMMAND ${oracle})
      set_tests_properties(contract.${lane}.w${workers}.oracle PROPERTIES
        ENVIRONMENT GAUNTLET_WORKERS=${workers} LABELS contract TIMEOUT 180)
    endforeach()
  endif()
  gauntlet_play_workloads(${lane} ${bench} --twin $<TARGET_FILE:bench_os_threads>)
  add_custom_target(reference_${lane} ALL DEPENDS ${programs})
  gauntlet_note_lane(${lane} reference ok null "${arg_DESCRIPTION}" "\"${bench}\"" "${contract}" null)
  add_dependencies(gauntlet_lane_${lane} reference_${lane})
endfunction()
