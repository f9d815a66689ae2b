"""Ground with barriers: what zones must be connected by, and every border all the same."""

from __future__ import annotations

from bigmap.core.editing.unit_index import Terrain
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.planning.plan import Plan
from bigmap.core.units.barriers import barriers_of


def terrain_of(plan: Plan) -> Terrain:
    """Return the terrain of a plan; where barriers cut edges of its graph, perimeters need all borders."""
    walled = len(barriers_of(plan.sources).lines) > 0
    return Terrain(plan.units, plan.graph, build_graph(plan.units.polygons) if walled else None)
