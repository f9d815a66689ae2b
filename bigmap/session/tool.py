"""What the hand on the map holds: a tool, what it works for, and how strict it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from bigmap.base import settings
from bigmap.core.editing.gestures import Rule
from bigmap.core.planning.assignment import NOBODY

Tool = Literal[
    "look", "box", "lasso", "along", "paint", "bucket", "erase", "draw", "cut", "border", "lock",
    "measure_length", "measure_area",
]  # fmt: skip
"""One at a time: look and pick; choose by box, lasso or along a line; paint, fill, erase; draw a new zone,
divide a zone by a line, drag a border; lock and unlock; measure."""

RULES: tuple[Rule, ...] = get_args(Rule)
CHOOSING: tuple[Tool, ...] = ("box", "lasso", "along")

SMALLEST_M, LARGEST_M = 2.0, 2_000.0
"""Radius of the brush."""


@dataclass(frozen=True)
class ToolState:
    """A tool with its settings.

    Attributes
    ----------
    tool : Tool
    zone : int
        Row of the zone that is painted and filled with, `NOBODY` for none yet.
    rule : Rule
        What becomes of a gesture that would leave a zone in several pieces: refuse, warn, mend.
    brush_m : float
        Radius of the brush in metres.
    """

    tool: Tool = "look"
    zone: int = NOBODY
    rule: Rule = "warn"
    brush_m: float = 30.0

    @classmethod
    def remembered(cls) -> ToolState:
        """Return the hand with the rule chosen last."""
        held = settings.load().get("edit_rule")
        return next((cls(rule=rule) for rule in RULES if rule == held), cls())
