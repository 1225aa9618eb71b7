# SPDX-License-Identifier: Apache-2.0
# oneTBB and Boost.Fiber for a sanitizer tree, compiled here with the tree's own flags: a library that the
# sanitizer does not see through drowns a run in false reports (TSan), or hides stacks from it (ASan).
#
# Opt-in (GAUNTLET_SANITIZED_DEPENDENCIES=ON), because it fetches the installed packages' sources; what
# cannot be had makes its lanes "n/a", with one line that says why. Per package <P> it makes a target
# gauntlet_sanitized_<P>, or sets gauntlet_sanitized_<P>_missing.

set(GAUNTLET_SANITIZED_DEPENDENCIES OFF CACHE BOOL
    "In a sanitizer tree: compile oneTBB and Boost.Fiber from Debian's sources, with the sanitizer")
set(gauntlet_dependency_folder ${PROJECT_SOURCE_DIR}/build/dependencies)

# gauntlet_fetch_sources(<result> <package> <folder> <patterns>...): sets <result> to "" or to what is wrong.
function(gauntlet_fetch_sources result package folder)
  execute_process(
    COMMAND ${PROJECT_SOURCE_DIR}/harness/setup/sources.sh ${gauntlet_dependency_folder}/${folder} ${package} ${ARGN}
    RESULT_VARIABLE code ERROR_VARIABLE said OUTPUT_QUIET ERROR_STRIP_TRAILING_WHITESPACE)
  if(code EQUAL 0)
    set(said "")
  endif()
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

# gauntlet_check_version(<result> <folder> <header> <pattern with two groups> <separator>): sets <result> to "" if
# the sources in <folder> have the version that <header> tells, else to what is wrong.
function(gauntlet_check_version result folder header pattern separator)
  file(STRINGS ${gauntlet_dependency_folder}/${folder}/version sources LIMIT_COUNT 1)
  string(REGEX MATCH "^[0-9.]+" sources "${sources}")
  file(READ ${header} text)
  string(REGEX MATCH "${pattern}" found "${text}")
  string(REPLACE "_" "." installed "${CMAKE_MATCH_1}${separator}${CMAKE_MATCH_2}")
  string(REGEX REPLACE "\\.$" "" installed "${installed}")
  set(${result} "" PARENT_SCOPE)
  if(NOT "${sources}." MATCHES "^${installed}\\.")
    set(${result} "the sources are ${sources}, the installed headers ${installed}" PARENT_SCOPE)
  endif()
endfunction()

function(gauntlet_add_sanitized_tbb)
  gauntlet_fetch_sources(missing libtbb-dev onetbb)
  set(version_header /usr/include/oneapi/tbb/version.h)
  if(NOT missing AND EXISTS ${version_header})
    gauntlet_check_version(missing onetbb ${version_header}
      "TBB_VERSION_MAJOR ([0-9]+).*TBB_VERSION_MINOR ([0-9]+)" ".")
  endif()
  if(missing)
    set(gauntlet_sanitized_TBB_missing "${missing}" PARENT_SCOPE)
    return()
  endif()
  set(root ${gauntlet_dependency_folder}/onetbb)
  set(files
    address_waiter allocator arena arena_slot concurrent_bounded_queue dynamic_link exception governor
    global_control itt_notify main market misc misc_ex observer_proxy parallel_pipeline private_server
    profiling queuing_rw_mutex rml_tbb rtm_mutex rtm_rw_mutex semaphore small_object_pool task
    task_dispatcher task_group_context version)
  list(TRANSFORM files PREPEND ${root}/src/tbb/)
  list(TRANSFORM files APPEND .cpp)
  add_library(gauntlet_sanitized_TBB STATIC EXCLUDE_FROM_ALL ${files})
  target_include_directories(gauntlet_sanitized_TBB SYSTEM BEFORE PUBLIC ${root}/include)
  target_compile_definitions(gauntlet_sanitized_TBB PRIVATE __TBB_BUILD __TBB_DYNAMIC_LOAD_ENABLED=0
                             __TBB_SOURCE_DIRECTLY_INCLUDED=1)
  if(GAUNTLET_SANITIZE MATCHES address)
    target_compile_definitions(gauntlet_sanitized_TBB PUBLIC __TBB_USE_ADDRESS_SANITIZER=1)
  endif()
  # Its own undefined behaviour (a reference bound to null in co_context.h) is not ours to report.
  target_compile_options(gauntlet_sanitized_TBB PRIVATE -w -fno-sanitize=undefined)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(gauntlet_sanitized_TBB PRIVATE -mrtm -mwaitpkg)
  endif()
  target_link_libraries(gauntlet_sanitized_TBB PUBLIC Threads::Threads)
