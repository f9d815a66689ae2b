"""The slow twin of `bigmap.core.units.barriers`: each border against all barriers and all ways through."""

from __future__ import annotations

import numpy as np
import shapely

THICK_M, TOUCH_M, DISC_M, ROAD_M = 0.05, 1e-4, 25.0, 5.0


def passable_m(graph, units, barriers):
    """Return how much of the border of each edge links the larger parts of both units."""
    open_m = graph.border_m.copy()
    if not len(barriers.lines):
        return open_m
    walls = shapely.union_all(shapely.buffer(barriers.lines, THICK_M, cap_style="square", quad_segs=2))
    openings = shapely.union_all(barriers.openings)
    polygons = units.polygons
    touched = shapely.intersects(polygons, walls)
    bulk = [_bulk(p, walls, openings) if t else p for p, t in zip(polygons, touched, strict=True)]
    for edge in np.flatnonzero(touched[graph.left] | touched[graph.right]):
        a, b = graph.left[edge], graph.right[edge]
        border = shapely.intersection(polygons[a], polygons[b])
        both = shapely.intersection(*(shapely.buffer(bulk[side], TOUCH_M) for side in (a, b)))
        link = shapely.intersection(border, shapely.union(both, openings))
        open_m[edge] = min(open_m[edge], shapely.length(link))
    return open_m


def _bulk(polygon, walls, openings):
    parts = shapely.get_parts(shapely.difference(polygon, walls))
    largest = parts[np.argmax(shapely.area(parts))] if len(parts) else polygon
    if len(parts) > 1 and shapely.area(shapely.intersection(polygon, openings)) > 0.5 * polygon.area:
        return polygon
    return largest


def openings(barriers, roads):
    """Return the ground of roads where they lead from one side of a barrier to the other."""
    shapes = roads.geometry.to_numpy()
    walls = shapely.buffer(shapely.union_all(barriers), THICK_M, quad_segs=2)
    found = []
    for barrier in barriers:
        for shape in shapes:
            for point in shapely.get_parts(shapely.intersection(barrier, shape)):
                point = shapely.centroid(point)
                disc = shapely.buffer(point, DISC_M)
                near = np.flatnonzero(shapely.distance(shapes, point) < 1.0)
                sides = shapely.get_parts(shapely.difference(disc, walls))
                network = shapely.union_all(shapes[near])
                if (shapely.length(shapely.intersection(sides, network)) >= ROAD_M).sum() > 1:
                    width = roads["width_m"].to_numpy()[near]
                    surface = shapely.buffer(shapes[near], width / 2, cap_style="flat")
                    found.append(shapely.intersection(shapely.union_all(surface), disc))
    return np.array(found, dtype=object)
