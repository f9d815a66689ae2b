"""Rings taken for the wrong thing: holes given as shells, shells given as holes, one ring twice."""

from __future__ import annotations

import shapely

_TWIN = 0.95
_WITHIN = 0.999


def sorted_out(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return an invalid polygon with each ring in its part, None where all of them were.

    A shell that lies in the ground of another shell is a hole of it, unless both enclose the same ground;
    a hole that lies beside its shell is ground, one that runs around its shell is the shell.
    """
    parts = [_Part(part) for part in shapely.get_parts(shape) if not shapely.is_empty(part)]
    ground: shapely.Geometry = shapely.MultiPolygon()
    taken: list[shapely.Geometry] = []
    mistaken = any(part.beside or part.turned for part in parts)
    for part in sorted(parts, key=lambda part: -part.solid.area):
        twin = any(_same(part.solid, other) for other in taken)
        if not twin and _share_within(part.ground, ground) > _WITHIN:
            ground = shapely.difference(ground, part.ground)
            mistaken = True
        else:
            ground = shapely.union_all([ground, part.ground])
        taken.append(part.solid)
    return (
        shapely.union_all([ground, *[hole for part in parts for hole in part.beside]]) if mistaken else None
    )


class _Part:
    """The ground of one polygon: what its shell encloses less its holes; holes beside it apart."""

    def __init__(self, part: shapely.Polygon) -> None:
        rings = shapely.get_rings(part)
        first, *others = (_solid(ring) for ring in rings)
        around = max((hole for hole in others if _runs_around(hole, first)), key=_area, default=first)
        self.turned = around is not first
        self.solid, holes = around, [ring for ring in (first, *others) if ring is not around]
        inside = [_share_within(hole, self.solid) > 0 for hole in holes]
        self.beside = [hole for hole, inner in zip(holes, inside, strict=True) if not inner and hole.area > 0]
        inner = [hole for hole, inner in zip(holes, inside, strict=True) if inner]
        self.ground = shapely.difference(self.solid, shapely.union_all(inner)) if inner else self.solid


def _solid(ring: shapely.LinearRing) -> shapely.Geometry:
    return shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)


def _area(shape: shapely.Geometry) -> float:
    return float(shape.area)


def _runs_around(hole: shapely.Geometry, shell: shapely.Geometry) -> bool:
    """Tell whether what is given as a hole encloses its shell: both were drawn the wrong way round."""
    return bool(hole.area > shell.area > 0 and _share_within(shell, hole) > _WITHIN)


def _share_within(inner: shapely.Geometry, outer: shapely.Geometry) -> float:
    """Return how much of the inner shape lies in the outer one, 0 to 1."""
    if not inner.area or not shapely.intersects(inner, outer):
        return 0.0
    share = shapely.area(shapely.intersection(inner, outer)) / inner.area
    return float(share) if share > 1 - _WITHIN else 0.0


def _same(a: shapely.Geometry, b: shapely.Geometry) -> bool:
    """Tell whether two shapes enclose the same ground."""
    return bool(min(a.area, b.area) > _TWIN * max(a.area, b.area) and _share_within(a, b) > _TWIN)
