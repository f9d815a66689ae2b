"""Ground between the districts of a boundary that none of them has.

Districts drawn apart from each other rarely match to the vertex. Ground lies *between* them if

- it is no wider than a given width: a morphological closing of the union of all features by that width fills
  it, so that every place on it is crossed by a line of that length from feature to feature;
- a sixth of its rim at most is open, so that an open strip is some five times as long as wide. A bay, or
  the notch where the borders of two districts part, is open on one of three sides and so stays outside;
- two features at least have a tenth of its rim each, or it is enclosed and touches two, or one and
  ground between features. What one feature surrounds or leaves open is how that feature was drawn: another
  town's land, a bay, a notch.

Widths are doubled step by step up to `WIDEST_M`, so that a strip that runs out into a bay ends there. Below
``slit_m`` ground between features is a *slit*, an accident of drawing, and is closed; so is one in a single
feature if no more than a twentieth of its rim is open. Wider ground is a *gap*: it belongs to the whole,
and somebody decides whose it is. Ground wider than `WIDEST_M` that several features enclose stays outside,
and is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.clean.overlaps import shared_areas
from bigmap.core.geometry.measures import width_m

GRID_M = 0.01
WIDEST_M = 50.0
"""Ground between districts that is wider is no gap of the drawing: a river, another town."""

_OPEN, _OPEN_OWN = 1 / 6, 1 / 20  # of the rim, at most
_SHARE, _TOUCHED = 0.1, 0.001  # of the rim: what a neighbour has at least, in open and in enclosed ground
_ALONE = 0.01  # of the rim: a feature that has all but this is the only neighbour
_NEAR_M = 0.05  # the union on the grid, rounded several times, lies this near to the features
_SAME_M = 5e-3
_SPIKE_M = 5e-4  # a closing leaves threads along the outline, that are no wider
_LEAST_WIDTH = 1 / 20  # of the width closed: what is thinner is the rounding of corners
_ROUNDS = 5
_LEAST_M2 = 1e-4  # less is rounding


@dataclass(frozen=True)
class Between:
    """A connected piece of ground between features.

    Attributes
    ----------
    shape : shapely.Polygon
    features : tuple of int
        Rows of the features along its rim, the longest share first.
    """

    shape: shapely.Polygon
    features: tuple[int, ...]

    @property
    def width_m(self) -> float:
        """Mean width, 2A/P."""
        return float(width_m(self.shape))


@dataclass(frozen=True)
class JoinedFeatures:
    """The union of features with the ground between them.

    Attributes
    ----------
    shape : Polygon or MultiPolygon
        On the grid.
    slits, gaps : list of Between
        What was closed, and what is to be decided; both belong to ``shape``. The largest first.
    enclosed : list of Between
        What several features enclose and is too wide for a gap; it does not belong to ``shape``.
    """

    shape: shapely.Geometry
    slits: list[Between]
    gaps: list[Between]
    enclosed: list[Between]


def join_features(features: Shapes, slit_m: float) -> JoinedFeatures:
    """Return the union of features with the ground between them (see the module).

    Parameters
    ----------
    features : array of Polygon or MultiPolygon, shape (n,)
        Metres, valid.
    slit_m : float
        Narrower ground between features is closed; 0 closes nothing.
    """
    features = shapely.set_precision(features, 0.0)  # else every step is rounded
    union = shapely.union_all(features, grid_size=GRID_M)
    narrow = edge = _Edge.of(union, features)
    if slit_m > 0:
        narrow = edge = _closed(edge, features, slit_m, own=True)
    for width in _widths(slit_m):
        edge = _closed(edge, features, width, own=False)
    if slit_m > 0:
        edge = _closed(edge, features, slit_m, own=True)
    more = _parts(edge.shape, narrow.shape, features)
    thin = min(slit_m, 2 * GRID_M)  # what rounding opened anew
    slits = _parts(narrow.shape, union, features) + [place for place in more if place.width_m < thin]
    gaps = [place for place in more if place.width_m >= thin and len(place.features) > 1]
    # Along a single feature the union moves its outline by as much as it rounds.
    slits = [slit for slit in slits if len(slit.features) > 1 or slit.width_m > GRID_M / 2]
    return JoinedFeatures(edge.shape, slits, gaps, _enclosed(edge.shape, features))


def _closed(edge: _Edge, features: Shapes, width: float, *, own: bool) -> _Edge:
    """Return the edge without ground between features that is no wider than ``width``.

    In rounds: what was filled may enclose more, and rounding to the grid may open another slit.
    """
    for _ in range(_ROUNDS):
        before, edge = edge, _filled(edge, features, width, own=own)
        if edge is before:
            break
    holes = [hole.shape for hole in _enclosed(edge.shape, features)]
    narrow = [hole for hole in holes if shapely.buffer(hole, -width / 2).is_empty]
    if not narrow:
        return edge
    return _Edge.of(shapely.union_all([edge.shape, *narrow], grid_size=GRID_M), features)


@dataclass(frozen=True)
class _Edge:
    """The sides of the rings of a shape, (n, 2, 2), and the feature each belongs to."""

    shape: shapely.Geometry
    ends: Floats
    owner: Ints

    @classmethod
    def of(cls, shape: shapely.Geometry, features: Shapes) -> _Edge:
        ends = _sides(shape)
        return cls(shape, ends, _owners(ends.mean(axis=1), features))


def overlaps_of(features: Shapes) -> list[Between]:
    """Return the ground that two features have, the largest part first."""
    i, j, area = shared_areas(features, features)
    found = []
    for a, b in zip(i[area > _LEAST_M2], j[area > _LEAST_M2], strict=True):
        parts = _polygons(shapely.intersection(features[a], features[b]))
        found += [Between(part, (int(a), int(b))) for part in parts]
    return sorted(found, key=lambda place: -place.shape.area)


def _widths(slit_m: float) -> Iterator[float]:
    width = max(slit_m, 2 * GRID_M)
    while width < WIDEST_M:
        width = min(2 * width, WIDEST_M)
        yield width


def _filled(edge: _Edge, features: Shapes, width: float, *, own: bool) -> _Edge:
    """Return the edge with the ground between features, or within one, that is no wider than ``width``."""
    zone = _narrows(edge, width, own=own)
    if zone.is_empty:
        return edge
    near = shapely.intersection(edge.shape, shapely.buffer(zone, 2 * width, quad_segs=2))
    # Mitred, so that corners of the outline come back as they were and open ends are straight.
    grown = shapely.buffer(near, width / 2, join_style="mitre", mitre_limit=2)
    shut = shapely.union(near, shapely.buffer(grown, -width / 2, join_style="mitre"))
    parts = _polygons(_without_threads(shapely.difference(shut, near)))
    parts = parts[shapely.intersects(parts, zone) & (own | (width_m(parts) > _LEAST_WIDTH * width))]
    chosen = parts[_lies_between(parts, near, features, own=own)]
    if not len(chosen):
        return edge
    fills = shapely.intersection(shapely.buffer(chosen, _NEAR_M, join_style="mitre"), shut)
    return _Edge.of(shapely.union_all([edge.shape, *fills], grid_size=GRID_M), features)


def _without_threads(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.buffer(shapely.buffer(shape, -_SPIKE_M, join_style="mitre"), _SPIKE_M, join_style="mitre")


def _shore(near: shapely.Geometry) -> shapely.Geometry:
    return shapely.buffer(shapely.boundary(near), _SAME_M, quad_segs=1)


def _narrows(edge: _Edge, width: float, *, own: bool) -> shapely.Geometry:
    """Return the ground near two sides of the outline at once, of two features.

    With ``own`` also of one feature, if the sides have no end in common.
    """
    ends, sides = edge.ends, shapely.linestrings(edge.ends)
    pairs = [_pairs_of_two(sides, edge.owner, width)]
    if own:
        i, j = shapely.STRtree(sides).query(sides, predicate="dwithin", distance=width)
        corner = (ends[i][:, :, None] == ends[j][:, None, :]).all(axis=-1).any(axis=(1, 2))
        pairs.append(np.stack([i, j])[:, (i < j) & ~corner])
    i, j = np.concatenate(pairs, axis=1)
    if not len(i):
        return shapely.Polygon()
    one, two = (shapely.buffer(sides[k], width, quad_segs=2) for k in (i, j))
    return shapely.union_all(shapely.intersection(one, two))


def _pairs_of_two(sides: Shapes, owner: Ints, width: float) -> Ints:
    """Return the pairs of sides of different features that are no farther apart than ``width``, (2, n)."""
    found = [np.zeros((2, 0), dtype=np.int64)]
    for feature in np.unique(owner):
        mine, others = np.flatnonzero(owner == feature), np.flatnonzero(owner > feature)
        i, j = shapely.STRtree(sides[mine]).query(sides[others], predicate="dwithin", distance=width)
        found.append(np.stack([others[i], mine[j]]))
    return np.concatenate(found, axis=1)


def _sides(shape: shapely.Geometry) -> Floats:
    """Return the sides of all rings, shape (n, 2, 2)."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return np.stack([xy[:-1], xy[1:]], axis=1)[ring[1:] == ring[:-1]]


