"""OpenStreetMap by its tags: QuickOSM, Overpass, and .osm and .osm.pbf as GDAL reads them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.divisions import COMMUNITY, DISTRICT, STREET
from bigmap.io.data_models.geofabrik import (
    BUILDING,
    PUBLIC,
    PUBLIC_TYPES,
    RAIL,
    ROAD_CLASSES,
    TRAM,
    UNDERGROUND,
)
from bigmap.io.data_models.land_codes import CLOSED, GREEN, OTHER_LAND, WATER, WOOD, hills_excluded
from bigmap.io.data_models.model import DataModel, LayerModel
from bigmap.io.data_models.rows import Kind, Rows, Verdict, all_rows, choose, estates, hstore

_POINTS = Kind(None, "points and relations without ground")
_UNBUILT = Kind(None, "roads planned or under construction")
_OTHER_LINE = Kind(None, "watercourses, walls and other lines")
_ROAD_AREA = Kind(Role.ROADS)
_PUBLIC_USES = (
    *("school", "kindergarten", "university", "college", "hospital", "clinic", "townhall", "library"),
    *("police", "fire_station", "community_centre"),
)


class _Tags:
    """Tags of features, in columns of their own or in GDAL's ``other_tags``."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._other = [hstore(text) for text in rows.text("other_tags", "tags", "all_tags")]

    def __call__(self, key: str) -> pd.Series:
        own = self.rows.text(key, key.replace(":", "_"), key.replace(":", "."))
        rest = [tags.get(key, "") for tags in self._other]
        return own.where(own != "", pd.Series(rest, index=own.index, dtype="str"))

    def any(self, key: str, *values: str) -> pd.Series:
        return self(key).isin(values)


def _judge(rows: Rows) -> Verdict:
    tag = _Tags(rows)
    dims = rows.dimension()
    areas, lines = dims == 2, dims == 1
    level = tag("admin_level")
    administrative = tag.any("boundary", "administrative")
    building = ~tag("building").isin(["", "no"])
    highway = tag("highway")
    tunnel = ~tag("tunnel").isin(["", "no"]) | tag.any("location", "underground")
    rail = tag.any("railway", "rail", "light_rail", "narrow_gauge")
    roads = [
        (lines & (highway == name), Kind(Role.ROADS, road_class=kind))
        for name, kind in ROAD_CLASSES.items()
        if (highway == name).any()
    ]
    kinds = choose(
        [
            (dims == 0, _POINTS),
            (areas & administrative & level.isin(["8", "9"]), STREET),
            (areas & administrative & level.isin(["10", "11"]), COMMUNITY),
            (areas & administrative, DISTRICT),
            (
                areas & building & (tag("building").isin(PUBLIC_TYPES) | tag("amenity").isin(_PUBLIC_USES)),
                PUBLIC,
            ),
            (areas & building, BUILDING),
            (
                areas
                & (
                    tag.any("natural", "water", "wetland", "bay")
                    | (tag("water") != "")
                    | tag.any("waterway", "riverbank", "dock")
                    | tag.any("landuse", "reservoir", "basin")
                ),
                WATER,
            ),
            (
                areas
                & (
                    tag.any("leisure", "park", "garden", "playground", "recreation_ground")
                    | tag.any("landuse", "grass", "village_green", "recreation_ground", "allotments")
                ),
                GREEN,
            ),
            (areas & (tag.any("landuse", "forest", "meadow") | tag.any("natural", "wood", "scrub")), WOOD),
            (areas & tag.any("landuse", "military"), CLOSED),
            (areas & tag("amenity").isin(_PUBLIC_USES), PUBLIC),
            (areas & tag.any("landuse", "residential"), estates()),
            (areas & ((tag("area:highway") != "") | (highway != "")), _ROAD_AREA),
            (areas, OTHER_LAND),
            *roads,
            (lines & highway.isin(["construction", "proposed", "planned"]), _UNBUILT),
            (lines & rail & tunnel, UNDERGROUND),
            (lines & rail, RAIL),
            (lines & (tag("railway") != ""), TRAM),
            (lines, _OTHER_LINE),
        ],
        len(rows),
    )
    columns = {
        "name": _first(tag("name"), tag("name:zh")),
        "floors": tag("building:levels"),
        "height_m": _bare(tag("height")),
        "hh": tag("building:flats"),
        "width_m": _bare(tag("width")),
        "yr_built": tag("start_date"),
        "oper": tag("operator"),
        "structure": np.where(tunnel, "tunnel", np.where(~tag("bridge").isin(["", "no"]), "bridge", "")),
    }
    told = {name: values for name, values in columns.items() if (pd.Series(values) != "").any()}
    return Verdict(hills_excluded(kinds, rows.area_m2()), told)


def _first(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.where(one != "", other)


def _bare(text: pd.Series) -> pd.Series:
    """Return lengths without their unit: '18 m' as '18'."""
    return text.str.replace(r"\s*(m|metres?|meters?)$", "", regex=True)


_FIELDS = {
    "name": ("name", "name_zh", "name:zh"),
    "code": ("osm_id", "osm_way_id", "full_id", "@id", "osmid", "id"),
    "type": ("building", "amenity", "landuse"),
    "road_class": (),
    "oper": (),
    "hh": ("户数", "hh"),
    "floors": (),
}
_KEYS = ("highway", "building", "landuse", "natural", "leisure", "boundary", "amenity", "railway", "waterway")

MODEL = DataModel(
    Text("OpenStreetMap by tags"),
    (
        LayerModel(
            "points, relations",
            ("points", "multilinestrings", "other_relations"),
            all_rows(_POINTS),
            needs=("other_tags", "osm_id"),
        ),
        LayerModel(
            "osm",
            (),
            _judge,
            signs=(
                ("full_id", "osm_id", "osm_type"),
                ("osm_id", "osm_way_id"),
                ("osm_id", "other_tags"),
                *(("@id", key) for key in _KEYS),
                *(("osm_id", "osm_type", key) for key in _KEYS),
                *(("osmid", "element_type", key) for key in _KEYS),
            ),
            fields=_FIELDS,
        ),
    ),
    crs="WGS 84 degrees",
    source="GDAL osmconf.ini; QuickOSM; wiki.openstreetmap.org, Map features",
)
