"""Overture Maps: one file a type, names and flags as structs, as JSON text or flattened."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.divisions import COMMUNITY, DISTRICT, STREET
from bigmap.io.data_models.geofabrik import BUILDING, PUBLIC, RAIL, ROAD_CLASSES, TRAM, UNDERGROUND
from bigmap.io.data_models.land_codes import CLOSED, GREEN, OTHER_LAND, WATER, WOOD, hills_excluded
from bigmap.io.data_models.model import DataModel, LayerModel
from bigmap.io.data_models.rows import Kind, Rows, Verdict, all_rows, choose, estates, json_value

_POINTS = Kind(None, "points of Overture")
_CELLAR = Kind(None, "buildings underground")
_UNBUILT = Kind(None, "roads planned or under construction")
_SIDEWALK = Kind(None, "sidewalks, crossings and driveways")
_FERRY = Kind(None, "ways on the water")
_POOL = Kind(None, "pools and basins")
_SEA = Kind(None, "areas of the sea")
_OTHER = Kind(None, "types that tell no ground of the plan")


def _name(rows: Rows) -> pd.Series:
    flat = rows.text("names.primary", "names_primary", "primary_name")
    packed = rows.text("names").map(lambda text: json_value(text, "primary"))
    plain = rows.text("name")
    return flat.where(flat != "", packed.where(packed != "", plain))


def _listed(text: str) -> list[Any]:
    try:
        held = json.loads(text) if text.startswith("[") else []
    except (ValueError, RecursionError):
        return []
    return held if isinstance(held, list) else []


def _flags(text: str) -> str:
    """Return all flags of road_flags, rail_flags: [{values: [is_bridge], between: …}]."""
    values = (rule.get("values") if isinstance(rule, dict) else rule for rule in _listed(text))
    return " ".join(" ".join(map(str, v)) if isinstance(v, list) else str(v) for v in values if v) or text


def _width(text: str) -> str:
    """Return the width of the longest stretch of width_rules: [{value: 18, between: …}]."""
    rules = [rule for rule in _listed(text) if isinstance(rule, dict) and rule.get("value") is not None]

    def share(rule: dict[str, Any]) -> float:
        between = rule.get("between")
        return (
            float(between[1]) - float(between[0]) if isinstance(between, list) and len(between) == 2 else 1.0
        )

    try:
        return str(max(rules, key=share)["value"]) if rules else ""
    except (TypeError, ValueError):
        return ""


def _buildings(rows: Rows) -> Verdict:
    subtype = rows.lower("subtype")
    kinds = choose(
        [
            (rows.dimension() == 0, _POINTS),
            (rows.flag("is_underground"), _CELLAR),
            (subtype.isin(["civic", "education", "medical"]), PUBLIC),
        ],
        len(rows),
        BUILDING,
    )
    return Verdict(kinds, {"name": _name(rows)})


def _segments(rows: Rows) -> Verdict:
    subtype, road = rows.lower("subtype"), rows.lower("class")
    flags = rows.text("road_flags").map(_flags)
    rails = rows.text("rail_flags").map(_flags)
    unbuilt = flags.str.contains("is_under_construction|is_abandoned")
    small = rows.lower("subclass").isin(["sidewalk", "crosswalk", "driveway", "parking_aisle"])
    rail_tunnel = rails.str.contains("is_tunnel") | flags.str.contains("is_tunnel")
    is_road = (subtype == "road") | ((subtype == "") & road.isin(list(ROAD_CLASSES)))
    classes = [
        (is_road & (road == name), Kind(Role.ROADS, road_class=kind))
        for name, kind in ROAD_CLASSES.items()
        if (road == name).any()
    ]
    is_rail = subtype == "rail"
    kinds = choose(
        [
            (is_road & unbuilt, _UNBUILT),
            (is_road & small, _SIDEWALK),
            *classes,
            (is_road, Kind(Role.ROADS)),
            (is_rail & road.isin(["subway", "tram", "monorail", "funicular"]), TRAM),
            (is_rail & rail_tunnel, UNDERGROUND),
            (is_rail, RAIL),
            (subtype == "water", _FERRY),
        ],
        len(rows),
    )
    bridge, tunnel = flags.str.contains("is_bridge"), flags.str.contains("is_tunnel")
    width = rows.text("width_rules").map(_width)
    columns = {"name": _name(rows), "structure": np.where(tunnel, "tunnel", np.where(bridge, "bridge", ""))}
    return Verdict(kinds, {**columns, "width_m": width} if (width != "").any() else columns)


def _land(rows: Rows) -> Verdict:
    subtype = rows.lower("subtype")
    kinds = choose(
        [
            (rows.dimension() < 2, _POINTS),
            (subtype == "residential", estates()),
            (subtype.isin(["education", "medical"]), PUBLIC),
            (subtype.isin(["park", "grass", "recreation", "managed", "horticulture"]), GREEN),
            (subtype.isin(["forest", "shrub"]), WOOD),
            (subtype == "military", CLOSED),
        ],
        len(rows),
        OTHER_LAND,
    )
    return Verdict(hills_excluded(kinds, rows.area_m2()), {"name": _name(rows)})


def _water(rows: Rows) -> Verdict:
    subtype = rows.lower("subtype")
    wet = subtype.isin(
        ["canal", "lake", "ocean", "pond", "reservoir", "river", "stream", "water", "human_made"]
    )
    pool = rows.lower("class").isin(["swimming_pool", "wastewater", "fountain"])
    kinds = choose(
        [(rows.dimension() < 2, _POINTS), (pool, _POOL), (subtype == "physical", _POOL), (wet, WATER)],
        len(rows),
    )
    return Verdict(kinds, {"name": _name(rows)})


def _divisions(rows: Rows) -> Verdict:
    subtype = rows.lower("subtype")
    kinds = choose(
        [
            (rows.dimension() < 2, _POINTS),
            (rows.lower("class") == "maritime", _SEA),
            (subtype.isin(["locality", "localadmin", "borough"]), STREET),
            (subtype.isin(["neighborhood", "macrohood", "microhood"]), COMMUNITY),
            (
                subtype.isin(["county", "region", "country", "macrocounty", "macroregion", "dependency"]),
                DISTRICT,
            ),
        ],
        len(rows),
    )
    return Verdict(kinds, {"name": _name(rows)})


_NEEDS = ("names", "names.primary", "names_primary", "subtype", "theme", "sources", "bbox")
_FIELDS = {
    "name": ("names.primary", "names_primary"),
    "code": ("id",),
    "type": ("class", "subtype"),
    "road_class": (),
    "floors": ("num_floors",),
    "height_m": ("height",),
    "hh": ("户数", "hh"),
}

MODEL = DataModel(
    Text("Overture Maps"),
    (
        LayerModel(
            "building",
            ("building", "buildings"),
            _buildings,
            needs=_NEEDS,
            fields=_FIELDS,
            signs=(
                ("id", "num_floors", "subtype"),
                ("id", "names", "has_parts"),
                ("id", "names", "num_floors"),
            ),
        ),
        LayerModel(
            "segment",
            ("segment", "segments"),
            _segments,
            needs=_NEEDS,
            fields=_FIELDS,
            signs=(
                ("id", "subtype", "road_surface"),
                ("id", "subtype", "width_rules"),
                ("id", "subtype", "road_flags"),
                ("id", "subtype", "connectors"),
                ("id", "subtype", "connector_ids"),
            ),
        ),
        LayerModel("land_use", ("land_use", "landuse"), _land, needs=_NEEDS, fields=_FIELDS),
        LayerModel(
            "water",
            ("water",),
            _water,
            needs=_NEEDS,
            fields=_FIELDS,
            signs=(("id", "subtype", "is_salt"), ("id", "subtype", "is_intermittent")),
        ),
        LayerModel(
            "division_area",
            ("division_area", "division_areas", "division"),
            _divisions,
            needs=_NEEDS,
            fields=_FIELDS,
            signs=(
                ("id", "subtype", "division_id"),
                ("id", "subtype", "admin_level"),
                ("id", "subtype", "is_territorial"),
            ),
        ),
        LayerModel(
            "place, address, connector …",
            (
                *(
                    "place",
                    "places",
                    "address",
                    "addresses",
                    "connector",
                    "division_boundary",
                    "infrastructure",
                ),
                *("land_cover", "building_part", "bathymetry", "land"),
            ),
            all_rows(_OTHER),
            needs=_NEEDS,
        ),
        LayerModel(
            "land_use",
            (),
            _land,
            fields=_FIELDS,
            signs=(
                ("id", "names", "subtype", "class"),
                ("id", "names.primary", "subtype", "class"),
                ("theme", "type", "subtype"),
            ),
        ),
    ),
    crs="WGS 84 degrees",
    source="OvertureMaps/schema; docs.overturemaps.org",
)
