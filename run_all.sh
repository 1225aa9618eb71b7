#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The one entry of Gauntlet. Every verb below is a function verb_NAME that calls the real work in
# harness/setup (packages, build, tests) or in the Python package harness.drive (prove, measure).
# A later verb (soak, race, explore) is one more verb_NAME and one line of help.
set -euo pipefail
called_from=$PWD
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
cd "${root}"
# shellcheck source=harness/setup/step.sh
source harness/setup/step.sh
# shellcheck source=harness/setup/names.sh
source harness/setup/names.sh

show_help() {
  cat <<'HELP'
usage: ./run_all.sh [VERB] [FLAGS]

verbs
  (none)       set up, build, prove every lane right, measure (quick profile), report
  full         the same with the long profile (more and longer runs; hours, or as many rounds as fit in --minutes)
  test         set up, build, run every test: release, ThreadSanitizer, AddressSanitizer, the race programs,
               pytest; GAUNTLET_SANITIZERS=0 leaves the sanitizers and the race programs out
  soak         set up, build, repeat the contract tests with drawn seeds, 1 to 8 workers, under
               load, until --minutes are over or one fails; tells how to run that one again
  race         data races: programs of known outcome on every lane, under ThreadSanitizer. Flags: --lanes a,b;
               --runs N; --workers 1,2; --program my.cpp runs your own goroutine program instead
  overhead     set up, build, check that the harness adds nothing to hand-written ping-pongs
  compare A B  two result folders, two FOLDER:LANE, or two commits (built and measured in pairs, lanes as of gate):
               ratio with interval, ties told as ties; --out DIR for Markdown, CSV and JSON
  gate         is head slower than base? --base REF [--head REF] [--quick] [--long] [--strict] [--seed N] [--out DIR]
               [--lanes a,b] [--workloads x,y] [--workers 1,2] [--shard k/n] [--accepted FILE];
               without --lanes the suite's own runtime, with --lanes all every lane (hours);
               gate judge RAW judges raw data again, gate selftest shows what the gate catches
  merge        the shards of a gate, judged together: merge --out DIR FOLDER...
  setup        only install what is missing
  build        set up and build the release preset
  report DIR   build report.html and report.md of a result folder again
  history      when a cell changed, and at which commit: import DIR..., list, show CELL (--help has more)

flags (of no verb, full and overhead; --minutes is of full and soak, which has --lanes, --seed and --out as well)
  --lanes a,b      only these lanes (only they are built)
  --workloads x,y  only these workloads
  --workers 1,2    only these numbers of worker threads
                   (default: powers of two up to the cores, and one oversubscribed)
  --seed N         seed of every random order and workload (default: drawn, and recorded)
  --minutes N      how long to soak (default: 10); what runs then is run to its end. Of full: how long to measure
                   (every cell once, whatever it takes; the dearest lose their further rounds first, and that is told)
  --out DIR        the result folder, new or empty (default: results/<UTC>_<host>_<commit>,
                   which results/latest then points at)
  --help           this text

exit codes: 0 done, 1 something is wrong (a test, a build, a WRONG cell; gate: a confirmed regression), 2 bad
input, invalid data or a machine
that cannot run it (one line says the mend), 3 gate --strict: inconclusive, 130 interrupted (the folder holds
an honest partial report)
HELP
}

verbs() { declare -F | sed -n 's/^declare -f verb_//p' | grep -vx default; }

# --- what the user said ---------------------------------------------------------------------------------
verb=default
report_dir=
passed_on=()
drive_flags=()
lane_targets=()  # What --lanes wants built; nothing: all of them.
race_flags=()
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "${called_from}" "$1" ;; esac; }

