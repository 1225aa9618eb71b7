# SPDX-License-Identifier: Apache-2.0
# The litmus table as text in the contract executables (target gauntlet_litmus): what Go is asked, and what it said.

set(GAUNTLET_ORACLE_DIR ${PROJECT_SOURCE_DIR}/property_tests/oracle)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${GAUNTLET_ORACLE_DIR}/litmus.json ${GAUNTLET_ORACLE_DIR}/expected.json)
file(READ ${GAUNTLET_ORACLE_DIR}/litmus.json GAUNTLET_LITMUS_TABLE)
file(READ ${GAUNTLET_ORACLE_DIR}/expected.json GAUNTLET_LITMUS_EXPECTED)
configure_file(${PROJECT_SOURCE_DIR}/property_tests/contract/litmus_text.hpp.in
               ${PROJECT_BINARY_DIR}/litmus/litmus_text.hpp @ONLY)

add_library(gauntlet_litmus INTERFACE)
target_include_directories(gauntlet_litmus INTERFACE ${PROJECT_BINARY_DIR}/litmus)
target_link_libraries(gauntlet_litmus INTERFACE nlohmann_json::nlohmann_json)