def _owners(points: Floats, features: Shapes) -> Ints:
    """Return the feature whose outline is nearest to each point."""
    if len(features) == 1:
        return np.zeros(len(points), dtype=np.int64)
    ends = [_sides(shape) for shape in features]
    feature = np.repeat(np.arange(len(features)), [len(some) for some in ends])
    tree = shapely.STRtree(shapely.linestrings(np.concatenate(ends)))
    point, line = tree.query_nearest(shapely.points(points), all_matches=False)
    owner = np.full(len(points), -1)
    owner[point] = feature[line]
    return owner


def _lies_between(parts: Shapes, near: shapely.Geometry, features: Shapes, *, own: bool) -> Bools:
    """Return which parts of a closing are ground between features, by their rims."""
    length = shapely.length(parts)
    open_ = shapely.length(shapely.difference(shapely.boundary(parts), _shore(near))) / length
    share = _shares(parts, features)
    rest = 1 - open_ - share.max(axis=1)  # other features, or ground that was filled before
    several = ((share >= _SHARE).sum(axis=1) >= 2) & (open_ <= _OPEN)
    several |= (((share >= _TOUCHED).sum(axis=1) >= 2) | (rest >= _ALONE)) & (open_ <= _TOUCHED)
    return several | (open_ <= _OPEN_OWN) if own else several


