#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds one CMake preset: `build.sh configure PRESET [SETTING]`, `build.sh compile PRESET [TARGET...]`. Quiet when all is well (a counter on a
# terminal, quarters elsewhere), the whole log in build/PRESET/build.log, its tail on failure.
# Run with the repository root as working directory.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=harness/setup/step.sh
source "${here}/step.sh"

(($# >= 2)) || refuse "build.sh wants at least two arguments: configure PRESET [SETTING] or compile PRESET [TARGET...]"
verb=$1 preset=$2
shift 2
log=build/${preset}/build.log
mkdir -p "build/${preset}" || refuse "cannot write build/${preset}; make the checkout writable"

# Ninja's "[done/all] ..." lines become progress; everything goes to the log.
show_progress() {
  local line quarter=0 reached
  while IFS= read -r line; do
    printf '%s\n' "${line}" >>"${log}"
    [[ ${line} =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    if [[ -t 2 ]]; then
      printf '\r   %s/%s' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" >&2
    else
      reached=$((4 * BASH_REMATCH[1] / BASH_REMATCH[2]))
      if ((reached > quarter)); then
        quarter=${reached}
        say "   ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
      fi
    fi
  done
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
}

case ${verb} in
  configure)
    if ! cmake --preset "${preset}" "$@" >"${log}" 2>&1; then
      tail -n 30 "${log}" >&2
      fail "cmake could not configure preset ${preset} (log: ${log})"
    fi
    # "lane tbb: skipped (oneTBB not found)" is for the user's eyes too.
    grep -h 'lane .*skipped' "${log}" | sed 's/^-- /   /' >&2 || true
    ;;
  compile)
    if ! cmake --build "build/${preset}" --target "${@:-all}" --parallel "$(nproc)" 2>&1 | show_progress; then
      tail -n 40 "${log}" >&2
      fail "preset ${preset} does not compile (log: ${log})"
    fi
    ;;
  *) refuse "unknown verb '${verb}' of build.sh; known: configure compile" ;;
esac
