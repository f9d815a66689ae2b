"""What comes into the pipeline: a layer of a planner's file, and the cleaned set of all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog


class Role(StrEnum):
    """What a layer is for."""

    BOUNDARY = "boundary"
    COMMUNITIES = "communities"
    ESTATES = "estates"
    BUILDINGS = "buildings"
    PUBLIC = "public"
    ROADS = "roads"
    EXCLUSIONS = "exclusions"
    GREEN = "green"
    """Parks, lawns and squares: ground of the plan that somebody looks after."""
    BARRIERS = "barriers"
    OPERATORS = "operators"
    ZONES = "zones"
    UNKNOWN = "unknown"


TEXT_FIELDS = ("name", "code", "road_class", "clean_grade", "mgmt", "oper", "type", "structure")
"""Canonical text columns of every layer frame; '' where unknown. ``structure`` tells of a road that it is a
bridge or a tunnel."""

NUMBER_FIELDS = (
    *("hh", "gfa_m2", "floors", "width_m", "green_m2", "parking_n"),
    *("n_bldg", "yr_built", "fee", "collect", "satisf"),
)
"""Canonical number columns of every layer frame; NaN where unknown. ``fee`` is in yuan per m² of floor area
and month; ``collect`` (fees paid of those due) and ``satisf`` (satisfied residents) are shares."""


@dataclass
class Layer:
    """One layer as read, before cleaning.

    Attributes
    ----------
    role : Role
    file : pathlib.Path
    frame : geopandas.GeoDataFrame
        Canonical columns only (`TEXT_FIELDS`, `NUMBER_FIELDS`) and ``fid``, the number of the feature in the
        file from 1. CRS set unless it could not be told.
    encoding : str
        Encoding the text was decoded with.
    guessed : list of Text
        What was decided without being told (encoding, CRS, role, fields).
    resolution_m : float
        To what the coordinates in the file were rounded, metres; 0 where they were not, or nobody asks.
    counts : dict of str to str
        Feature (its name, else '#number') → 'whole', 'share' or 'none': how much of it counts.
    """

    role: Role
    file: Path
    frame: gpd.GeoDataFrame
    encoding: str = "UTF-8"
    guessed: list[Text] = field(default_factory=list)
    resolution_m: float = 0.0
    counts: dict[str, str] = field(default_factory=dict)

    @property
    def features(self) -> int:
        """Number of features as read."""
        return len(self.frame)


@dataclass
class SourceTable:
    """Figures of estates without ground: a sheet of Excel or a CSV file, to be joined to the estates by name.

    Attributes
    ----------
    file : pathlib.Path
    sheet : str
        Name of the sheet, '' where the file has only one.
    frame : pandas.DataFrame
        `TEXT_FIELDS` and `NUMBER_FIELDS`, ``alias`` (other names, by commas) and ``comm`` (the community it
        names); the index is the number of the row in the sheet, from 1.
    leads : bool
        True where its values go before those of the layer.
    joined : dict of str to str
        Row → estate that the planner gave it to, '' for none; both as `marks` calls them.
    """

    file: Path
    sheet: str
    frame: pd.DataFrame
    leads: bool = False
    joined: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """Name for messages."""
        return f"{self.file.name} ({self.sheet})" if self.sheet else self.file.name


@dataclass(frozen=True)
class PresentZones:
    """Zones as they are today, told by names in a table.

    Attributes
    ----------
    file : str
        Name of the table, for messages.
    zone_of : dict of str to str
        Name or code of an estate or unit → its zone.
    """

    file: str
    zone_of: dict[str, str]


@dataclass
class RoadTable:
    """Figures of roads by name, without ground.

    Attributes
    ----------
    file : pathlib.Path
    sheet : str
        Name of the sheet, '' where the file has only one.
    frame : pandas.DataFrame
        ``name``, ``width_m``, ``sweep_m2``, ``length_m`` (NaN where unknown), ``clean_grade``,
        ``road_class``, ``oper`` (who sweeps; '' where unknown); the index is the row in the sheet.
    leads : bool
        True where its values go before those of the layer.
    """

    file: Path
    sheet: str
    frame: pd.DataFrame
    leads: bool = False

    @property
    def shown(self) -> str:
        """Name for messages."""
        return f"{self.file.name} ({self.sheet})" if self.sheet else self.file.name


@dataclass
class LayerSet:
    """What a folder gave: its layers, its operators, and what was noticed while reading.

    Attributes
    ----------
    layers : list of Layer
        In the order the pipeline wants them; several of one role are allowed.
    operators : pandas.DataFrame or None
        Columns ``operator_id``, ``name``, ``capacity`` (households; NaN for no limit), ``phone``, and
        ``contract_end`` (date; NaT where unknown) where the table tells it. Likewise ``capacity_m2`` (floor
        area), ``capacity_told`` (as written), ``manager``, ``qualification``, ``remark``.
    problems : ProblemLog
    read_s : float
        Seconds the reading took.
    tables : list of Table
        Figures of estates that are joined by name.
    exceptions : pandas.DataFrame or None
        Who does single services (`bigmap.core.coverage.service_matrix.ServiceMatrix`).
    day : datetime.date or None
        Day on which contracts must run; today where None.
    present : PresentZones or None
        Zones to start from, told by names.
    road_tables : list of RoadTable
        Figures of roads that are joined by name.
    """

    layers: list[Layer]
    operators: pd.DataFrame | None = None
    problems: ProblemLog = field(default_factory=ProblemLog)
    read_s: float = 0.0
    tables: list[SourceTable] = field(default_factory=list)
    exceptions: pd.DataFrame | None = None
    day: date | None = None
    present: PresentZones | None = None
    road_tables: list[RoadTable] = field(default_factory=list)

    def of(self, role: Role) -> list[Layer]:
        """Return the layers of one role."""
        return [layer for layer in self.layers if layer.role == role]


@dataclass
class Sources:
    """Cleaned layers in the project CRS (metres), ready to be made into units.

    Attributes
    ----------
    crs : pyproj.CRS
        The metric project CRS.
    boundary : shapely.MultiPolygon
        The planner's boundary, or the one proposed from the estates.
    estates, buildings, roads, exclusions, communities : geopandas.GeoDataFrame
        Canonical columns, ``fid``, ``file``; valid geometries on the 1 cm grid. ``buildings`` holds
        stand-alone and public buildings with ``kind`` 'building' or 'public'; ``roads`` holds lines or
        polygons with ``width_m`` filled.
    operators : pandas.DataFrame or None
    layers : list of Layer
        The layers these came from, for the report.
    exceptions, day
        As in `LayerSet`.
    barriers : geopandas.GeoDataFrame or None
        Lines that keep ground apart.
    districts : geopandas.GeoDataFrame or None
        The single features of the boundary.
    gaps : array of shapely.Polygon
        Ground of the boundary that none of its features has, to be decided.
    decks : array of Polygon or MultiPolygon, or None
        The ground of bridges over exclusions, where it is known already.
    green : geopandas.GeoDataFrame or None
        Parks, lawns and squares.
    """

    crs: CRS
    boundary: shapely.MultiPolygon
    estates: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    exclusions: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    operators: pd.DataFrame | None
    layers: list[Layer]
    exceptions: pd.DataFrame | None = None
    day: date | None = None
    barriers: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | None = None
    gaps: npt.NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))
    decks: npt.NDArray[np.object_] | None = None
    green: gpd.GeoDataFrame | None = None
