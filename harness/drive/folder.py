# SPDX-License-Identifier: Apache-2.0
"""Folder: where a run writes, `results/<UTC>_<host>_<commit>` or --out, and `results/latest`."""

import json
import os
import re
import socket
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path

from .refusal import Refusal, cannot_write


def commit_of(root: Path) -> str | None:
    """The full commit hash, or None where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def make_folder(root: Path, out: Path | None) -> Path:
    """A new folder (or an empty one, with --out), proved to be writable."""
    folder = out
    try:
        if folder is None:
            folder = _new_below(root / "results", root)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise Refusal(f"{folder} is not empty; name a new folder with --out")
        probe = folder / "writable.part"
        probe.write_text("x" * 4096)
        probe.unlink()
    except OSError as error:
        raise cannot_write(folder or root / "results", error) from None
    return folder


def _new_below(results: Path, root: Path) -> Path:
    results.mkdir(exist_ok=True)
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", socket.gethostname()) or "host"
    commit = (commit_of(root) or "unknown")[:7]
    while True:
        stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        folder = results / f"{stamp}_{host}_{commit}"
        try:
            folder.mkdir()
            return folder
        except FileExistsError:  # Another run of the same second: the next one is free.
            time.sleep(1.0)


def point_latest(root: Path, folder: Path) -> None:
    """results/latest -> folder, in one step; a folder outside results/ leaves it alone."""
    if folder.parent != root / "results":
        return
    fresh = root / "results" / f".latest.{os.getpid()}"
    try:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name)
        fresh.replace(root / "results" / "latest")
    except OSError as error:
        raise cannot_write(root / "results" / "latest", error) from None


def write_whole(path: Path, content: object) -> None:
    """Writes JSON so that the name never stands for half a file."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(json.dumps(content, indent=1) + "\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise cannot_write(path, error) from None


def remove_parts(folder: Path) -> None:
    """After an interrupt: what was not finished is not there."""
    for part in folder.rglob("*.part"):
        part.unlink(missing_ok=True)


def take_races_along(root: Path, folder: Path) -> None:
    """What `run_all.sh race` found on this very commit goes into the report."""
    try:
        told = json.loads((root / "build" / "race" / "race.json").read_text())
    except (OSError, ValueError):
        return
    if isinstance(told, dict) and told.get("commit") == commit_of(root):
        write_whole(folder / "race.json", told)
