# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of our own for one test: made in a temporary folder, reached by a socket in it, taken down."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
needs_postgresql = pytest.mark.skipif(
    not _PROGRAMS, reason="no PostgreSQL server: sudo apt-get install --no-install-recommends postgresql")
_PORT = "54329"  # Only the name of the socket: nothing listens on the network.


def _as_nobody() -> dict:
    """The server refuses to be run by root."""
    return {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}


@contextmanager
def postgresql() -> Iterator[str]:
    """Yields the URL of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="gauntlet_pg_"))
    data, who = folder / "data", _as_nobody()
    if who:
        shutil.chown(folder, **who)

    def run(*command: str) -> None:
        subprocess.run([str(_PROGRAMS[0] / command[0]), *command[1:]], check=True, capture_output=True, cwd=folder,
                       timeout=120, **who)

    try:
        run("initdb", "--auth=trust", "--username=gauntlet", "--no-sync", "--encoding=UTF8", "--locale=C", "-D", str(data))
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "start", "-o",
            f"-c listen_addresses='' -c unix_socket_directories='{folder}' -p {_PORT} -F")
        try:
            yield (f"postgresql+pg8000://gauntlet@/postgres?unix_sock={folder}/.s.PGSQL.{_PORT}")
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
