#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The virtual environment .venv of driver and report: made once by the system's python3 from hashed, pinned
# requirements, and again only when those or the interpreter change. The stamp is written last, so that an
# interrupted install is started anew. Run with the repository root as working directory.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=harness/setup/step.sh
source "${here}/step.sh"

requirements=reports/requirements.txt
alone=reports/requirements_alone.txt # Installed without what they depend on.
stamp=.venv/requirements.stamp
log=.venv/install.log
python=$("${here}/python.sh")

for file in "${requirements}" "${alone}"; do
  [[ -r ${file} ]] || refuse "${file} is missing; this is not a whole checkout, clone again"
done
"${python}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  refuse "${python} is older than 3.11; install Debian 12's python3 or set GAUNTLET_PYTHON"

state="$("${python}" -c 'import platform, sys; print(sys.executable, platform.python_version())') $(cat "${requirements}" "${alone}" | sha256sum)"
if [[ -x .venv/bin/python && -r ${stamp} && $(<"${stamp}") == "${state}" ]] &&
  .venv/bin/python -c '' 2>/dev/null; then
  say "python environment: unchanged"
  exit 0
fi

rm -rf .venv
"${python}" -m venv .venv || refuse "${python} -m venv failed; run: sudo apt-get install python3-venv"
# install FILE [FLAGS...]: all of it or a refusal that names the log.
install() {
  local file=$1
  shift
  if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@" \
    -r "${file}" >>"${log}" 2>&1; then
    tail -n 15 "${log}" >&2
    refuse "pip could not install ${file} (log: ${log}); check the network and run again"
  fi
}
install "${requirements}"
install "${alone}" --no-deps
printf '%s\n' "${state}" >"${stamp}"
