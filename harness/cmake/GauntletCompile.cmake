# SPDX-License-Identifier: Apache-2.0
# How everything here is compiled: one interface target that every executable links.

add_library(gauntlet_headers INTERFACE)
target_include_directories(gauntlet_headers INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_features(gauntlet_headers INTERFACE cxx_std_20)
target_compile_options(gauntlet_headers INTERFACE -Wall -Wextra -Wconversion -Wshadow
                       $<$<BOOL:${GAUNTLET_WARNINGS_ARE_ERRORS}>:-Werror>)
target_link_libraries(gauntlet_headers INTERFACE Threads::Threads)
set(CMAKE_CXX_EXTENSIONS OFF)

if(GAUNTLET_SANITIZE)
  add_compile_options(-fsanitize=${GAUNTLET_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GAUNTLET_SANITIZE})
endif()

option(GAUNTLET_PORTABLE_SWITCH "work_stealing switches stacks over ucontext, as on CPUs without assembly for it" OFF)
if(GAUNTLET_PORTABLE_SWITCH)
  add_compile_definitions(GAUNTLET_PORTABLE_SWITCH)
endif()

if(GAUNTLET_VALGRIND)
  find_path(GAUNTLET_VALGRIND_HEADERS valgrind/memcheck.h)
  find_program(GAUNTLET_VALGRIND_PROGRAM valgrind)
  if(GAUNTLET_SANITIZE OR NOT GAUNTLET_VALGRIND_HEADERS OR NOT GAUNTLET_VALGRIND_PROGRAM)
    message(FATAL_ERROR "GAUNTLET_VALGRIND wants valgrind and its headers (sudo apt-get install valgrind), and no sanitizer")
  endif()
  add_compile_definitions(GAUNTLET_VALGRIND)
endif()

# Test files are compiled 19 at a time, half a contract (1.7 GB of memory): more than half of the work on one is reading
# headers and instantiating what the next needs again. So their unnamed namespaces are shared. Off for those who change
# one test over and over.
option(GAUNTLET_UNITY_TESTS "Compile contract tests several files at a time" ON)
function(gauntlet_compile_together target)
  if(GAUNTLET_UNITY_TESTS)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 19)
    # A test file is a header now, and GCC warns of lambdas in headers.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# The build's own facts, for the context of every result.
string(TOUPPER "${CMAKE_BUILD_TYPE}" gauntlet_build_type)
string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${gauntlet_build_type}}" gauntlet_build_flags)
add_library(gauntlet_build_facts INTERFACE)
target_compile_definitions(gauntlet_build_facts INTERFACE
  GAUNTLET_BUILD_COMPILER="${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
  GAUNTLET_BUILD_FLAGS="${gauntlet_build_flags}"
  GAUNTLET_BUILD_TYPE="${CMAKE_BUILD_TYPE}")
