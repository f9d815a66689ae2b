"""A check: zones that somebody else drew over the ground of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely

from bigmap.core.coverage.proof import Coverage
from bigmap.core.coverage.repair import Proposal


@dataclass(frozen=True)
class Checked:
    """Zones that somebody else drew, with their coverage.

    Attributes
    ----------
    file : pathlib.Path
    zones : geopandas.GeoDataFrame
        ``zone_id``, ``oper``, ``geometry`` in the project CRS.
    coverage : Coverage
    excluded : tuple of shapely.Polygon
        Gaps that the planner took out of the governance area.
    applied : tuple of Proposal
        Repairs so far; the zones are those after them.
    """

    file: Path
    zones: gpd.GeoDataFrame
    coverage: Coverage
    excluded: tuple[shapely.Polygon, ...] = ()
    applied: tuple[Proposal, ...] = ()
