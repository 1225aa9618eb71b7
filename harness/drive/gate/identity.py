# SPDX-License-Identifier: Apache-2.0
"""Identity: which text of the gate judged. What was seen of one text says nothing of another.

Only the files that decide are part of it: how a verdict is worded or drawn has no part in whether it is right.
"""

import hashlib
from pathlib import Path

OWN = Path(__file__).resolve().parents[3]  # What runs is judged, wherever the refs lie that it compares.

DECIDE = (
    "harness/drive/gate/bench_run.py",
    "harness/drive/gate/canary.py",
    "harness/drive/gate/choice.py",
    "harness/drive/gate/collect.py",
    "harness/drive/gate/counting.py",
    "harness/drive/gate/experiment.py",
    "harness/drive/gate/layout.py",
    "harness/drive/gate/pairing.py",
    "harness/injection/fault.hpp",
    "harness/injection/injected.hpp",
    "reports/gate/confirm.py",
    "reports/gate/counter.py",
    "reports/gate/guard.py",
    "reports/gate/power.py",
    "reports/gate/row.py",
    "reports/gate/rules.py",
    "reports/gate/screen.py",
    "reports/gate/timed_cells.py",
    "reports/gate/timing.py",
    "reports/gate/validity.py",
    "reports/gate/verdict.py",
    "reports/signed_rank.py",
)


def of_gate(root: Path = OWN) -> str:
    """Twelve hex digits of what the files above hold."""
    digest = hashlib.sha256()
    for name in DECIDE:
        digest.update(f"{name}\0".encode())
        digest.update((root / name).read_bytes())
    return digest.hexdigest()[:12]
