"""Units: a planar partition of the governance area with attributes, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from bigmap.base.arrays import Shapes
from bigmap.core.geometry.measures import AreaMeter
from bigmap.core.units import unknown

KINDS = ("estate", "village", "building", "public", "road", "lane", "green", "block")
"""Kinds of unit; ``block`` is open ground that no feature claims."""


@dataclass
class Units:
    """The units of one governance area.

    Attributes
    ----------
    frame : geopandas.GeoDataFrame
        One row a unit, project CRS (metres), geometry a single Polygon; a valid coverage. Columns:
        ``unit_id`` (text, stable), ``name`` (text, '' where none), ``kind`` (one of `KINDS`),
        ``hh`` (households, int), ``gfa_m2``, ``site_m2`` (ellipsoidal), ``sweep_m2``, ``green_m2``,
        ``parking_n``, ``inside`` (bool: inside an estate wall), ``comm`` (community name),
        ``street`` (name or code of the street office), ``mgmt``
        (management mode as given), ``road_class``, ``clean_grade`` (text), ``width_m`` (roads), ``fee``
        (yuan/m²·month), ``collect`` (0-1; estates that tell), ``source`` (file the unit came from), ``load``
        (balance variable). `bigmap.core.operators.economy.costed` adds cost and income.
    boundary_m2, excluded_m2 : float
        Ellipsoidal m² of the boundary and of the exclusions inside it, less the decks of bridges.
    meter : AreaMeter
        What measured them; measure with the same one to compare.
    exclusions : ndarray of shapely.Polygon
        Excluded ground inside the boundary, as cut.
    bridges : int
        Bridges and underpasses over excluded ground that belong to the units of their roads.
    bridges_m2 : float
        Ellipsoidal m² of their decks, which are no excluded ground.
    load_field : str
        What ``load`` counts, e.g. 'hh' or '1*hh+0.1*gfa_m2'.
    """

    frame: gpd.GeoDataFrame
    boundary_m2: float
    excluded_m2: float
    meter: AreaMeter
    exclusions: Shapes
    bridges: int = 0
    bridges_m2: float = 0.0
    load_field: str = "hh"

    @property
    def governance_m2(self) -> float:
        """Boundary less exclusions, with the decks: the denominator of every coverage figure, m²."""
        return self.boundary_m2 - self.excluded_m2

    @property
    def units_m2(self) -> float:
        """Sum of the unit areas, m²."""
        return float(self.frame["site_m2"].sum())

    @property
    def polygons(self) -> Shapes:
        """Unit polygons as an array, shape (n,)."""
        return self.frame.geometry.to_numpy()

    def units_frame(self) -> gpd.GeoDataFrame:
        """Return a copy of the units with NaN for figures that nobody told.

        Returns
        -------
        geopandas.GeoDataFrame
            One row a unit, project CRS (metres), the columns of ``frame``. ``hh``, ``gfa_m2``, ``green_m2``
            and ``parking_n`` are floats.
        """
        return self.frame.assign(**{name: unknown.of_units(self.frame, name) for name in unknown.ASKED})

    def __len__(self) -> int:
        return len(self.frame)
