# SPDX-License-Identifier: Apache-2.0
"""The driver: proves every lane, then measures each cell in fresh processes of shuffled order.

Reads  build/release/lanes.json, `bench_<lane> --list`, the contract executables.
Writes a result folder: <lane>/*.json, contract/*.json, runs.jsonl, environment.json; the package
`reports` makes summary and report of it. Standard library and rich only.
"""
