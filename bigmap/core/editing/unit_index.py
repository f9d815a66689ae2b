"""What no edit changes: the numbers of the units as integers, and who touches whom, as arrays.

Sums of integers do not depend on their order, so that adding and taking away as often as one likes never
drifts: figures after any edits are those of a full computation, to the last bit.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from bigmap.base.arrays import Floats, Ints
from bigmap.core.geometry.adjacency import Graph, build_graph
from bigmap.core.planning.plan import Plan
from bigmap.core.schema.columns import summed
from bigmap.core.units import unknown
from bigmap.core.units.barriers import barrier_lines
from bigmap.core.units.model import Units

AREA, OUTLINE, WALLED = "plane_m2", "outline_m", "walled_m2"
"""Numbers of a unit that are no column of its table: area and outline in the plane, m² inside walls."""

_NO_SUMS = {"width_m"}  # numbers whose sum means nothing
_BITS = 60
_FEW = 50  # one in so many


class UnitIndex:
    """The units of a plan, made ready for quick sums and searches.

    Parameters
    ----------
    units : Units
    graph : Graph
        Adjacency that zones must be connected by.
    borders : Graph, optional
        Every shared border, where ``graph`` leaves some out (barriers); ``graph`` otherwise.

    Attributes
    ----------
    columns : tuple of str
        What is summed: ``units`` (1 each), `AREA`, `OUTLINE`, `WALLED`, `COUNTS`, columns
        of the schema with a ``value`` of their own, then every numeric column.
    numbers : ndarray of int, shape (n, len(columns))
        A power of two of each column times its value, so that sums of integers are sums of the column.
    """

    def __init__(self, units: Units, graph: Graph, borders: Graph | None = None) -> None:
        self.units, self.graph, self.borders = units, graph, borders or graph
        numbers = _numbers(units)
        self.columns = tuple(numbers)
        self.place = {name: i for i, name in enumerate(self.columns)}
        self._scale = np.array([_scale(v) for v in numbers.values()])
        scaled = [np.round(v * s) for v, s in zip(numbers.values(), self._scale, strict=True)]
        self.numbers = np.column_stack(scaled).astype(np.int64) if scaled else np.empty((len(units), 0), int)
        self._near = _Near(graph)
        self._touch = self._near if self.borders is graph else _Near(self.borders)
        length = self.borders.border_m * self._scale[self.place[OUTLINE]]
        self.border = np.maximum(1, np.round(length)).astype(np.int64)

    def __len__(self) -> int:
        return len(self.numbers)

    def real(self, sums: Ints, column: str) -> Floats:
        """Return sums of ``numbers[:, place[column]]`` in the column's own unit."""
        return sums / self._scale[self.place[column]]

    def metres(self, border: float) -> float:
        """Return a sum of ``border`` in metres."""
        return float(border / self._scale[self.place[OUTLINE]])

    def neighbours(self, units: Ints) -> Ints:
        """Return all neighbours of some units, themselves among them where they touch, sorted."""
        return distinct(self._near.of(units)[1], len(self))

    def links(self, units: Ints) -> tuple[Ints, Ints]:
        """Return each edge at some units: which of them, and the unit at the other end."""
        return self._near.of(units)[:2]

    def border_edges(self, units: Ints) -> Ints:
        """Return the edges of ``borders`` that have an end among some units, each once."""
        return distinct(self._touch.of(units)[2], len(self.border))

    def pieces_of(self, members: Ints) -> tuple[int, Ints]:
        """Return in how many connected pieces some units (sorted) lie, and the piece of each."""
        if not len(members):
            return 0, np.empty(0, dtype=np.int64)
        owner, near, _ = self._near.of(members)
        at = np.searchsorted(members, near)
        at[at == len(members)] = 0
        inner = members[at] == near
        size = len(members)
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner[inner], minlength=size))])
        links = csr_array((np.ones(int(inner.sum()), np.int8), at[inner], starts), shape=(size, size))
        count, piece = connected_components(links, directed=False)
        return int(count), piece.astype(np.int64)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the unit polygons."""
        return shapely.STRtree(self.units.polygons)

    @cached_property
    def middles(self) -> npt.NDArray[np.object_]:
        """A point inside each unit."""
        return shapely.point_on_surface(self.units.polygons)


def distinct(rows: Ints, n: int) -> Ints:
    """Return rows of ``n``, sorted, each once; many are marked off: `numpy.unique` hashes for long."""
    if len(rows) < n // _FEW:
        return np.unique(rows)
    seen = np.zeros(n, dtype=bool)
    seen[rows] = True
    return np.flatnonzero(seen)


class _Near:
    """Neighbours of each unit in one run of an array."""

    def __init__(self, graph: Graph) -> None:
        ends = np.concatenate([graph.left, graph.right])
        order = np.argsort(ends, kind="stable")
        self._near = np.concatenate([graph.right, graph.left])[order]
        self._edge = np.tile(np.arange(len(graph.left)), 2)[order]
        self._start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=graph.n))])

    def of(self, units: Ints) -> tuple[Ints, Ints, Ints]:
        """Return (position in ``units``, neighbour, edge) of every edge at some units."""
        first = self._start[units]
        count = self._start[units + 1] - first
        owner = np.repeat(np.arange(len(units)), count)
        skipped = np.repeat(first - np.cumsum(count) + count, count)
        run = np.arange(len(owner)) + skipped
        return owner, self._near[run], self._edge[run]


def _numbers(units: Units) -> dict[str, Floats]:
    frame, shapes = units.frame, units.polygons
    made = {
        "units": np.ones(len(frame)),
        AREA: shapely.area(shapes),
        OUTLINE: shapely.length(shapes),
        WALLED: frame["site_m2"].to_numpy(float) * frame["inside"].to_numpy(bool),
        **{name: values.astype(float) for name, values in unknown.counts(frame).items()},
        **{c.name: np.asarray(c.value(frame), dtype=float) for c in summed("zones") if c.value},
    }
    for name in frame.columns:
        kind = frame[name].dtype
        if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind):
            made.setdefault(
                name, np.nan_to_num(frame[name].to_numpy(float, na_value=np.nan), posinf=0, neginf=0)
            )
    return {name: values for name, values in made.items() if name not in _NO_SUMS}


def _scale(values: Floats) -> float:
    """Return the largest power of two with which the sum of the column fits into an integer."""
    return float(np.ldexp(1.0, _BITS - int(np.ceil(np.log2(np.abs(values).sum() + 2.0)))))


def unit_index_of(plan: Plan) -> UnitIndex:
    """Return the unit index of a plan; where barriers cut edges of its graph, perimeters need all borders."""
    walled = len(barrier_lines(plan.sources)) > 0
    return UnitIndex(plan.units, plan.graph, build_graph(plan.units.polygons) if walled else None)
