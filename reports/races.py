# SPDX-License-Identifier: Apache-2.0
"""race.json: how well data races are seen on each lane, as `run_all.sh race` found at the same commit.

Programs with a seeded race and their mended twins ran on every lane under ThreadSanitizer: what was found in every
run, and what was reported of a program without a race. A run without the file has no such numbers, and says so.
"""

import json
from pathlib import Path

from reports.bad_input import BadInput

FIELDS = ("seeded", "found_in_every_run", "runs_of_fixed", "false_reports")
_MEND = "remove it, or run ./run_all.sh race again"


def read(folder: Path) -> dict[str, dict]:
    """By lane: FIELDS and the names of the races that were `missed`. Empty when nothing was run."""
    path = folder / "race.json"
    if not path.is_file():
        return {}
    try:
        lanes = json.loads(path.read_text(encoding="utf-8"))["fidelity"].items()
        found = {lane: {name: int(told[name]) for name in FIELDS} | {"missed": [str(one) for one in told["missed"]]}
                 for lane, told in lanes}
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInput(path, f"not JSON ({error})", _MEND)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(path, f"not what the race programs write ({error!r})", _MEND)
    for lane, told in found.items():
        if not 0 <= told["found_in_every_run"] <= told["seeded"] or min(told[name] for name in FIELDS) < 0:
            raise BadInput(path, f"{lane} found more races than there are", _MEND)
    return found


def said(told: dict | None) -> str:
    """`9 of 9 races found, 0 false reports in 360 runs`; told that nothing was run."""
    if told is None:
        return "not run with this commit"
    missed = f"; missed {', '.join(told['missed'])}" if told["missed"] else ""
    return (f"{told['found_in_every_run']} of {told['seeded']} races found in every run, "
            f"{told['false_reports']} false reports in {told['runs_of_fixed']:,} runs{missed}")
