#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every test there is: the release tree through CTest, then the sanitizer trees and the race programs, then the Python parts.
# One failing part does not hide the others: all run, the closing lines come together at the end, and the
# exit code tells whether any failed. Run with the repository root as working directory, after setup.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=harness/setup/step.sh
source "${here}/step.sh"

closing=() failed=0
# conclude NAME CODE TEXT: one closing line.
conclude() {
  local word=ok
  (($2 == 0)) || word=FAILED failed=1
  closing+=("$(printf '%-8s %-6s %s' "$1" "${word}" "$3")")
}

# shellcheck disable=SC2317  # run_ctest and run_pytest are called by name, through `timed`
# run_ctest PRESET [FLAGS...]: the tests of one tree; output of failures is shown, all of it is in the log.
run_ctest() {
  local preset=$1 log=build/$1/test.log code=0
  shift
  ctest --test-dir "build/${preset}" --output-on-failure --no-tests=error -j "$(nproc)" "$@" 2>&1 |
    tee "${log}" || code=$?
  conclude "${preset}" "${code}" "$(grep -E 'tests passed|No tests were found' "${log}" | tail -n 1)"
  return "${code}"
}

# tree PRESET [CTEST FLAGS...]: configure, compile, test.
tree() {
  local preset=$1
  if timed "configure ${preset}" "${here}/build.sh" configure "${preset}" &&
    timed "build ${preset}" "${here}/build.sh" compile "${preset}"; then
    timed "test ${preset}" run_ctest "$@" || true
  else
    conclude "${preset}" 1 "not built (log: build/${preset}/build.log)"
  fi
}

# shellcheck disable=SC2317
# The race programs, once each: edges silent, non-edges and seeded races found, on one worker and two. And
# what a user is told of a race.
run_race() {
  local log=build/race/test.log code=0
  .venv/bin/python -m harness.race --workers 1,2 2>&1 | tee "${log}" || code=$?
  ctest --test-dir build/race --output-on-failure --no-tests=error -L told 2>&1 | tee -a "${log}" || code=1
  conclude race "${code}" "$(grep -c '^lane .* found in every run' "${log}") lanes, $(grep -c '^WRONG' "${log}") wrong cells"
  return "${code}"
}

race() {
  if timed "configure race" "${here}/build.sh" configure race &&
    timed "build race" "${here}/build.sh" compile race races &&
    timed "build what is told" "${here}/build.sh" compile race race_told; then
    timed "race programs" run_race || true
  else
    conclude race 1 "not built (log: build/race/build.log)"
  fi
}

# shellcheck disable=SC2317
run_pytest() {
  local log=build/pytest.log code=0
  .venv/bin/python -m pytest -q reports harness/drive harness/race 2>&1 | tee "${log}" || code=$?
  conclude pytest "${code}" "$(tail -n 1 "${log}")"
  return "${code}"
}

tree release
if [[ ${GAUNTLET_SANITIZERS:-1} == 0 ]]; then
  for name in tsan asan race; do conclude "${name}" 0 "not wanted (GAUNTLET_SANITIZERS=0)"; done
elif ! command -v clang++-19 >/dev/null; then
  for name in tsan asan race; do
    conclude "${name}" 0 "skipped (clang++-19 not found: sudo apt-get install clang-19 libclang-rt-19-dev)"
  done
else
  tree tsan
  tree asan
  race
fi
timed "pytest" run_pytest || true

say "closing lines"
printf '%s\n' "${closing[@]}"
exit "${failed}"
