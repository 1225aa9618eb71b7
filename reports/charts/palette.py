# SPDX-License-Identifier: Apache-2.0
"""Palette: the colour and the shape of every lane, and the colours of paper and ink.

Colours are Okabe and Ito's, shifted for contrast on paper and on black. A lane is told by its colour and by
its shape, never by colour alone: with more lanes than colours the shape still differs.
"""

from dataclasses import dataclass

COLOURS = 8  # --lane-0 ... in style/tokens.css; lanes beyond begin again, one shape further.
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right",
          "triangle-left", "M-1,-1L1,1M1,-1L-1,1")
_LIGHT = ("#0072b2", "#d55e00", "#00855f", "#b0568c", "#b87b00", "#2b93cf", "#7a5195", "#6b7a00")


@dataclass(frozen=True)
class Ink:
    """What is not a lane's: by CSS variable in the page, fixed in a still."""

    ink: str
    muted: str
    grid: str
    reference: str
    font: str


PAGE = Ink("var(--ink)", "var(--muted)", "var(--grid)", "var(--reference)", "system-ui, sans-serif")
STILL = Ink("#16191d", "#5d646d", "#e9ebee", "#4a4f57", "DejaVu Sans, sans-serif")


@dataclass(frozen=True)
class Look:
    number: int | None  # Of the colour; references have none, they are drawn in ink.
    shape: str

    @property
    def dash(self) -> list[int]:
        """References are dashed, so that they are told from runtimes without colour."""
        return [5, 3] if self.number is None else [1, 0]

    def colour(self, ink: Ink) -> str:
        if self.number is None:
            return ink.reference
        return f"var(--lane-{self.number})" if ink is PAGE else _LIGHT[self.number]


def looks(lanes: list[dict]) -> dict[str, Look]:
    """By lane, in the order given."""
    found = {}
    runtimes = references = 0
    for lane in lanes:
        if lane["kind"] == "reference":
            found[lane["lane"]] = Look(None, SHAPES[-1 - references % 4])
            references += 1
        else:
            found[lane["lane"]] = Look(runtimes % COLOURS, SHAPES[(runtimes + runtimes // COLOURS) % 8])
            runtimes += 1
    return found
