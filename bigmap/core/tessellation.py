"""Sharing out the ground of a block among the buildings that stand on it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

OVERSHOOT_M = 0.1
_SPACING_M = 3.0  # between samples along a footprint: finer moves a cell border by less than a step
_INSET_M = 0.2  # samples lie this far inside the wall, so that touching houses share no sample


def enclosed_cells(
    footprints: Shapes, blocks: Shapes, reach_m: float, progress: Progress | None = None
) -> Shapes:
    """Return the plot of each footprint: the ground of its block nearer to it than to any other.

    Parameters
    ----------
    footprints : array of Polygon or MultiPolygon, shape (n,)
        Metres.
    blocks : array of Polygon, shape (m,)
        Disjoint free ground.
    reach_m : float
        Ground farther than this from every footprint stays unclaimed.
    progress : Progress, optional

    Returns
    -------
    array of Polygon or MultiPolygon, shape (n,)
        Empty where a footprint touches no block. A plot reaches `OVERSHOOT_M` over the edge of its block,
        so that a cut which puts the plots after what surrounds the block leaves that edge as it is.

    Notes
    -----
    Enclosed tessellation: Fleischmann, Feliciotti, Romice and Porta, *Computers, Environment and
    Urban Systems* 80 (2020), here with the footprint's whole outline sampled and a reach.
    """
    progress = progress or Progress()
    plots = np.full(len(footprints), shapely.Polygon(), dtype=object)
    block_of = _block_of(footprints, blocks)
    order = np.argsort(block_of, kind="stable")
    starts = np.searchsorted(block_of[order], np.arange(len(blocks) + 1))
    for block in np.flatnonzero(np.diff(starts)):
        members = order[starts[block] : starts[block + 1]]
        if block % 50 == 0:
            progress.step(block / len(blocks), Text("Sharing out block ground among buildings"))
        plots[members] = _plots(footprints[members], blocks[block], reach_m)
    return plots


def _block_of(footprints: Shapes, blocks: Shapes) -> Ints:
    """Return the block that holds most of each footprint, -1 for none."""
    which, block = shapely.STRtree(blocks).query(footprints, predicate="intersects")
    owner = np.full(len(footprints), -1)
    hits = np.bincount(which, minlength=len(footprints))
    sole = hits[which] == 1
    owner[which[sole]] = block[sole]
    which, block = which[~sole], block[~sole]
    common = shapely.area(shapely.intersection(footprints[which], blocks[block]))
    order = np.lexsort((-block, common))
    owner[which[order]] = block[order]
    return owner


def _plots(footprints: Shapes, block: shapely.Polygon, reach_m: float) -> Shapes:
    block = shapely.buffer(block, OVERSHOOT_M, join_style="mitre")
    near = shapely.buffer(footprints, reach_m, quad_segs=4)
    if len(footprints) == 1:
        return _polygonal(_common(near, block))
    cells = _polygonal(_common(_voronoi(footprints, block), near))
    return _polygonal(_common(cells, block))


def _common(shapes: Shapes, others: Shapes | shapely.Geometry) -> Shapes:
    """Return the common ground; on a grid of a tenth of a millimetre where the exact way fails."""
    try:
        return np.asarray(shapely.intersection(shapes, others))
    except shapely.GEOSException:
        return np.asarray(shapely.intersection(_valid(shapes), _valid(others), grid_size=1e-4))


def _valid(shapes: Shapes | shapely.Geometry) -> Shapes | shapely.Geometry:
    return shapely.make_valid(shapes, method="structure", keep_collapsed=False)


def _voronoi(footprints: Shapes, block: shapely.Polygon) -> Shapes:
    """Return the Voronoi cell of each footprint's outline, not yet cut to the block."""
    points, owner = _samples(footprints)
    low_x, low_y, high_x, high_y = shapely.total_bounds([block, *footprints])
    # Lopsided, so that the clip at the frame never meets a corner of a symmetric diagram.
    frame = shapely.box(low_x - 31.7, low_y - 43.3, high_x + 57.1, high_y + 71.9)
    diagram = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame, ordered=True)
    cells = _polygonal(shapely.get_parts(diagram))
    starts = np.searchsorted(owner, np.arange(len(footprints) + 1))
    groups = [cells[a:b] for a, b in pairwise(starts)]
    return np.array([_united(group) for group in groups], dtype=object)


def _united(cells: Shapes) -> shapely.Geometry:
    """Return the union of cells of one diagram; the general way where the diagram is not exactly noded."""
    try:
        return shapely.coverage_union_all(cells)
    except shapely.GEOSException:
        return shapely.union_all(cells)


def _samples(footprints: Shapes) -> tuple[npt.NDArray[np.float64], Ints]:
    """Return points along each footprint's inner outline and the footprint of each, sorted by footprint."""
    inner = shapely.buffer(footprints, -_INSET_M, join_style="mitre")
    thin = shapely.is_empty(inner)
    inner[thin] = shapely.point_on_surface(footprints[thin])
    xy, owner = shapely.get_coordinates(shapely.segmentize(inner, _SPACING_M), return_index=True)
    first = np.sort(np.unique(np.round(xy, 3), axis=0, return_index=True)[1])
    return _unaligned(xy[first]), owner[first]


def _unaligned(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Move each point by up to 2 mm, by a hash of its place: points on one circle break a Voronoi diagram."""
    waves = np.sin(xy @ np.array([[12.9898, 39.3461], [78.233, 11.1357]])) * 43758.5453
    return xy + (waves - np.floor(waves) - 0.5) * 0.004


def _polygonal(shapes: Shapes) -> Shapes:
    """Drop the points and lines that an intersection of touching shapes leaves."""
    flat = ~np.isin(
        shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    )
    for i in np.flatnonzero(flat):
        parts = shapely.get_parts(shapes[i])
        shapes[i] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return shapes
