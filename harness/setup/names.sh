#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The names a user may type, known before anything is built: lanes as CMake registers them, workloads as
# their files are called. Sourced, never run; needs step.sh and the repository root as working directory.

# One lane a line, from the first argument of every gauntlet_add_runtime / gauntlet_add_reference call.
known_lanes() {
  find . -path ./build -prune -o -path ./.venv -prune -o -path ./results -prune -o \
    -name CMakeLists.txt -exec sed 's/#.*//' {} + |
    tr '\n' ' ' |
    { grep -oE 'gauntlet_add_(runtime|reference)\( *[A-Za-z0-9_+.-]+' || true; } |
    sed 's/.*( *//' | sort -u
}

known_workloads() {
  find workloads -maxdepth 1 -name '*.cpp' -printf '%f\n' 2>/dev/null | sed 's/\.cpp$//' | sort -u
}

# check_names FLAG KIND CHOSEN KNOWN: refuses the first name of the comma list CHOSEN that is not a line of
# KNOWN. An empty KNOWN (nothing found in the tree) judges nothing: the driver looks again after the build.
check_names() {
  local flag=$1 kind=$2 chosen=$3 known=$4 name
  local -a names
  [[ -n ${chosen//,/} ]] || refuse "${flag} names no ${kind}; give ${flag} a,b or leave it out for all"
  [[ -n ${known} ]] || return 0
  IFS=, read -ra names <<<"${chosen}"
  for name in "${names[@]}"; do
    [[ -z ${name} ]] || grep -qxF -- "${name}" <<<"${known}" ||
      refuse "unknown ${kind} '${name}' in ${flag}; known: $(tr '\n' ' ' <<<"${known}" | sed 's/ *$//')"
  done
}

# check_numbers FLAG CHOSEN: every element of the comma list is a whole number from 1 to 1024.
check_numbers() {
  local flag=$1 chosen=$2 number
  local -a numbers
  [[ -n ${chosen//,/} ]] || refuse "${flag} holds no number; give ${flag} 1,2,4"
  IFS=, read -ra numbers <<<"${chosen}"
  for number in "${numbers[@]}"; do
    if ! [[ ${number} =~ ^[1-9][0-9]{0,3}$ ]] || ((number > 1024)); then
      refuse "'${number}' in ${flag} is no worker count; give whole numbers from 1 to 1024"
    fi
  done
}
