"""Sharing out the ground of a block among the buildings that stand on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from bigmap.base.arrays import Floats, Ints, Shapes
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.geometry.noding import (
    Buckets,
    crossings,
    in_threads,
    segment_pieces,
    unique_points,
    vertices_on_segments,
)
from bigmap.core.geometry.voronoi import ridges
from bigmap.core.units.claims import ClaimedFaces, Cut, segments_of

_SPACING_M = 3.0  # between samples along a footprint: finer moves a plot border by less than a step
_INSET_M = 0.2  # samples lie this far inside the wall, so that touching houses share no sample
_WAVER_M = 0.2  # a plot border is drawn straight where it wavers by less
_STRIP_M = 50.0  # samples go through a block in strips of this width
_SHARING = Text("Sharing out block ground among buildings")
_APART = 1e9  # grid steps between two blocks in the index of samples, more than a project is wide


@dataclass(frozen=True)
class Samples:
    """Points along the footprints of each block, block by block.

    Attributes
    ----------
    xy : ndarray of float, shape (n, 2)
        Grid steps.
    owner, block : ndarray of int, shape (n,)
        Footprint and block of each.
    """

    xy: Floats
    owner: Ints
    block: Ints

    def nearest(self, xy: Floats, block: Ints) -> tuple[Floats, Ints]:
        """Return the distance to the nearest sample of the block each point lies in, and its footprint."""
        if not len(self.xy):
            return np.full(len(xy), np.inf), np.full(len(xy), -1)
        tree = cKDTree(self._lifted(self.xy, self.block), balanced_tree=False, compact_nodes=False)
        distance, sample = tree.query(self._lifted(xy, block), workers=-1)
        return distance, self.owner[sample]

    def _lifted(self, xy: Floats, block: Ints) -> Floats:
        return np.column_stack([xy, block * _APART])


@dataclass(frozen=True)
class Shares:
    """What shares out the blocks.

    Attributes
    ----------
    lines : ndarray of int, shape (n, 4)
        Borders of plots, of ground beyond the reach, and of the grid of open ground, each within a face.
    face : ndarray of int, shape (n,)
        That face.
    samples : Samples
    """

    lines: Ints
    face: Ints
    samples: Samples


def share_out_block(
    ground: ClaimedFaces,
    footprints: Shapes,
    reach_m: float,
    open_side_m: float,
    progress: Progress | None = None,
) -> Shares:
    """Return the lines that share out each block: every place to the nearest footprint within reach.

    Parameters
    ----------
    ground : ClaimedFaces
    footprints : array of Polygon or MultiPolygon, shape (n,)
        Metres; those the ground was cut with.
    reach_m : float
        Ground farther than this from every footprint of its block stays open.
    open_side_m : float
        Blocks larger than a square of this side are cut along a grid of it where they are open.
    progress : Progress, optional

    Notes
    -----
    Enclosed tessellation: Fleischmann, Feliciotti, Romice and Porta, *Computers, Environment and
    Urban Systems* 80 (2020), here with the footprint's whole outline sampled, a reach, and all blocks at
    once with only those Voronoi edges that part two buildings.
    """
    progress = progress or Progress()
    progress.step(0.0, _SHARING)
    samples = _samples(ground, footprints)
    progress.step(0.1, _SHARING)
    part_lines, pairs, far = _ridges(
        samples, reach_m * ground.per_metre, _WAVER_M * ground.per_metre, progress
    )

    def tick() -> None:
        progress.step(0.6, _SHARING)

    rings, ring_block = _reach_lines(ground, footprints, samples, pairs, far, reach_m, tick)
    cells, cell_block = _grid_lines(ground, open_side_m)
    every = np.concatenate([np.floor(part_lines + 0.5).astype(np.int64), rings, cells])
    block = np.concatenate([pairs[:, 0], ring_block, cell_block])
    progress.step(0.7, _SHARING)
    return Shares(*_within_blocks(ground, every, block, lambda: progress.step(0.7, _SHARING)), samples)


def _ridges(samples: Samples, far: float, waver: float, progress: Progress) -> tuple[Floats, Ints, Floats]:
    """Return lines, their block and two footprints, and far corners with their block."""
    lines, meta, corners = [np.zeros((0, 4))], [np.zeros((0, 3), dtype=np.int64)], [np.zeros((0, 3))]
    starts = np.flatnonzero(np.diff(samples.block, prepend=-1, append=-2))
    block = samples.block[starts[:-1]]
    for done, some_lines, some_meta, some_corners in ridges(samples.xy, samples.owner, starts, far, waver):
        progress.step(0.1 + 0.3 * done / len(starts), _SHARING)
        some_meta[:, 0] = block[some_meta[:, 0]]
        some_corners[:, 2] = block[some_corners[:, 2].astype(np.int64)]
        lines.append(some_lines)
        meta.append(some_meta)
        corners.append(some_corners)
    return np.concatenate(lines), np.concatenate(meta), np.concatenate(corners)


def plots(
    ground: ClaimedFaces, cut: Cut, shares: Shares, reach_m: float, open_side_m: float
) -> tuple[Ints, Ints]:
    """Return the footprint each free face belongs to, -1 for open ground, and the number of its grid cell.

    Both have a row for each face of the cut and say nothing of claimed ground.
    """
    inner = cut.map.inner_points()
    block = ground.block[cut.parent]
    footprint = ground.footprint[cut.parent].copy()
    free = np.flatnonzero((block >= 0) & (footprint < 0))
    distance, owner = shares.samples.nearest(inner[free], block[free])
    footprint[free] = np.where(distance <= reach_m * ground.per_metre, owner, -1)
    cell = np.floor(inner / (open_side_m * ground.per_metre)).astype(np.int64)
    cell[~np.isin(block, _large(ground, open_side_m))] = 0
    cell = unique_points(cell)[1]
    return footprint, unique_points(np.column_stack([block, cell]))[1]


def _samples(ground: ClaimedFaces, footprints: Shapes) -> Samples:
    """Return points along each outline, a little inside it, where they lie on free ground."""
    sides, owner = segments_of(footprints, ground.per_metre)
    if not len(sides):
        return Samples(np.zeros((0, 2)), owner, owner)
    start, step = sides[:, :2].astype(np.float64), (sides[:, 2:] - sides[:, :2]).astype(np.float64)
    length = np.hypot(*step.T)
    inward = np.column_stack([-step[:, 1], step[:, 0]]) / np.maximum(length, 1)[:, None]
    inward *= _ring_sign(footprints)[:, None] * (_INSET_M * ground.per_metre)
    before = _previous_side(footprints)
    count = np.maximum(np.ceil(length / (_SPACING_M * ground.per_metre)), 1).astype(np.int64)
    side = np.repeat(np.arange(len(sides)), count)
    k = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    xy = start[side] + step[side] * (k / count[side])[:, None] + inward[side]
    xy += np.where((k == 0)[:, None], inward[before][side], 0)
    xy, owner = xy[length[side] > 0], owner[side[length[side] > 0]]
    whole = np.rint(xy).astype(np.int64)
    first = _first_of_each(whole)
    xy, owner = _unaligned(whole[first]), owner[first]
    block = ground.block[ground.map.locate(xy)]
    bounds = shapely.bounds(footprints) / _STRIP_M
    strip = np.floor(bounds[:, 1]).astype(np.int64)
    along = np.where(strip % 2 == 0, bounds[:, 0], -bounds[:, 0])
    rank = np.empty(len(footprints), dtype=np.int64)
    rank[np.lexsort((along, strip))] = np.arange(len(footprints))
    order = np.argsort(block * len(footprints) + rank[owner], kind="stable")
    order = order[block[order] >= 0]
    return Samples(xy[order], owner[order], block[order])


def _first_of_each(xy: Ints) -> Ints:
    """Return the rows that repeat no row before them."""
    number = unique_points(xy)[1]
    first = np.empty(number.max(initial=-1) + 1, dtype=np.int64)
    first[number[::-1]] = np.arange(len(xy))[::-1]
    return np.sort(first)


def _ring_sign(shapes: Shapes) -> Floats:
    """Return for each side whether the polygon lies to its left (1) or to its right (-1)."""
    parts = shapely.get_parts(shapes)
    rings, holes = shapely.get_rings(parts), shapely.get_num_interior_rings(parts)
    first = np.concatenate([[0], np.cumsum(holes + 1)])[:-1]
    shell = np.zeros(len(rings), dtype=bool)
    shell[first] = True
    sign = np.where(shapely.is_ccw(rings) == shell, 1.0, -1.0)
    return np.repeat(sign, shapely.get_num_coordinates(rings) - 1)


def _previous_side(shapes: Shapes) -> Ints:
    """Return the side before each in its ring."""
    count = shapely.get_num_coordinates(shapely.get_rings(shapely.get_parts(shapes))) - 1
    before = np.arange(count.sum()) - 1
    first = np.cumsum(count) - count
    before[first] = first + count - 1
    return before


def _unaligned(xy: Ints) -> Floats:
    """Move each point by up to 0.2 steps, by a hash of its place: points on one circle break a diagram."""
    mixed = (xy[:, 0] * 73856093) ^ (xy[:, 1] * 19349663)
    mixed = (mixed ^ (mixed >> 13)) * 1274126177
    noise = np.column_stack([mixed & 1023, (mixed >> 10) & 1023]) / 1023 - 0.5
    return xy + 0.4 * noise


def _reach_lines(
    ground: ClaimedFaces,
    footprints: Shapes,
    samples: Samples,
    pairs: Ints,
    corners: Floats,
    reach_m: float,
    tick: Callable[[], None],
) -> tuple[Ints, Ints]:
    """Return the outline of what is within reach in the blocks that have ground beyond, and the blocks."""
    here = ground.block[ground.map.locate(corners[:, :2])] == corners[:, 2]
    edge_xy, edge_block = _edge_points(ground)
    xy = np.concatenate([corners[here, :2], edge_xy])
    block = np.concatenate([corners[here, 2].astype(np.int64), edge_block])
    known = np.isin(block, samples.block)
    xy, block = xy[known], block[known]
    distance, owner = samples.nearest(xy, block)
    beyond = distance > (reach_m + 1) * ground.per_metre
    last = np.unique(np.column_stack([block[beyond], owner[beyond]]), axis=0)
    if not len(last):
        return np.zeros((0, 4), dtype=np.int64), np.zeros(0, dtype=np.int64)
    n = len(footprints)
    key = last[:, 0] * n + last[:, 1]
    one, two = pairs[:, 0] * n + pairs[:, 1], pairs[:, 0] * n + pairs[:, 2]
    key = np.unique(np.concatenate([key, two[np.isin(one, key)], one[np.isin(two, key)]]))
    block, owner = key // n, key % n
    groups = np.split(owner, np.flatnonzero(np.diff(block)) + 1)

    def on_grid(xy: Floats) -> Floats:
        return np.rint(xy * ground.per_metre) / ground.per_metre

    def reached(members: Ints) -> shapely.Geometry:
        shapes = shapely.transform(footprints[members], on_grid)
        return shapely.union_all(shapely.buffer(shapes, reach_m, quad_segs=8))

    zones = []
    for k, zone in enumerate(in_threads(reached, groups)):
        if k % 50 == 0:
            tick()
        zones.append(zone)
    sides, which = segments_of(np.array(zones, dtype=object), ground.per_metre)
    return sides, np.unique(block)[which]


def _edge_points(ground: ClaimedFaces) -> tuple[Floats, Ints]:
    """Return points along the edges of the blocks, some 25 m apart, and the block of each."""
    edge, block = _block_edges(ground)
    ends = ground.map.xy[ground.map.edges[edge]].astype(np.float64)
    step = ends[:, 1] - ends[:, 0]
    count = np.maximum(np.ceil(np.hypot(*step.T) / (25 * ground.per_metre)), 1).astype(np.int64)
    row = np.repeat(np.arange(len(edge)), count)
    k = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return ends[row, 0] + step[row] * (k / count[row])[:, None], block[row]


def _block_edges(ground: ClaimedFaces) -> tuple[Ints, Ints]:
    """Return the edges around blocks and the block, an edge between two blocks twice."""
    left, right = ground.block[ground.map.left], ground.block[ground.map.right]
    border = left != right
    one, two = np.flatnonzero(border & (left >= 0)), np.flatnonzero(border & (right >= 0))
    return np.concatenate([one, two]), np.concatenate([left[one], right[two]])


def _large(ground: ClaimedFaces, side_m: float) -> Ints:
    """Return the blocks larger than a square of this side."""
    free = ground.block >= 0
    area = np.bincount(ground.block[free], weights=ground.map.area[free])
    return np.flatnonzero(area > (side_m * ground.per_metre) ** 2)


def _grid_lines(ground: ClaimedFaces, side_m: float) -> tuple[Ints, Ints]:
    """Return the lines of a fixed grid across each large block, and the block."""
    edge, block = _block_edges(ground)
    side = round(side_m * ground.per_metre)
    lines, owner = [np.zeros((0, 4), dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for b in _large(ground, side_m):
        xy = ground.map.xy[ground.map.edges[edge[block == b]]].reshape(-1, 2)
        low, high = xy.min(axis=0) - 1, xy.max(axis=0) + 1
        x, y = (np.arange(low[k] // side + 1, high[k] // side + 1) * side for k in (0, 1))
        lines.append(np.column_stack([x, np.full(len(x), low[1]), x, np.full(len(x), high[1])]))
        lines.append(np.column_stack([np.full(len(y), low[0]), y, np.full(len(y), high[0]), y]))
        owner.append(np.full(len(x) + len(y), b))
    return np.concatenate(lines), np.concatenate(owner)


def _within_blocks(
    ground: ClaimedFaces, lines: Ints, block: Ints, tick: Callable[[], None]
) -> tuple[Ints, Ints]:
    """Return the pieces of the lines within their own blocks, and the face each lies in."""
    edge = np.unique(_block_edges(ground)[0])
    walls = ground.map.xy[ground.map.edges[edge]].reshape(-1, 4)
    segments = np.concatenate([walls, lines])
    buckets = Buckets.of(segments)
    crossing = crossings(segments, buckets, tick)
    met = (crossing[:, :2].min(axis=1) < len(walls)) & (crossing[:, :2].max(axis=1) >= len(walls))
    crossing = crossing[met]
    corners = unique_points(walls.reshape(-1, 2))[0]
    touching = vertices_on_segments(segments, buckets, corners, tick)
    touching = touching[touching[:, 0] >= len(walls)]
    xy = np.concatenate([lines.reshape(-1, 2), crossing[:, 2:], corners])
    ends = np.arange(2 * len(lines)).reshape(-1, 2)
    cut = np.column_stack([crossing[:, :2].max(axis=1), 2 * len(lines) + np.arange(len(crossing))])
    hits = np.concatenate([cut, touching + np.array([0, 2 * len(lines) + len(crossing)])]) - np.array(
        [len(walls), 0]
    )
    a, b, line = segment_pieces(lines, ends, xy, hits)
    solid = (xy[a] != xy[b]).any(axis=1)
    a, b, line = a[solid], b[solid], line[solid]
    face = ground.map.locate((xy[a] + xy[b]) / 2)
    own = ground.block[face] == block[line]
    return np.hstack([xy[a], xy[b]])[own], face[own]
