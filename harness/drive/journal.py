# SPDX-License-Identifier: Apache-2.0
"""Journal: runs.jsonl, the plan first, then one line per process, on the disk before the next one starts.

Each line is one write(2) followed by fsync, so that after a crash or a pulled plug the journal holds
whole lines and names exactly the result files that are whole.
"""

import json
import os
from pathlib import Path

from .refusal import cannot_write


class Journal:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise cannot_write(path, error) from None

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def plan(self, plan: dict[str, object]) -> None:
        self._append({"plan": plan})

    def run(self, line: dict[str, object]) -> None:
        self._append(line)

    def _append(self, entry: dict[str, object]) -> None:
        line = (json.dumps(entry) + "\n").encode()
        before = None
        try:
            before = os.fstat(self._descriptor).st_size
            written = os.write(self._descriptor, line)
            if written < len(line):  # The disk filled up inside the line: say so instead of retrying.
                os.write(self._descriptor, line[written:])
            os.fsync(self._descriptor)
        except OSError as error:
            self._cut_back(before)
            raise cannot_write(self._path, error) from None

    def _cut_back(self, size: int | None) -> None:
        """Takes half a line back; a device that cannot be cut has kept nothing anyway."""
        try:
            if size is not None:
                os.ftruncate(self._descriptor, size)
        except OSError:
            pass
