"""Pictures of layers on one grid of cells, and the move at which two of them meet best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Floats, Shapes

Spectrum = npt.NDArray[np.complex128]
Vector = tuple[float, float]

_REACH_M = 2_000.0
"""Farthest move looked at: BD-09 is off by 0.9 to 1.4 km."""
_CELL_M, _CELLS = 12.0, 1024
"""Finest cell and most cells of a side: a street office fits, of a whole city its middle 30 km are taken."""
_WIDEST_M = 30_000.0
_BROAD_M = 240.0
"""Patterns broader than this say where a town ends, not where its houses stand."""
SAME_M = 60.0
"""Peaks this near a move count as that move: over a wide district the shift itself differs by that."""


@dataclass(frozen=True)
class Meeting:
    """Where one layer's picture meets another's: the second lies (east, north) off the first."""

    one: int
    two: int
    move: Vector
    height: float
    over_next: float


@dataclass(frozen=True)
class RasterGrid:
    """Square cells on the ground, the same for all layers."""

    left: float
    bottom: float
    cell: float
    cells: int

    @classmethod
    def around(cls, layers: Sequence[Shapes]) -> RasterGrid:
        """Return the grid over the ground of most layers, with room for the moves."""
        boxes = np.array([np.nanpercentile(shapely.bounds(found), 50, axis=0) for found in layers])
        x, y = np.median((boxes[:, :2] + boxes[:, 2:]) / 2, axis=0)
        ends = np.array([shapely.total_bounds(found) for found in layers])
        reach = float(np.median(np.abs(ends - [x, y, x, y]).max(axis=1)))
        side = min(2 * reach + _REACH_M, _WIDEST_M)
        cells = int(np.clip(2 ** np.ceil(np.log2(side / _CELL_M)), 512, _CELLS))
        cell = max(_CELL_M, side / cells)
        return cls(float(x) - cells * cell / 2, float(y) - cells * cell / 2, cell, cells)

    def spectrum(self, shapes: Shapes, *, outlined: bool) -> Spectrum:
        """Return the Fourier transform of a layer's picture, of its borders only where so asked."""
        areas = shapes[shapely.get_dimensions(shapes) == 2]
        if outlined:
            picture = self._drawn(shapely.boundary(areas))
        elif len(areas):
            picture = self._filled(areas)
        else:
            picture = self._drawn(shapes)
        return np.asarray(np.fft.rfft2(picture)) * self._band()

    def meeting(self, one: int, two: int, pictures: Mapping[int, Spectrum], sign: int) -> Meeting:
        """Return where two layers meet best; ``sign`` -1 where one stands where the other does not."""
        spectrum = np.conj(pictures[one]) * pictures[two]
        over = sign * np.fft.irfft2(spectrum, s=(self.cells, self.cells))
        reach = int(_REACH_M / self.cell)
        over = np.roll(over, (reach, reach), (0, 1))[: 2 * reach + 1, : 2 * reach + 1]
        spread = 1.4826 * float(np.median(np.abs(over - np.median(over))))
        if spread == 0:
            return Meeting(one, two, (0.0, 0.0), 0.0, 0.0)
        over = (over - np.median(over)) / spread
        row, col = (int(n) for n in np.unravel_index(over.argmax(), over.shape))
        move = ((_peak(over[row], col) - reach) * self.cell, (_peak(over[:, col], row) - reach) * self.cell)
        rows, cols = np.ogrid[: len(over), : len(over)]
        far = np.hypot(rows - row, cols - col) * self.cell > 2 * SAME_M + 2 * self.cell
        height = float(over[row, col])
        return Meeting(one, two, move, height, height / max(float(over[far].max()), 1e-9))

    def _band(self) -> Floats:
        """Return the weight of each frequency in a picture: neither single cells nor the whole town."""
        f = (2 * np.pi) ** 2 * (
            np.fft.fftfreq(self.cells)[:, None] ** 2 + np.fft.rfftfreq(self.cells)[None] ** 2
        )
        return np.asarray(np.sqrt(np.exp(-f / 2) * (1 - np.exp(-f * (_BROAD_M / self.cell) ** 2 / 2))))

    def _drawn(self, lines: Shapes) -> Floats:
        """Return 1 in the cells that lines touch, 0 elsewhere."""
        box = (
            self.left,
            self.bottom,
            self.left + self.cells * self.cell,
            self.bottom + self.cells * self.cell,
        )
        dense = shapely.segmentize(shapely.clip_by_rect(lines, *box), self.cell / 2)
        at = (self._in_cells(shapely.get_coordinates(dense)) + 0.5).astype(int)
        at = at[((at >= 0) & (at < self.cells)).all(axis=1)]
        picture = np.zeros((self.cells, self.cells))
        picture[at[:, 1], at[:, 0]] = 1.0
        return picture

    def _filled(self, areas: Shapes) -> Floats:
        """Return 1 in the cells whose centre lies in an area: each edge changes the count of rings."""
        n = self.cells
        rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(areas)))
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        xy = self._in_cells(xy)
        start, end = xy[:-1][ring[1:] == ring[:-1]], xy[1:][ring[1:] == ring[:-1]]
        first, last = np.clip(np.ceil(start[:, 1]), 0, n), np.clip(np.ceil(end[:, 1]), 0, n)
        count = np.abs(last - first).astype(int)
        edge = np.repeat(np.arange(len(start)), count)
        row = (
            np.arange(count.sum())
            - np.repeat(np.cumsum(count) - count, count)
            + np.minimum(first, last)[edge]
        )
        slope = (end[edge, 0] - start[edge, 0]) / (end[edge, 1] - start[edge, 1])
        col = np.clip(np.ceil(start[edge, 0] + (row - start[edge, 1]) * slope), 0, n)
        turns = np.bincount((row * (n + 1) + col).astype(int), np.sign(last - first)[edge], n * (n + 1))
        return (np.cumsum(turns.reshape(n, n + 1), axis=1)[:, :n] != 0).astype(float)

    def _in_cells(self, xy: Floats) -> Floats:
        """Return coordinates in cells, 0 being the centre of the first."""
        return (xy - (self.left, self.bottom)) / self.cell - 0.5


def _peak(values: Floats, at: int) -> float:
    """Return where the top of the parabola through a peak and its neighbours lies."""
    if not 0 < at < len(values) - 1:
        return float(at)
    before, top, after = values[at - 1 : at + 2]
    return float(at + (before - after) / (2 * (before - 2 * top + after)))
