"""What is handed over: the fields of units, zones, operators and gaps, by the short names others read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Floats, Shapes
from bigmap.base.i18n import Text
from bigmap.core.coverage.proof import Coverage
from bigmap.core.planning.plan import Plan
from bigmap.core.units import unknown
from bigmap.io.writing.lonlat import to_lonlat

Kind = Literal["text", "integer", "number", "yes/no"]


@dataclass(frozen=True)
class Field:
    """One property of an exported layer.

    Attributes
    ----------
    name : str
        Name in the file: lower-case ASCII, at most 10 characters.
    label : Text
        Name for people.
    kind : str
        'text', 'integer', 'number' or 'yes/no'; the same in every feature.
    unit : str
        'm²', 'm', '0-1' or ''.
    column : str
        Column of the plan's table, where it differs from ``name``.
    codes : dict of str to Text
        Meaning of the values of a coded text.
    """

    name: str
    label: Text
    kind: Kind = "text"
    unit: str = ""
    column: str = ""
    codes: dict[str, Text] = field(default_factory=dict)

    @property
    def heading(self) -> Text:
        """Label with the unit."""
        return Text("{label} ({unit})", {"label": self.label, "unit": self.unit}) if self.unit else self.label


UNIT_KINDS = {
    "estate": Text("residential estate"),
    "village": Text("urban village"),
    "building": Text("stand-alone building"),
    "public": Text("public building"),
    "road": Text("municipal road"),
    "lane": Text("back lane"),
    "green": Text("green space"),
    "block": Text("open ground of a block"),
}
GAP_KINDS = {
    "gap": Text("gap"),
    "overlap": Text("overlap"),
    "sliver": Text("sliver"),
    "no_operator": Text("zone without an operator"),
    "split_unit": Text("unit cut by a zone border"),
    "service_hole": Text("service that nobody does"),
}
GAP_CAUSES = {
    "boundary_mismatch": Text("outlines do not meet"),
    "strip": Text("narrow strip between units"),
    "unplanned_land": Text("land nobody planned for"),
    "exclusion": Text("perhaps ground to exclude"),
    "duplicate": Text("drawn twice"),
    "missing_unit": Text("unit without a zone"),
    "no_operator": Text("no operator"),
    "contract_ended": Text("contract has run out"),
    "operator_unknown": Text("operator is not in the table"),
    "service_missing": Text("nobody named for the service"),
    "unit_cut": Text("zone border runs through the unit"),
}
GAP_REPAIRS = {
    "give_to_a": Text("give to the first zone"),
    "give_to_b": Text("give to the second zone"),
    "split": Text("split between the zones"),
    "exclude": Text("exclude from the governance area"),
    "add_unit": Text("add a unit"),
    "assign_operator": Text("assign an operator"),
}

BORDERS = {
    "barrier": Text("barrier that no zone crosses"),
    "wall": Text("wall of an estate"),
    "road": Text("road of unknown class"),
}
RICH = {"rich": Text("rich"), "even": Text("even"), "lean": Text("lean")}

_ZONE = Field("zone_id", Text("Zone code"))
_OPER = Field("oper", Text("Operator code"))
_NAME = Field("name", Text("Name"))
_HOUSEHOLDS = Field("hh", Text("Households"), "integer")
_UNTOLD = Field("hh_untold", Text("Units that tell no households"), "integer")
_FLOOR = Field("gfa_m2", Text("Gross floor area"), "number", "m²")
_SITE = Field("site_m2", Text("Site area"), "number", "m²")
_SWEEP = Field("sweep", Text("Sweep area"), "number", "m²", "sweep_m2")
_LOAD = Field("load", Text("Load that is balanced"), "number")
_GREEN = Field("green", Text("Green area"), "number", "m²", "green_m2")
_PARKING = Field("park", Text("Parking bays"), "integer", "", "parking_n")
_STAFF = Text("Staff")
_YEARLY = (
    Field("cost_y", Text("Cost a year"), "number", "元/年"),
    Field("income_y", Text("Income a year"), "number", "元/年"),
    Field("balance_y", Text("Balance a year"), "number", "元/年"),
)
_PARTS = (
    Field("fee_y", Text("Fees paid by residents a year"), "number", "元/年"),
    Field("park_y", Text("Parking income a year"), "number", "元/年"),
    Field("road_y", Text("Road contracts a year"), "number", "元/年"),
    Field("other_y", Text("Bought services and subsidies a year"), "number", "元/年"),
    Field("roadcost_y", Text("Cost of roads a year"), "number", "元/年", "road_cost_y"),
)
_GROUPED = (
    Field("staff", _STAFF, "integer", "人", "staff_n"),
    *_YEARLY,
    Field("cover", Text("Cover ratio: income ÷ cost"), "number", "", "cover_ratio"),
    Field("rich", Text("Rich or lean"), codes=RICH),
    *_PARTS,
    Field("round_y", Text("Cost of whole people, within the cost"), "number", "元/年"),
    Field(
        "self", Text("Self ratio: residents' payments ÷ cost inside the walls"), "number", "", "self_ratio"
    ),
    Field("gap_hh", Text("Subsidy that closes the gap"), "number", "元/户·月"),
    Field("even_fee", Text("Break-even fee"), "number", "元/m²·月"),
)
_INSIDE = Field("inside", Text("Inside the wall"), "yes/no")

UNIT_FIELDS = (
    Field("unit_id", Text("Unit code")),
    _ZONE,
    _OPER,
    Field("kind", Text("Kind"), codes=UNIT_KINDS),
    _NAME,
    _HOUSEHOLDS,
    _FLOOR,
    _SITE,
    _LOAD,
    _INSIDE,
    Field("comm", Text("Community")),
    Field("street", Text("Street office")),
    Field("mgmt", Text("Management mode")),
    Field("road_class", Text("Road class")),
    Field("width", Text("Width"), "number", "m", "width_m"),
    _SWEEP,
    Field("grade", Text("Cleaning grade; 0 off the roads"), "integer"),
    _GREEN,
    _PARKING,
    Field("staff", _STAFF, "number", "人", "staff_n"),
    *_YEARLY,
    *_PARTS,
    Field("src", Text("Source file"), column="source"),
)
ZONE_FIELDS = (
    _ZONE,
    _NAME,
    _OPER,
    Field("oper_name", Text("Operator")),
    Field("units", Text("Number of units"), "integer"),
    Field("pieces", Text("Number of pieces"), "integer"),
    _HOUSEHOLDS,
    _UNTOLD,
    _FLOOR,
    _SITE,
    _SWEEP,
    _LOAD,
    Field("compact", Text("Compactness 4πA/P²"), "number", "0-1"),
    _GREEN,
    _PARKING,
    *_GROUPED,
)
OPERATOR_FIELDS = (
    Field("oper", Text("Operator code"), column="operator_id"),
    _NAME,
    Field("capacity", Text("Capacity in households"), "number"),
    Field("zones", Text("Number of zones"), "integer"),
    _HOUSEHOLDS,
    _UNTOLD,
    _LOAD,
    _SITE,
    Field("pieces", Text("Number of pieces"), "integer"),
    Field("share", Text("Share of all households"), "number", "0-1"),
    _FLOOR,
    _SWEEP,
    _GREEN,
    _PARKING,
    *_GROUPED,
)
GAP_FIELDS = (
    Field("gap_id", Text("Gap code")),
    Field("kind", Text("Kind"), codes=GAP_KINDS),
    Field("area_m2", Text("Area"), "number", "m²"),
    Field("width_m", Text("Width"), "number", "m"),
    _INSIDE,
    Field("near_name", Text("Nearest road or estate")),
    Field("zones", Text("Touching zones")),
    Field("units", Text("Units it lies on")),
    Field("services", Text("Services that nobody does")),
    Field("cause", Text("Cause"), codes=GAP_CAUSES),
    Field("suggest", Text("Proposed repair"), codes=GAP_REPAIRS),
)
DRAWN_FIELDS = (_ZONE, _OPER, Field("pieces", Text("Number of pieces"), "integer"), _SITE)
"""Fields of zones that somebody else drew."""

ADJACENCY_FIELDS = (
    Field("unit_a", Text("Unit code")),
    Field("unit_b", Text("Code of the unit beside it")),
    Field("border_m", Text("Length of the common border"), "number", "m"),
    Field("crosses", Text("What lies along the border (a road's class, or a word)"), codes=BORDERS),
)
LAYERS = {"units": UNIT_FIELDS, "zones": ZONE_FIELDS, "operators": OPERATOR_FIELDS, "gaps": GAP_FIELDS}
"""Fields of each exported layer, by the name of its file."""

TABLES = {"adjacency": ADJACENCY_FIELDS}
"""Columns of each table without ground, by the name of its file."""


def in_lonlat(plan: Plan) -> Plan:
    """Return the plan with its ground in OGC:CRS84, rounded once, so that its layers fit together."""
    ground = to_lonlat(plan.units.polygons, plan.units.frame.crs)
    zones = [shapely.coverage_union_all(ground[plan.zone_of_unit == z]) for z in range(len(plan.zones))]
    gaps = to_lonlat(plan.coverage.gaps.geometry.to_numpy(), plan.coverage.gaps.crs)
    return replace(
        plan,
        units=replace(plan.units, frame=_with_shapes(plan.units.frame, ground)),
        zones=_with_shapes(plan.zones, np.array(zones, dtype=object)),
        coverage=replace(plan.coverage, gaps=_with_shapes(plan.coverage.gaps, gaps)),
    )


def _with_shapes(frame: gpd.GeoDataFrame, lonlat: Shapes) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame.drop(columns=frame.geometry.name), geometry=lonlat, crs="OGC:CRS84")


def units_layer(plan: Plan) -> gpd.GeoDataFrame:
    """Return the units with their zone and operator, as `UNIT_FIELDS`."""
    return _layer(plan.units_frame(), UNIT_FIELDS)


def zones_layer(plan: Plan) -> gpd.GeoDataFrame:
    """Return the zones with the name of their operator, as `ZONE_FIELDS`."""
    return _layer(plan.zones_frame(), ZONE_FIELDS)


def operators_layer(plan: Plan) -> gpd.GeoDataFrame:
    """Return the operators that have ground, each with the union of its zones as a MultiPolygon."""
    operators = plan.operators_frame()
    return _layer(operators[operators.geometry.notna()], OPERATOR_FIELDS)


def drawn_layer(zones: gpd.GeoDataFrame, areas: Floats) -> gpd.GeoDataFrame:
    """Return zones that somebody drew, repaired, as `DRAWN_FIELDS`; ``areas`` in m²."""
    pieces = shapely.get_num_geometries(zones.geometry.to_numpy())
    return _layer(zones.assign(pieces=pieces, site_m2=areas), DRAWN_FIELDS)


def gaps_layer(proof: Coverage) -> gpd.GeoDataFrame:
    """Return the gaps and overlaps, as `GAP_FIELDS`."""
    return _layer(proof.gaps, GAP_FIELDS)


def typed(frame: pd.DataFrame, fields: tuple[Field, ...]) -> pd.DataFrame:
    """Return the columns of a table that are handed over, by their names in the file."""
    return pd.DataFrame({f.name: _typed(_known(frame, f.column or f.name), f.kind) for f in fields})


def _known(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column, nothing standing where nobody told the figure."""
    if column not in unknown.ASKED:
        return frame[column]
    whole = unknown.told_column(column) in frame
    values = unknown.of_units(frame, column) if whole else unknown.of_groups(frame, column)
    return pd.Series(values, index=frame.index)


def _layer(frame: gpd.GeoDataFrame, fields: tuple[Field, ...]) -> gpd.GeoDataFrame:
    columns = typed(frame, fields)
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs, index=frame.index)


def _typed(column: pd.Series, kind: Kind) -> pd.Series:
    """Return the column as one type; four decimals let the areas of 100,000 units still add up to 1e-9."""
    if kind == "text":
        return column.astype("str")
    if kind == "yes/no":
        return column.astype("bool")
    numbers = pd.to_numeric(column).astype("float64")
    return numbers.round().astype("Int64") if kind == "integer" else numbers.round(4)