def _shares(parts: Shapes, features: Shapes) -> Floats:
    """Return the share of the rim of each part that lies along each feature, shape (parts, features)."""
    share = np.zeros((len(parts), len(features)))
    part, feature = shapely.STRtree(features).query(parts, predicate="dwithin", distance=_NEAR_M)
    local = shapely.intersection(features[feature], shapely.envelope(shapely.buffer(parts[part], 1.0)))
    along = shapely.intersection(shapely.boundary(parts[part]), shapely.buffer(local, _NEAR_M, quad_segs=1))
    share[part, feature] = shapely.length(along) / shapely.length(parts[part])
    return share


def _parts(larger: shapely.Geometry, smaller: shapely.Geometry, features: Shapes) -> list[Between]:
    """Return what one shape has more than another, the largest part first."""
    return [] if larger is smaller else _told(_polygons(shapely.difference(larger, smaller)), features)


def _enclosed(whole: shapely.Geometry, features: Shapes) -> list[Between]:
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    return [hole for hole in _told(np.array(holes, dtype=object), features) if len(hole.features) > 1]


def _told(parts: Shapes, features: Shapes) -> list[Between]:
    parts = parts[np.argsort(-shapely.area(parts), kind="stable")]
    found = []
    for part, share in zip(parts, _shares(parts, features), strict=True):
        rows = [row for row in np.argsort(-share, kind="stable") if share[row] > _TOUCHED]
        if len(rows) < 2 and share.max() < 1 - _ALONE:  # ground that was filled lies between
            rows = np.argsort(shapely.distance(features, part), kind="stable")[:2].tolist()
        found.append(Between(part, tuple(int(row) for row in rows)))
    return found


def _polygons(shape: shapely.Geometry) -> Shapes:
    parts = shapely.get_parts(shape)
    solid = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > _LEAST_M2)
    return parts[solid]
