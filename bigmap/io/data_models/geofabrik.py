"""OpenStreetMap as Geofabrik's shapefiles: ``gis_osm_*_free_1`` with osm_id, code, fclass, name."""

from __future__ import annotations

import numpy as np

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.divisions import COMMUNITY, DISTRICT, STREET
from bigmap.io.data_models.land_codes import CLOSED, GREEN, OTHER_LAND, WATER, WOOD, hills_excluded
from bigmap.io.data_models.model import DataModel, LayerModel
from bigmap.io.data_models.rows import UNDECIDED, Kind, Rows, Verdict, are, estates, kinds_by, look_up

BUILDING = Kind(Role.BUILDINGS)
PUBLIC = Kind(Role.PUBLIC)
PUBLIC_TYPES = (
    *("school", "kindergarten", "hospital", "university", "college", "public", "civic", "government"),
    *("townhall", "clinic", "fire_station", "library", "police", "sports_centre", "stadium", "museum"),
)
_SHOP = Kind(None, "shops, restaurants, hotels and other places")
_WATERWAY = Kind(None, "watercourses drawn as lines")
_TRAFFIC = Kind(None, "places of traffic")
_LABEL = Kind(None, "points and names of places")
UNDERGROUND = Kind(None, "railways underground")
TRAM = Kind(None, "subways, trams and other rails")
RAIL = Kind(Role.BARRIERS)

ROAD_CLASSES = {
    **dict.fromkeys(("motorway", "motorway_link"), "expressway"),
    **dict.fromkeys(("trunk", "trunk_link", "primary", "primary_link"), "arterial"),
    **dict.fromkeys(("secondary", "secondary_link"), "secondary"),
    **dict.fromkeys(("tertiary", "tertiary_link", "unclassified", "residential", "road"), "branch"),
    **dict.fromkeys(("living_street", "service", "busway"), "lane"),
    **dict.fromkeys(("pedestrian", "track", "bridleway", "cycleway", "footway", "path", "steps"), "path"),
    **dict.fromkeys([f"track_grade{n}" for n in range(1, 6)], "path"),
    "unknown": "",
}
"""highway=* → class of a road in our terms."""

_ROADS = {name: Kind(Role.ROADS, road_class=kind) for name, kind in ROAD_CLASSES.items()}
_LINES = {
    **_ROADS,
    **dict.fromkeys(("rail", "light_rail", "narrow_gauge"), RAIL),
    **dict.fromkeys(("subway", "tram", "monorail", "miniature_railway", "funicular", "rack"), TRAM),
    **dict.fromkeys(("river", "stream", "canal", "drain", "ditch"), _WATERWAY),
}
_AREAS = {
    "building": BUILDING,
    "residential": estates(),
    **dict.fromkeys(
        ("park", "recreation_ground", "grass", "village_green", "allotments", "playground", "garden"), GREEN
    ),
    **dict.fromkeys(("forest", "scrub", "meadow", "heath", "nature_reserve"), WOOD),
    "military": CLOSED,
    **dict.fromkeys(
        (
            *(
                "industrial",
                "commercial",
                "retail",
                "cemetery",
                "farmland",
                "farmyard",
                "orchard",
                "vineyard",
            ),
            *("quarry", "farm"),
        ),
        OTHER_LAND,
    ),
    **dict.fromkeys(
        (
            *(
                "police",
                "fire_station",
                "post_office",
                "library",
                "town_hall",
                "courthouse",
                "community_centre",
            ),
            *(
                "nursing_home",
                "arts_centre",
                "market_place",
                "university",
                "school",
                "kindergarten",
                "college",
            ),
            *("public_building", "hospital", "clinic", "sports_centre", "stadium", "museum"),
        ),
        PUBLIC,
    ),
    **dict.fromkeys(("water", "reservoir", "river", "river_bank", "riverbank", "dock", "wetland"), WATER),
    **{f"admin_level{n}": DISTRICT for n in range(1, 8)},
    **dict.fromkeys(("admin_level8", "admin_level9"), STREET),
    **dict.fromkeys(("admin_level10", "admin_level11"), COMMUNITY),
}
_CODES = {
    "15": "building",
    "7203": "residential",
    "7202": "park",
    "7211": "recreation_ground",
    "7218": "grass",
    "7207": "allotments",
    "7201": "forest",
    "7217": "scrub",
    "7208": "meadow",
    "7213": "military",
    "7204": "industrial",
    "7206": "cemetery",
    "7209": "commercial",
    "7212": "retail",
    "72": "farmland",
    "2001": "police",
    "2002": "fire_station",
    "2005": "post_office",
    "2007": "library",
    "2008": "town_hall",
    "2009": "courthouse",
    "2012": "community_centre",
    "2013": "nursing_home",
    "2014": "arts_centre",
    "2016": "market_place",
    "2081": "university",
    "2082": "school",
    "2083": "kindergarten",
    "2084": "college",
    "2099": "public_building",
    "2110": "hospital",
    "2111": "clinic",
    "2204": "park",
    "2205": "playground",
    "2251": "sports_centre",
    "2256": "stadium",
    "2722": "museum",
    "8200": "water",
    "8201": "reservoir",
    "8202": "river",
    "8203": "dock",
    "8221": "wetland",
    "5111": "motorway",
    "5112": "trunk",
    "5113": "primary",
    "5114": "secondary",
    "5115": "tertiary",
    "5121": "unclassified",
    "5122": "residential",
    "5123": "living_street",
    "5124": "pedestrian",
    "5125": "busway",
    "513": "motorway_link",
    "5131": "motorway_link",
    "5132": "trunk_link",
    "5133": "primary_link",
    "5134": "secondary_link",
    "5135": "tertiary_link",
    "5141": "service",
    "514": "track",
    "515": "footway",
    "6101": "rail",
    "6102": "light_rail",
    "6106": "narrow_gauge",
    "6103": "subway",
    "6104": "tram",
    "81": "river",
}
"""Beginning of a code → class, where the class itself is empty."""

