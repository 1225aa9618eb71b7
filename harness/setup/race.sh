#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The verb race: builds the race programs of the lanes (or a user's own program on each of them) with
# ThreadSanitizer, and runs them: `race.sh [--lanes a,b] [--program my.cpp] [--runs N] [--workers 1,2]`.
# What is wrong with the flags is said before anything is installed or built. Paths are relative to
# GAUNTLET_CALLED_FROM. Run with the repository root as working directory.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=harness/setup/step.sh
source "${here}/step.sh"
# shellcheck source=harness/setup/names.sh
source "${here}/names.sh"

lanes='' program='' workers='' flags=()
while (($# > 0)); do
  flag=$1
  shift
  case ${flag} in
    --lanes=* | --program=* | --runs=* | --workers=*) value=${flag#*=} flag=${flag%%=*} ;;
    --lanes | --program | --runs | --workers)
      (($# > 0)) || refuse "${flag} wants a value (see ./run_all.sh --help)"
      value=$1
      shift
      ;;
    *) refuse "unknown flag '${flag}' of race; known: --lanes --program --runs --workers" ;;
  esac
  case ${flag} in
    --lanes) check_names "${flag}" lane "${value}" "$(known_lanes)" && lanes=${value} ;;
    --workers) check_numbers "${flag}" "${value}" && workers=${value} ;;
    --runs)
      [[ ${value} =~ ^[1-9][0-9]{0,3}$ ]] || refuse "'${value}' in --runs is no number of runs; give a whole number from 1 to 9999"
      ;;
    --program)
      [[ ${value} == /* ]] || value=${GAUNTLET_CALLED_FROM:-${PWD}}/${value}
      [[ -r ${value} ]] || refuse "cannot read '${value}' of --program; give a C++ file with main() that includes harness/under_test.hpp"
      program=$(readlink -f "${value}") value=${program}
      ;;
  esac
  flags+=("${flag}=${value}")
done
[[ -z ${program} || -z ${workers} ]] ||
  refuse "--workers has no meaning for --program: your program says it, in RunConfig::workers"

timed "packages" "${here}/setup.sh" --tests || exit $?
timed "python environment" "${here}/venv.sh" || exit $?

compiler=clang++-19
command -v "${compiler}" >/dev/null ||
  refuse "no ${compiler}, which race programs are built with; run: sudo apt-get install clang-19 libclang-rt-19-dev llvm-19"
printf 'int main() {}' | "${compiler}" -fsanitize=thread -x c++ - -o /dev/null 2>/dev/null ||
  refuse "${compiler} has no ThreadSanitizer runtime; run: sudo apt-get install libclang-rt-19-dev"

timed "configure race" "${here}/build.sh" configure race "-DGAUNTLET_RACE_PROGRAM=${program}" || exit $?
prefix=races
[[ -z ${program} ]] || prefix=race_program
targets=("${prefix}")
if [[ -n ${lanes} ]]; then
  targets=()
  IFS=, read -ra chosen <<<"${lanes}"
  for lane in "${chosen[@]}"; do
    target=${prefix}_${lane//+/_}
    # A lane that cannot be built here says why when it is run.
    ! grep -q "${target}:" build/race/build.ninja || targets+=("${target}")
  done
fi
for target in "${targets[@]}"; do
  timed "build ${target}" "${here}/build.sh" compile race "${target}" || exit $?
done
exec .venv/bin/python -m harness.race "${flags[@]}"
