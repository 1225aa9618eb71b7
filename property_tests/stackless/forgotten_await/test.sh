#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A forgotten AWAIT does not compile in the stackless colour, and the compiler says which.
# Usage: test.sh COMPILER [FLAG...], from the root of the repository; the flags name colour and runtime.
set -eu

if [ $# -lt 1 ]; then
  echo "forgotten_await: no compiler given; usage: test.sh COMPILER [FLAG...]" >&2
  exit 2
fi

source=property_tests/stackless/forgotten_await/forgotten.cpp
if [ ! -f "$source" ]; then
  echo "forgotten_await: $source not found; run it from the root of the repository" >&2
  exit 2
fi
said=$(mktemp)
trap 'rm -f "$said"' EXIT

compile() { # number of the call whose AWAIT is left out; 0 for none
  number=$1
  shift
  "$@" -std=c++20 -Wall -Wextra -Werror -I. -fsyntax-only -DGAUNTLET_FORGOTTEN="$number" "$source" \
    >"$said" 2>&1
}

if ! compile 0 "$@"; then
  echo "forgotten_await: with every AWAIT in place it must compile; the compiler said:" >&2
  cat "$said" >&2
  exit 1
fi

status=0
for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  if compile "$number" "$@"; then
    echo "forgotten_await: compiles without GAUNTLET_AWAIT_$number" >&2
    status=1
  elif ! grep -q "GAUNTLET_AWAIT_$number\|unused-result\|nodiscard" "$said"; then
    echo "forgotten_await: GAUNTLET_AWAIT_$number is refused for another reason:" >&2
    cat "$said" >&2
    status=1
  fi
done
exit $status
