"""How ground becomes paper: the round scale of a sheet, and what it puts where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bigmap.base.arrays import Floats
from bigmap.ui.printing.layout import Box

SCALES = (500, 1000, 2000, 2500, 5000, 7500, 10000, 15000, 20000, 25000, 50000)
"""Scale denominators that planners expect; ten times these beyond the last."""


@dataclass(frozen=True)
class MapView:
    """How ground becomes paper: metres of the project CRS to millimetres of the page.

    Attributes
    ----------
    frame : Box
    centre : tuple of float
        (x, y) in metres that lies in the middle of the frame.
    scale : int
        Denominator: one millimetre on paper is ``scale`` millimetres on the ground.
    """

    frame: Box
    centre: tuple[float, float]
    scale: int

    def to_page(self, xy: Floats) -> Floats:
        """Return page positions (mm, y down) of ground positions (m, y up), shape (n, 2)."""
        middle = (self.frame.x + self.frame.w / 2, self.frame.y + self.frame.h / 2)
        return (xy - self.centre) * (1000 / self.scale, -1000 / self.scale) + middle

    def ground(self, mm: float) -> float:
        """Return the metres on the ground of a length on paper in mm."""
        return mm * self.scale / 1000


def fit_view(bounds: tuple[float, float, float, float], frame: Box, pad: float) -> MapView:
    """Return the largest round scale at which ``bounds`` (m) fits the frame with ``pad`` mm around."""
    x0, y0, x1, y1 = bounds
    room = frame.inset(pad)
    needed = max((x1 - x0) / room.w, (y1 - y0) / room.h) * 1000
    return MapView(frame, ((x0 + x1) / 2, (y0 + y1) / 2), round_scale(needed))


def round_scale(needed: float) -> int:
    """Return the smallest round denominator that is not below ``needed``."""
    factor = 1
    while needed > SCALES[-1] * factor:
        factor *= 10
    return next(s * factor for s in SCALES if s * factor >= needed)


def bar_step(view: MapView, longest: float) -> float:
    """Return the metres of one of four parts of a scale bar of at most ``longest`` mm."""
    room = view.ground(longest) / 4
    power = 10.0 ** np.floor(np.log10(room))
    return float(max(f * power for f in (1, 2, 2.5, 5) if f * power <= room))