read_arguments() {
  local flag value
  if (($# > 0)) && [[ $1 != -* ]]; then
    verb=$1
    shift
    if ! verbs | grep -qxF -- "${verb}"; then
      refuse "unknown verb '${verb}'; known: $(verbs | tr '\n' ' ')(see ./run_all.sh --help)"
    fi
    case ${verb} in
      gate | compare | merge | history)  # Their flags are judged by the program that knows them.
        passed_on=("$@")
        if [[ ${verb} != history && (" $* " == *" --help "* || " $* " == *" -h "*) ]]; then show_help && exit 0; fi
        if [[ ${verb} == gate && $* != *--base* && ${1:-} != judge && ${1:-} != selftest ]]; then
          refuse "gate wants --base REF, the commit to compare with; in CI the merge base"
        fi
        return
        ;;
    esac
    if [[ ${verb} == report ]]; then
      [[ $# -gt 0 && $1 != -* ]] || refuse "report wants a result folder: ./run_all.sh report results/latest"
      report_dir=$(absolute "$1")
      [[ -d ${report_dir} ]] || refuse "no result folder '$1'; ./run_all.sh makes one below results/"
      shift
    fi
  fi
  if [[ ${verb} == race && ${1:-} != --help ]]; then
    race_flags=("$@")
    return
  fi
  while (($# > 0)); do
    flag=$1
    shift
    case ${flag} in
      --help | -h) show_help && exit 0 ;;
      --lanes=* | --workloads=* | --workers=* | --seed=* | --out=* | --minutes=*) value=${flag#*=} flag=${flag%%=*} ;;
      --lanes | --workloads | --workers | --seed | --out | --minutes)
        (($# > 0)) || refuse "${flag} wants a value (see ./run_all.sh --help)"
        value=$1
        shift
        ;;
      -*) refuse "unknown flag '${flag}'; known: --lanes --workloads --workers --seed --minutes --out --help" ;;
      *) refuse "'${flag}' is too much; one verb, then flags (see ./run_all.sh --help)" ;;
    esac
    case ${verb}:${flag} in
      soak:--lanes | soak:--seed | soak:--out | soak:--minutes | full:--minutes) ;;
      soak:* | *:--minutes) refuse "${flag} has no meaning for '${verb}' (see ./run_all.sh --help)" ;;
      default:* | full:* | overhead:*) ;;
      *) refuse "${flag} has no meaning for '${verb}'; it belongs to no verb, full and overhead" ;;
    esac
    case ${flag} in
      --lanes)
        check_names "${flag}" lane "${value}" "$(known_lanes)"
        read -ra lane_targets <<<"${value//,/ }"
        lane_targets=("${lane_targets[@]/#/gauntlet_lane_}")
        ;;
      --workloads) check_names "${flag}" workload "${value}" "$(known_workloads)" ;;
      --workers) check_numbers "${flag}" "${value}" ;;
      --seed)
        [[ ${value} =~ ^[0-9]{1,18}$ ]] || refuse "'${value}' in --seed is no seed; give a whole number below 10^18"
        ;;
      --minutes)
        [[ ${value} =~ ^[0-9]{1,4}([.][0-9]+)?$ ]] || refuse "'${value}' in --minutes are no minutes; give a number above 0 and below 10000"
        ;;
      --out)
        [[ -n ${value} ]] || refuse "--out wants a folder"
        value=$(absolute "${value}")
        ;;
    esac
    drive_flags+=("${flag}=${value}")
  done
}

# --- the verbs ------------------------------------------------------------------------------------------
verb_setup() {
  timed "packages" harness/setup/setup.sh "$@" || exit $?
  timed "python environment" harness/setup/venv.sh || exit $?
}

# Configuring takes seconds and tells every lane: names are judged there, before the long compilation. The Python
# environment mostly waits for downloads, so it is made beside the compiler.
verb_build() {
  local code=0 environment
  timed "packages" harness/setup/setup.sh || exit $?
  timed "python environment" harness/setup/venv.sh &
  environment=$!
  build_release "${environment}" || code=$?
  wait "${environment}" || exit $?
  ((code == 0)) || exit "${code}"
}
build_release() {
  timed "configure release" harness/setup/build.sh configure release || return $?
  if ((${#drive_flags[@]} > 0)); then
    wait "$1" || return $?
    .venv/bin/python -m harness.drive check "${drive_flags[@]}" || return $?
  fi
  timed "build release" harness/setup/build.sh compile release "${lane_targets[@]:-gauntlet_lanes}"
}

# The driver takes this process over, so that Ctrl-C and SIGTERM reach it and nobody else. The command line
# as typed goes along: the report tells it as the way to do the same again.
drive() { exec .venv/bin/python -m harness.drive "$@" "${drive_flags[@]}"; }

verb_default() {
  verb_build
  drive all --profile=quick --command="${command_line}"
}
verb_full() {
  verb_build
  drive all --profile=full --command="${command_line}"
}
verb_overhead() {
  verb_build
  drive overhead
}
verb_soak() {
  verb_build
  drive soak
}
# Paths in the arguments are the caller's: the program runs where it was called (-P: nothing is imported there).
gate() {
  verb_setup --gate
  cd "${called_from}"
  PYTHONPATH=${root} exec "${root}/.venv/bin/python" -P -m harness.drive.gate "$@"
}
verb_gate() {
  case ${passed_on[0]:-} in
    judge | selftest) gate "${passed_on[@]}" ;;
    *) gate gate "${passed_on[@]}" ;;
  esac
}
verb_compare() { gate compare "${passed_on[@]}"; }
verb_merge() { gate merge "${passed_on[@]}"; }
verb_test() {
  verb_setup --tests
  harness/setup/test.sh
}
verb_race() {
  GAUNTLET_CALLED_FROM=${called_from} exec harness/setup/race.sh "${race_flags[@]}"
}
verb_report() {
  verb_setup
  exec .venv/bin/python -m reports build "${report_dir}"
}

# Paths are those of the caller, the store is that of this checkout unless another is given.
verb_history() {
  timed "python environment" harness/setup/venv.sh || exit $?
  mkdir -p results
  cd "${called_from}"
  PYTHONPATH=${root} exec "${root}/.venv/bin/python" -m reports.history --store="${root}/results/history.sqlite" \
    "${passed_on[@]}"
}

read_arguments "$@"
command_line="./run_all.sh${*:+ $*}"
"verb_${verb}"
