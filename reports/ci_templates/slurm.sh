#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gauntlet's gate as a Slurm array: every task measures its share of the cells on a node of its own.
#   sbatch --array=1-8 --export=ALL,BASE=origin/main,SEED=7 reports/ci_templates/slurm.sh
# Then, once all are done: ./run_all.sh merge --out gate/verdict gate/shard*
#SBATCH --job-name=gauntlet-gate
#SBATCH --nodes=1
#SBATCH --exclusive
#SBATCH --time=02:00:00
set -euo pipefail
: "${SLURM_ARRAY_TASK_ID:?submit it with --array=1-N}" "${BASE:?name the commit to compare with}" "${SEED:?one for all tasks}"
# A checkout of its own for each task: trees are built inside of it.
from=${SLURM_SUBMIT_DIR}
tree=$(mktemp -d)
trap 'rm -rf "${tree}"' EXIT
git clone --quiet "${from}" "${tree}"
base=$(git -C "${from}" rev-parse "${BASE}^{commit}")
head=$(git -C "${from}" rev-parse HEAD)
git -C "${tree}" fetch --quiet "${from}" "${base}" "${head}"
git -C "${tree}" checkout --quiet --detach "${head}"
"${tree}/run_all.sh" gate --base "${base}" --seed "${SEED}" \
  --shard "${SLURM_ARRAY_TASK_ID}/${SLURM_ARRAY_TASK_COUNT}" --out "${from}/gate/shard${SLURM_ARRAY_TASK_ID}"