_GROUPS = {
    "2": _SHOP,
    "10": _LABEL,
    "3": _SHOP,
    "41": OTHER_LAND,
    "52": _TRAFFIC,
    "53": _TRAFFIC,
    "55": _TRAFFIC,
    "56": _TRAFFIC,
    "61": TRAM,
    "71": OTHER_LAND,
    "72": OTHER_LAND,
    "91": OTHER_LAND,
}
"""Beginning of a code → what is set aside."""


def _judge(rows: Rows) -> Verdict:
    code = rows.text("code")
    fclass = rows.lower("fclass")
    if (fclass == "").any():
        names = look_up(code, {key: Kind(None, value) for key, value in _CODES.items()}, Kind(None))
        fclass = fclass.where(fclass != "", [kind.what for kind in names])
    dims = rows.dimension()
    kinds = look_up(code, _GROUPS)
    for dim, table in ((1, _LINES), (2, _AREAS)):
        known = (dims == dim) & fclass.isin(list(table)).to_numpy(bool)
        kinds[known] = kinds_by(fclass[known], table.__getitem__)
    kinds[dims == 0] = _LABEL
    public = (fclass == "building") & rows.lower("type").isin(PUBLIC_TYPES) & (dims == 2)
    kinds[public] = PUBLIC
    bridge, tunnel = rows.flag("bridge"), rows.flag("tunnel")
    kinds[are(kinds, RAIL) & tunnel] = UNDERGROUND
    water_layer = rows.layer.casefold().startswith("gis_osm_water_a") | np.zeros(len(rows), dtype=bool)
    undecided = are(kinds, UNDECIDED)
    kinds[undecided & water_layer] = WATER
    kinds[undecided & (fclass != "").to_numpy() & ~water_layer] = OTHER_LAND
    structure = np.where(tunnel, "tunnel", np.where(bridge, "bridge", ""))
    return Verdict(hills_excluded(kinds, rows.area_m2()), {"structure": structure})


MODEL = DataModel(
    Text("OpenStreetMap by Geofabrik"),
    (
        LayerModel(
            "gis_osm",
            (
                *(
                    "landuse_a",
                    "pois_a",
                    "pois",
                    "roads_free",
                    "buildings_a",
                    "water_a",
                    "waterways",
                    "natural_a",
                ),
                *("traffic_a", "transport_a", "pofw_a", "places_a", "adminareas_a", "railways_free"),
            ),
            _judge,
            needs=("fclass",),
            signs=(("osm_id", "code", "fclass"), ("osm_id", "fclass", "name"), ("code", "fclass", "name")),
            fields={
                "name": ("name",),
                "code": ("osm_id",),
                "type": ("type",),
                "width_m": ("width",),
                "road_class": (),
                "hh": ("户数", "hh"),
            },
        ),
    ),
    crs="WGS 84 degrees",
    source="Geofabrik, OpenStreetMap Data in Layered GIS Format",
)
