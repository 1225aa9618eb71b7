# SPDX-License-Identifier: Apache-2.0
"""Budget: how many rounds each cell gets in the time there is.

Invariants: every cell runs once, whatever it costs. A cell that ended other than ok is over: its reason is
told and repeating it would show nothing new. Further rounds go to all cells in turn, the cheapest first, so that
the most expensive lose theirs first, and no cell gets more than its own budget allows.
"""

from .plan import Cell
from .profile import Profile


class Budget:
    def __init__(self, profile: Profile, cells: list[Cell]) -> None:
        self._profile = profile
        self._seconds: dict[Cell, list[float]] = {cell: [] for cell in cells}
        self._over: set[Cell] = set()

    def spent(self, cell: Cell, seconds: float, ok: bool) -> None:
        self._seconds[cell].append(seconds)
        if not ok:
            self._over.add(cell)

    def refusal(self, cell: Cell) -> tuple[str, str] | None:
        """Why a cell is left out where the profile has no time for it: the same case on the same lane took
        too long at fewer workers. Told, never hidden."""
        if self._profile.slow is None:
            return None
        for other, seconds in self._seconds.items():
            same = (other.lane, other.case) == (cell.lane, cell.case) and other.workers < cell.workers
            if same and seconds and seconds[0] > self._profile.slow:
                at = f"{other.workers} worker{'s' if other.workers > 1 else ''}"
                return "n/a", f"takes {seconds[0]:.0f} s at {at}, measured there only in this profile (full does all)"
        return None

    def runs(self, cell: Cell) -> int:
        return len(self._seconds[cell])

    def due(self, elapsed: float) -> set[Cell]:
        """The cells that the next round holds, `elapsed` seconds after measuring began."""
        fresh = {cell for cell in self._seconds if not self._seconds[cell] and cell not in self._over}
        return fresh | {cell for cell, rounds in self._allotted(elapsed).items() if rounds > 0}

    def seconds_left(self, elapsed: float) -> float:
        """What the rest will take, as far as the processes so far can tell."""
        known = [self._cost(cell) for cell, seconds in self._seconds.items() if seconds]
        fresh = sum(1 for cell, seconds in self._seconds.items() if not seconds and cell not in self._over)
        typical = sum(known) / len(known) if known else self._profile.min_time * 3
        first = fresh * typical
        later = sum(rounds * self._cost(cell) for cell, rounds in self._allotted(elapsed + first).items())
        later += fresh * typical * (self._wanted(typical) - 1)
        if self._profile.total_budget is not None:
            later = min(later, max(0.0, self._profile.total_budget - elapsed - first))
        return first + later

    def shortened(self) -> list[tuple[Cell, int]]:
        """The ok cells with fewer rounds than the profile's, and how many they had."""
        return [
            (cell, len(seconds))
            for cell, seconds in self._seconds.items()
            if cell not in self._over and len(seconds) < self._profile.rounds
        ]

    def _cost(self, cell: Cell) -> float:
        seconds = self._seconds[cell]
        return max(sum(seconds) / len(seconds), 1e-3)

    def _wanted(self, cost: float) -> int:
        if self._profile.cell_budget is None:
            return self._profile.rounds
        return max(1, min(self._profile.rounds, int(self._profile.cell_budget / cost)))

    def _allotted(self, elapsed: float) -> dict[Cell, int]:
        """Rounds beyond those done, for the cells that ran and may go on."""
        total = self._profile.total_budget
        left = float("inf") if total is None else total - elapsed
        going_on = [cell for cell, seconds in self._seconds.items() if seconds and cell not in self._over]
        allotted = dict.fromkeys(going_on, 0)
        # Round by round, so that all cells that can have a second run get it before any has a third.
        for done in range(1, self._profile.rounds):
            for cell in sorted(going_on, key=self._cost):
                cost = self._cost(cell)
                if self.runs(cell) <= done < self._wanted(cost) and cost <= left:
                    allotted[cell] += 1
                    left -= cost
        return allotted
