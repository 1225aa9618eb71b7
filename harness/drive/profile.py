# SPDX-License-Identifier: Apache-2.0
"""Profiles: how long and how often a run measures.

Six fresh processes are the fewest whose order statistics give a 95 % interval of the median, so a cell
gets six rounds where the time allows. What does not fit is told by the cell's `runs`, never hidden.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    name: str
    rounds: int  # processes per cell at most
    min_time: float  # seconds measured inside a process
    timeout: float  # seconds a measurement process may take
    prove_timeout: float  # seconds a contract executable may take
    cell_budget: float | None  # seconds over all rounds of one cell; at least one round always runs
    total_budget: float | None  # seconds over all cells; the first round always runs
    warm_within: float = 0.0  # no warm figure after a cold pass that took longer; 0: always one
    slow: float | None = None  # a cell that took longer is not measured at more workers as well
    core: bool = False  # only the cases of core.py, unless --workloads names some


PROFILES = {
    "quick": Profile("quick", 6, 0.05, 60.0, 300.0, 6.0, 345.0, warm_within=6.0, slow=8.0, core=True),
    "full": Profile("full", 20, 0.3, 300.0, 900.0, None, None),
}