endfunction()

# ThreadSanitizer does not see fences: a release that is completed by a fence becomes an acquire-release, in
# copies of the installed headers which come first. Fails if a header no longer has that pattern.
function(gauntlet_patch_boost_headers folder)
  set(release "fetch_sub( 1, std::memory_order_release)")
  foreach(header IN ITEMS context.hpp algo/algorithm.hpp detail/fss.hpp future/detail/shared_state.hpp)
    file(READ /usr/include/boost/fiber/${header} text)
    string(FIND "${text}" "${release}" at)
    if(at EQUAL -1)
      message(FATAL_ERROR "boost/fiber/${header} has no '${release}' to replace: "
                          "look again at harness/cmake/GauntletSanitizedDependencies.cmake")
    endif()
    string(REPLACE "${release}" "fetch_sub( 1, std::memory_order_acq_rel)" text "${text}")
    file(CONFIGURE OUTPUT ${folder}/boost/fiber/${header} CONTENT "${text}" @ONLY)
  endforeach()
endfunction()

function(gauntlet_add_sanitized_boost)
  gauntlet_fetch_sources(missing libboost-fiber1.81-dev boost */libs/fiber/src/* */libs/context/src/*)
  if(NOT missing)
    gauntlet_check_version(missing boost /usr/include/boost/version.hpp
      "BOOST_LIB_VERSION \"([0-9]+_[0-9]+)(_[0-9]+)?\"" "")
  endif()
  if(missing)
    set(gauntlet_sanitized_Boost_missing "${missing}" PARENT_SCOPE)
    return()
  endif()
  set(root ${gauntlet_dependency_folder}/boost/libs)
  set(patched ${gauntlet_dependency_folder}/patched)
  gauntlet_patch_boost_headers(${patched})
  set(fiber barrier condition_variable context fiber future mutex properties recursive_mutex
            recursive_timed_mutex scheduler timed_mutex waker algo/algorithm algo/round_robin
            algo/shared_work algo/work_stealing)
  list(TRANSFORM fiber PREPEND ${root}/fiber/src/)
  list(TRANSFORM fiber APPEND .cpp)
  add_library(gauntlet_sanitized_Boost STATIC EXCLUDE_FROM_ALL ${fiber}
    ${root}/context/src/fiber.cpp ${root}/context/src/posix/stack_traits.cpp)
  target_include_directories(gauntlet_sanitized_Boost SYSTEM BEFORE PUBLIC ${patched})
  # The same in the library and in whoever includes its headers: they change the layout of its classes.
  target_compile_definitions(gauntlet_sanitized_Boost
    PUBLIC BOOST_USE_UCONTEXT BOOST_ALL_NO_LIB
    PRIVATE BOOST_FIBERS_SOURCE BOOST_CONTEXT_SOURCE)
  if(GAUNTLET_SANITIZE MATCHES address)
    target_compile_definitions(gauntlet_sanitized_Boost PUBLIC BOOST_USE_ASAN)
  else()
    target_compile_definitions(gauntlet_sanitized_Boost PUBLIC BOOST_USE_TSAN)
  endif()
  target_compile_options(gauntlet_sanitized_Boost PRIVATE -w -fno-sanitize=undefined)
  target_compile_features(gauntlet_sanitized_Boost PRIVATE cxx_std_20)
  target_link_libraries(gauntlet_sanitized_Boost PUBLIC Threads::Threads)
endfunction()

if(GAUNTLET_SANITIZE AND GAUNTLET_SANITIZED_DEPENDENCIES)
  gauntlet_add_sanitized_tbb()
  gauntlet_add_sanitized_boost()
endif()
