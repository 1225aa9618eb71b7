#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The sources of installed libraries, from the same Debian archive and in the same version, for builds that
# instrument them (sanitizers). Run by CMake as
#   sources.sh DIRECTORY PACKAGE [PATTERN...]
# It unpacks the upstream tarball behind the installed PACKAGE into DIRECTORY (only members that match a
# PATTERN, if any are given) and writes the version to DIRECTORY/version last. It needs no root: apt gets
# package lists of its own, made from this machine's by asking for sources instead of binaries. What is
# there already is not fetched again. Any failure is one line on stderr and exit code 1.
set -euo pipefail

(($# >= 2)) || { printf 'sources.sh wants a directory and a package\n' >&2; exit 2; }
directory=$1 package=$2
shift 2
give_up() { printf '%s\n' "$*" >&2; exit 1; }

installed=$(dpkg-query -W -f='${source:Package} ${source:Version}' "${package}" 2>/dev/null) ||
  give_up "${package} is not installed from a Debian package"
read -r source version <<<"${installed}"
[[ -r ${directory}/version && $(<"${directory}/version") == "${version}" ]] && exit 0
for tool in apt-get tar; do
  command -v "${tool}" >/dev/null || give_up "no ${tool} to fetch the source package ${source} with"
done

state=${directory}.apt
rm -rf "${directory}"
mkdir -p "${directory}" "${state}/lists/partial" "${state}/parts" "${state}/archives/partial"
state=$(cd "${state}" && pwd)

# Both notations of apt: one line per source, and paragraphs.
shopt -s nullglob
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [[ -r ${list} ]] && sed -n 's/^deb[[:space:]]/deb-src /p' "${list}" >"${state}/parts/$(basename "${list}" .list).list"
done
for list in /etc/apt/sources.list.d/*.sources; do
  sed 's/^Types:.*/Types: deb-src/' "${list}" >"${state}/parts/$(basename "${list}")"
done

apt() {
  apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="${state}/parts" \
    -o Dir::State::lists="${state}/lists" -o Dir::Cache="${state}" -o Dir::Cache::archives="${state}/archives" "$@"
}
fetched=${state}/fetched
rm -rf "${fetched}" && mkdir -p "${fetched}"
if ! { apt update && (cd "${fetched}" && apt source --download-only "${source}=${version}"); } >"${state}/log" 2>&1; then
  give_up "no source package ${source} ${version} to be had (log: ${state}/log)"
fi
tarballs=("${fetched}/${source}_"*.orig.tar.*)
[[ -r ${tarballs[0]:-} ]] || give_up "the source package ${source} ${version} holds no upstream tarball"
wildcards=()
(($# == 0)) || wildcards=(--wildcards)
tar -xf "${tarballs[0]}" -C "${directory}" --strip-components=1 "${wildcards[@]}" "$@" 2>>"${state}/log" ||
  give_up "${tarballs[0]} cannot be unpacked (log: ${state}/log)"
rm -rf "${fetched}"
printf '%s\n' "${version}" >"${directory}/version"
