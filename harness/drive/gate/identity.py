# SPDX-License-Identifier: Apache-2.0
"""Identity: which text of the gate judged. What was seen of one text says nothing of another.

What decides is part of it: how a verdict is worded or drawn has no part in whether it is right.
"""

import hashlib
from pathlib import Path

OWN = Path(__file__).resolve().parents[3]  # What runs is judged, wherever the refs lie that it compares.

_FOLDERS = ("harness/drive/gate", "harness/injection", "reports/gate")
_BESIDES = ("harness/drive/conversation.py", "harness/drive/turns.py", "reports/sign_test.py",
            "reports/signed_rank.py")
_NO_PART = {"__init__.py", "__main__.py", "accepted.py", "annotation.py", "identity.py", "junit.py", "markdown.py", "merge.py",
            "options.py", "outputs.py", "pairs_of_refs.py", "rates.py", "selftest.py", "terminal.py", "wording.py"}


def deciding(root: Path) -> list[str]:
    """Everything in the gate's folders but what is known to have no part, so that a new file counts."""
    found = [path for folder in _FOLDERS for path in (root / folder).iterdir()
             if path.suffix in (".py", ".hpp") and path.name not in _NO_PART]
    return sorted([str(path.relative_to(root)) for path in found] + list(_BESIDES))


def of_gate(root: Path = OWN) -> str:
    """Twelve hex digits of what those files hold."""
    digest = hashlib.sha256()
    for name in deciding(root):
        digest.update(f"{name}\0".encode())
        digest.update((root / name).read_bytes())
    return digest.hexdigest()[:12]
