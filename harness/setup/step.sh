#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Steps: one progress line when a step begins, one with its time when it ends, and the single way to
# refuse (one line with culprit and mend, exit 2). Sourced, never run.

say() { printf '== %s\n' "$*" >&2; }

# What the user can mend: one line, exit 2, nothing half-written.
refuse() {
  printf 'gauntlet: %s\n' "$*" >&2
  exit 2
}

# What broke on its own (a compile error, a failed download): the cause is above this line, exit 1.
fail() {
  printf 'gauntlet: %s\n' "$*" >&2
  exit 1
}

# timed NAME COMMAND...: runs the command as a step; its exit code is the step's.
timed() {
  local name=$1 begin=$SECONDS code=0
  shift
  say "${name} ..."
  "$@" || code=$?
  if ((code == 0)); then
    say "${name}: done in $((SECONDS - begin)) s"
  else
    say "${name}: FAILED after $((SECONDS - begin)) s (exit code ${code})"
  fi
  return "${code}"
}
