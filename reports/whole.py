# SPDX-License-Identifier: Apache-2.0
"""Whole files: all of a set of texts get their names, or none does."""

import os
import tempfile
from pathlib import Path

from reports.bad_input import BadInput


def write_all(folder: Path, texts: dict[str, str | bytes]) -> None:
    """Every temporary is on the disk before the first takes its name."""
    written: list[tuple[str, Path]] = []
    try:
        for name, text in texts.items():
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            written.append((temporary, folder / name))
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8") if isinstance(text, str) else text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
        for temporary, target in written:
            os.replace(temporary, target)
    except OSError as error:
        raise BadInput(folder, f"cannot be written to ({error.strerror})", "give us a folder we may write")
    finally:
        for temporary, _ in written:
            Path(temporary).unlink(missing_ok=True)
