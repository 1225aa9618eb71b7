# SPDX-License-Identifier: Apache-2.0
"""Refusal: what the user can mend. It ends the driver with one line and exit code 2."""


class Refusal(Exception):
    """The message is one line that names the culprit and the mend."""


def cannot_write(path: object, error: OSError) -> Refusal:
    """A full disk, a missing permission, a read-only mount."""
    return Refusal(
        f"cannot write {path}: {error.strerror}; free some space or choose another folder with --out"
    )
