"""The obvious way to cut and share out ground, by overlays of the library: the twin of the planar map."""

from __future__ import annotations

import numpy as np
import shapely

from bigmap.core import carry
from bigmap.core.partition import cut
from bigmap.core.roads import road_segments, surfaces
from bigmap.core.units import UnitRules


def claimed_areas(sources, rules: UnitRules | None = None):
    """Return the ground of each excluded area, estate, stand-alone building and road by overlays, one by one.

    Buildings have their footprint only, before the plots. Layers are lists of geometries in the order of
    `bigmap.core.carry.prepared`.
    """
    rules = rules or UnitRules()
    sources = carry.prepared(sources)
    roads = list(surfaces(road_segments(sources.roads)))
    estates = list(sources.estates.geometry)
    if rules.estate_first:
        order = [("excluded", list(sources.exclusions.geometry)), ("estate", estates)]
    else:
        order = [("excluded", list(sources.exclusions.geometry)), ("road", roads), ("estate", estates)]
    if rules.estate_first:
        order.append(("road", roads))
    taken, found = shapely.Polygon(), {}
    for layer, shapes in order:
        found[layer] = []
        for shape in shapes:
            mine = shapely.difference(shapely.intersection(shape, sources.boundary), taken)
            found[layer].append(mine.area)
            taken = shapely.union(taken, mine)
    return found


def cut_by_library(boundary, claims):
    """Return the area that each claim gets by `shapely.coverage_clean`, and what is left, last."""
    found = cut(boundary, claims)
    return np.bincount(found.claim, weights=shapely.area(found.polygons), minlength=len(claims) + 1)


def nearest_footprint(point, footprints):
    """Return the footprint nearest to a point and its distance."""
    distance = shapely.distance(footprints, point)
    return int(np.argmin(distance)), float(distance.min())
