#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the system's own python3 (the one the packages belong to), not whatever a version manager puts
# first on PATH: the virtual environment must outlive that manager's shims.
set -euo pipefail
for python in "${GAUNTLET_PYTHON:-}" /usr/bin/python3 python3; do
  if [[ -n ${python} ]] && command -v "${python}" >/dev/null; then
    printf '%s\n' "${python}"
    exit 0
  fi
done
printf 'gauntlet: no python3 found; run: sudo apt-get install python3 python3-venv\n' >&2
exit 2
