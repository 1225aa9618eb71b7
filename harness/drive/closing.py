# SPDX-License-Identifier: Apache-2.0
"""Closing: the report is built, and the shortest answer is printed: the best lane of each cell."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path


def build_report(root: Path, folder: Path) -> int:
    """Exit code of the report package; its own line says what was wrong."""
    command = [sys.executable, "-m", "reports", "build", str(folder)]
    return subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL).returncode


def read_cells(folder: Path) -> list[dict]:
    try:
        return json.loads((folder / "summary.json").read_text())["cells"]
    except (OSError, ValueError, KeyError):
        return []


def best_rows(cells: list[dict]) -> list[tuple[str, str, str, str]]:
    """One row per workload, params and workers: what, best lane, its time, lanes with a figure."""
    groups: dict[str, list[dict]] = {}
    for cell in cells:
        params = ",".join(f"{key}={value}" for key, value in sorted(cell["params"].items()))
        groups.setdefault(f"{cell['workload']} {params} w{cell['workers']}", []).append(cell)
    rows = []
    for what, group in groups.items():
        timed = [cell for cell in group if cell["status"] == "ok" and cell["ns_per_op"]]
        if timed:
            best = min(timed, key=lambda cell: cell["ns_per_op"]["median"])
            time = f"{best['ns_per_op']['median']:.4g} ns/{best['unit'].replace(' ', '-')}"
            rows.append((what, best["lane"], time, f"{len(timed)} of {len(group)} lanes"))
        else:
            rows.append((what, "-", "-", f"0 of {len(group)} lanes"))
    return rows


def print_table(cells: list[dict]) -> None:
    rows = [("cell", "fastest", "median", "figures"), *best_rows(cells)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
    counts = Counter(cell["status"] for cell in cells)
    print("cells: " + ", ".join(f"{counts.get(status, 0)} {status}" for status in ("ok", "WRONG", "DNF", "n/a")))
