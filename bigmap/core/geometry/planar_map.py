"""The planar map: faces of a noded graph, what covers each, and their polygons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.geometry.kernels import planar as kernels
from bigmap.core.geometry.noding import Buckets, segment_meetings

OUTER = 0
"""The unbounded face."""


@dataclass(frozen=True)
class PlanarMap:
    """Faces of a planar graph. Half-edge 2e runs along edge e from its smaller vertex, 2e + 1 back.

    Attributes
    ----------
    xy : ndarray of int, shape (v, 2)
    edges : ndarray of int, shape (e, 2)
        Each has different faces on its sides.
    source : ndarray of int, shape (e,)
        Which of the edges given each is.
    face : ndarray of int, shape (2e,)
        Face to the left of each half-edge, `OUTER` for the unbounded one.
    n : int
        Number of faces, `OUTER` included.
    ring_start, ring_vertex, ring_face : ndarray of int
        Rings: vertices of ring r are ``ring_vertex[ring_start[r] : ring_start[r + 1]]``.
    twice_area : ndarray of int
        Twice the area of each ring, grid squares: positive for the outer one of its face.
    """

    xy: Ints
    edges: Ints
    source: Ints
    face: Ints
    n: int
    ring_start: Ints
    ring_vertex: Ints
    ring_face: Ints
    twice_area: Ints

    @classmethod
    def of(cls, xy: Ints, edges: Ints, source: Ints | None = None) -> PlanarMap:
        """Return the faces; edges with one face on both sides are left out.

        Parameters
        ----------
        xy : ndarray of int, shape (v, 2)
        edges : ndarray of int, shape (e, 2)
            Sorted, the smaller vertex first, as of `bigmap.core.geometry.noding.snap_round`.
        source : ndarray of int, optional
            Number to remember for each edge; its row otherwise.
        """
        source = np.arange(len(edges)) if source is None else source
        ring, *rest = _traced(xy, edges)
        real = ring[::2] != ring[1::2]  # one walk along both sides: it leads into a face or across it
        if not real.all():
            edges, source = edges[real], source[real]
            ring, *rest = _traced(xy, edges)
        ring_face, n = _faces(xy, edges, ring, *rest)
        start, vertex, twice_area = rest
        return cls(xy, edges, source, ring_face[ring], n, start, vertex, ring_face, twice_area)

    @property
    def left(self) -> Ints:
        """Face to the left of each edge, seen from its smaller vertex."""
        return self.face[::2]

    @property
    def right(self) -> Ints:
        """Face to the right of each edge."""
        return self.face[1::2]

    @property
    def area(self) -> Floats:
        """Area of each face, grid squares; that of `OUTER` is negative."""
        return np.bincount(self.ring_face, weights=self.twice_area, minlength=self.n) / 2

    @property
    def length(self) -> Floats:
        """Length of each edge, grid steps."""
        step = self.xy[self.edges[:, 1]] - self.xy[self.edges[:, 0]]
        return np.hypot(step[:, 0], step[:, 1])

    def regions(self, label: npt.ArrayLike) -> Ints:
        """Return the number of the connected piece of equally labelled faces each face lies in, from 0."""
        label = np.asarray(label)
        same = label[self.left] == label[self.right]
        ends = self.left[same], self.right[same]
        links = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(self.n, self.n))
        return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)

    def locate(self, points: Floats) -> Ints:
        """Return the face each point lies in, shape (n,)."""
        segments = self.xy[self.edges].reshape(-1, 4)
        if not len(segments):
            return np.full(len(points), OUTER)
        buckets = Buckets.of(segments)
        side = kernels.left_of(
            points, segments, *buckets.low, *buckets.shape, buckets.side, buckets.start, buckets.segment
        )
        return np.where(side >= 0, self.face[side], OUTER)

    def merged(self, label: npt.ArrayLike) -> tuple[PlanarMap, Ints]:
        """Return the map with neighbouring faces of one label united, and the old face in each new one.

        Parameters
        ----------
        label : array of int, shape (n,)
            Label of each face.
        """
        label = np.asarray(label)
        keep = label[self.left] != label[self.right]
        united = PlanarMap.of(self.xy, self.edges[keep], np.flatnonzero(keep))
        member = np.zeros(united.n, dtype=np.int64)
        member[united.right[::-1]] = self.right[united.source][::-1]
        member[united.left[::-1]] = self.left[united.source][::-1]
        member[OUTER] = OUTER
        return united, member

    @property
    def is_sound(self) -> bool:
        """Whether no two edges cross, overlap or touch but at their ends: by whole numbers, hence exact.

        Faces of such a map are a valid coverage. Grid points are no nearer to an edge than its length's
        inverse, which is more than coordinates are rounded by for edges below 200 km.
        """
        return not len(segment_meetings(self.xy[self.edges].reshape(-1, 4)))

    @property
    def needed(self) -> Bools:
        """Which vertices are no mere middle of a straight border."""
        return kernels.needed(self.xy, self.edges)

    def needed_at(self, place: Floats, grid: Floats) -> Bools:
        """Return which vertices are needed where some lie beside their grid points.

        What is straight on the grid may have a bend beside a vertex that does not lie there.
        """
        moved = (place != grid).any(axis=1)
        needed = self.needed | moved
        needed[self.edges[moved[self.edges].any(axis=1)]] = True
        return needed

    def polygons(self, place: Floats, needed: Bools | None = None) -> Shapes:
        """Return the polygon of each face but the unbounded one, shape (n - 1,).

        Parameters
        ----------
        place : ndarray of float, shape (v, 2)
            Where each vertex lies.
        needed : ndarray of bool, shape (v,), optional
            Vertices to keep; without it those in the middle of a straight border are left out, on both sides.
        """
        start, vertex, face, twice_area = kernels.simple(
            self.xy, self.ring_start, self.ring_vertex, self.ring_face
        )
        order = np.lexsort((twice_area <= 0, face))
        order = order[face[order] != OUTER]
        needed = self.needed if needed is None else needed
        coords, ring_at, polygon_at = kernels.ragged(start, vertex, face, order, place, needed, self.n)
        return shapely.from_ragged_array(shapely.GeometryType.POLYGON, coords, (ring_at, polygon_at))

    def inner_points(self) -> Floats:
        """Return a point well inside each face, shape (n, 2), grid steps; row `OUTER` says nothing."""
        order = np.argsort(self.ring_face, kind="stable")
        return kernels.inner(self.xy, self.ring_start, self.ring_vertex, self.ring_face, order, self.n)

    def covers(self, claims: Ints, starts: Ints, levels: Ints, n_levels: int) -> Ints:
        """Return the first claim of each level that covers each face, shape (n, n_levels), -1 for none.

        Parameters
        ----------
        claims, starts : ndarray of int
            Claims whose border runs along edge e: ``claims[starts[e] : starts[e + 1]]``.
        levels : ndarray of int
            Level of each claim.

        Notes
        -----
        Walking from face to face, a claim is entered or left at each of its borders. Borders are closed, so
        that the count is the same whichever way one goes; no point is ever looked for in a polygon.
        """
        halves = np.argsort(self.face, kind="stable")
        at = np.searchsorted(self.face[halves], np.arange(self.n + 1))
        return kernels.covers(self.face, halves, at, claims, starts, levels, n_levels, self.n)


def borders(edge: Ints, claim: Ints, n_edges: int, n_claims: int) -> tuple[Ints, Ints]:
    """Return the claims that have an odd number of pieces on each edge, by edge: claims and starts."""
    key, count = np.unique(edge * max(n_claims, 1) + claim, return_counts=True)
    key = key[count % 2 == 1]
    return key % max(n_claims, 1), np.searchsorted(key // max(n_claims, 1), np.arange(n_edges + 1))


def _traced(xy: Ints, edges: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the ring of each half-edge; ring starts, ring vertices and twice the area of each ring."""
    return kernels.rings(xy, edges, kernels.turns(xy, edges))


def _faces(
    xy: Ints, edges: Ints, ring: Ints, start: Ints, vertex: Ints, twice_area: Ints
) -> tuple[Ints, int]:
    """Return the face of each ring and the number of faces: a ring that is no shell lies in another face."""
    shell = twice_area > 0
    face = np.where(shell, np.cumsum(shell), -1)
    n = int(shell.sum()) + 1
    inner = np.flatnonzero(~shell)
    if not len(inner):
        return face, n
    segments = xy[edges].reshape(-1, 4)
    buckets = Buckets.of(segments)
    # Vertices are sorted by place, so that the least number is the leftmost.
    corner = np.minimum.reduceat(vertex, start[:-1])[inner]
    side = kernels.left_of(
        xy[corner].astype(np.float64),
        segments,
        *buckets.low,
        *buckets.shape,
        buckets.side,
        buckets.start,
        buckets.segment,
    )
    around = np.where(side >= 0, ring[side], -1)
    # Rings around are followed from left to right, each after the one it hangs on.
    for k in np.argsort(corner, kind="stable"):
        face[inner[k]] = face[around[k]] if around[k] >= 0 else OUTER
    return face, n
