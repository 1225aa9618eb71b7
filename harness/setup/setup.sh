#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The set-up: what is missing is installed when this user may, else named exactly. With everything present
# it touches neither the network nor root. Run by run_all.sh as `setup.sh [--tests] [--gate] [--dry-run]`:
#   --tests    also wants what only `run_all.sh test` needs (the sanitizers' compiler, and all of --gate)
#   --gate     also wants what the gate counts with
#   --dry-run  tells what it would install, installs nothing
# GAUNTLET_SYSROOT puts another root in front of the header and file probes (tests use it).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=harness/setup/step.sh
source "${here}/step.sh"

tests=false gate=false dry_run=false
for argument in "$@"; do
  case ${argument} in
    --tests) tests=true gate=true ;;
    --gate) gate=true ;;
    --dry-run) dry_run=true ;;
    *) refuse "unknown flag '${argument}' of setup.sh; known: --tests --gate --dry-run" ;;
  esac
done

# present PACKAGE PROBE: dpkg knows it, or the probe finds it.
present() {
  local package=$1 probe=$2 directory
  if dpkg-query -W -f='${db:Status-Status}\n' "${package}" 2>/dev/null | grep -qx installed; then
    return 0
  fi
  case ${probe} in
    command:*) command -v "${probe#*:}" >/dev/null ;;
    file:*) [[ -e ${GAUNTLET_SYSROOT:-}${probe#*:} ]] ;;
    module:*) "$("${here}/python.sh" 2>/dev/null)" -c "import ${probe#*:}" 2>/dev/null ;;
    header:*)
      for directory in /usr/include /usr/local/include; do
        [[ -e ${GAUNTLET_SYSROOT:-}${directory}/${probe#*:} ]] && return 0
      done
      return 1
      ;;
    *) return 1 ;;
  esac
}

needed=() wanted=() told=()
while read -r package probe when why; do
  [[ -n ${package} && ${package} != \#* ]] || continue
  [[ ${when} != test || ${tests} == true ]] || continue
  [[ ${when} != gate || ${gate} == true ]] || continue
  present "${package}" "${probe}" && continue
  case ${when} in
    needed) needed+=("${package}") ;;
    lane) wanted+=("${package}") told+=("${package} is missing: lane ${why} will be n/a") ;;
    gate) wanted+=("${package}") told+=("${package} is missing: the gate cannot count ${why}") ;;
    test) wanted+=("${package}") told+=("${package} is missing: the ${why} runs will be skipped") ;;
    *) fail "packages.txt: '${when}' of ${package} is not needed, lane, gate or test" ;;
  esac
done <"${here}/packages.txt"
missing=("${needed[@]}" "${wanted[@]}")

if ((${#missing[@]} == 0)); then
  say "packages: all present"
  exit 0
fi
if [[ ${dry_run} == true ]]; then
  say "would install: ${missing[*]}"
  exit 0
fi

# How this user may become root, if at all: as_root stays empty for root itself.
as_root=()
may_install=false
if ! command -v apt-get >/dev/null; then
  :
elif [[ $(id -u) == 0 ]]; then
  may_install=true
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  may_install=true as_root=(sudo -n)
fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@"
}

# The log holds everything apt said; it is shown only when something went wrong.
log=$(mktemp)
trap 'rm -f "${log}"' EXIT

if [[ ${may_install} == true ]]; then
  say "installing: ${missing[*]}"
  if ! apt update >"${log}" 2>&1; then
    tail -n 5 "${log}" >&2
    say "apt-get update failed; trying with the package lists at hand"
  fi
  if apt install --no-install-recommends "${missing[@]}" >"${log}" 2>&1; then
    exit 0
  fi
  # One by one, so that one package unknown to this release does not take the others with it.
  for package in "${missing[@]}"; do
    apt install --no-install-recommends "${package}" >>"${log}" 2>&1 || say "could not install ${package}"
  done
fi

still_needed=()
while read -r package probe when _; do
  [[ ${when} == needed && ${package} != \#* ]] || continue
  present "${package}" "${probe}" || still_needed+=("${package}")
done <"${here}/packages.txt"
if ((${#still_needed[@]} > 0)); then
  [[ ${may_install} == false ]] || tail -n 15 "${log}" >&2
  refuse "missing packages and no way to install them here; run: sudo apt-get install --no-install-recommends ${still_needed[*]}"
fi
if [[ ${may_install} == false ]]; then
  printf '== %s\n' "${told[@]}" >&2
  say "to have them: sudo apt-get install --no-install-recommends ${wanted[*]}"
fi
