"""Sources abroad: TIGER/Line, footprints of Microsoft and Google, ALKIS, Ordnance Survey, wards, parcels."""

from __future__ import annotations

import numpy as np

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.land_codes import GREEN, OTHER_LAND, WATER
from bigmap.io.data_models.model import AREA, LINE, DataModel, LayerModel
from bigmap.io.data_models.rows import Kind, Rows, Verdict, all_rows, by_codes, look_up, put, repeat

_HOUSE = Kind(Role.BUILDINGS)
_EMPTY = Kind(Role.BUILDINGS, households=False)
_PUBLIC = Kind(Role.PUBLIC)
_STREET = Kind(Role.BOUNDARY)
_COMMUNITY = Kind(Role.COMMUNITIES)
_BARRIER = Kind(Role.BARRIERS)
_PRIVATE = Kind(None, "private ways and parking places")
_OTHER = Kind(None, "features of other kinds")
_PARCEL = Kind(None, "parcels of other uses, or of unknown use")


def _roads(**classes: str) -> dict[str, Kind]:
    return {code: Kind(Role.ROADS, road_class=kind) for code, kind in classes.items()}


_MTFCC = {
    **_roads(S1100="expressway", S1200="arterial", S1400="branch", S1500="path", S1630="branch"),
    **_roads(S1640="lane", S1710="path", S1720="path", S1820="path", S1730="lane"),
    **dict.fromkeys(("S1740", "S1750", "S1780"), _PRIVATE),
    **dict.fromkeys(("R1011", "R1051"), _BARRIER),
    "R1052": _PRIVATE,
    **dict.fromkeys(("H2030", "H2040", "H2051", "H2053", "H3010", "H3020"), WATER),
    **dict.fromkeys(("K2540", "K2543", "K1231", "K2165"), _PUBLIC),
    **dict.fromkeys(
        ("K2180", "K2181", "K2182", "K2183", "K2184", "K2185", "K2186", "K2187", "K2188", "K2189"), GREEN
    ),
    **dict.fromkeys(("G4110", "G4040"), _STREET),
    **dict.fromkeys(("G5020", "G5030"), _COMMUNITY),
    **dict.fromkeys(("K", "L", "P", "C", "G", "H", "S", "R"), _OTHER),
}
_TIGER = DataModel(
    Text("TIGER/Line"),
    (
        LayerModel(
            "MTFCC",
            (),
            by_codes("MTFCC", kinds=_MTFCC),
            signs=(
                ("MTFCC", "LINEARID"),
                ("MTFCC", "FULLNAME"),
                ("MTFCC", "HYDROID"),
                ("MTFCC", "AREAID"),
                ("MTFCC", "GEOID"),
                ("MTFCC", "NAMELSAD"),
            ),
            fields={
                "name": ("FULLNAME", "NAMELSAD", "NAME"),
                "code": ("LINEARID", "HYDROID", "AREAID", "GEOID"),
                "road_class": (),
                "type": ("MTFCC",),
            },
        ),
    ),
    crs="NAD83 degrees (EPSG 4269)",
    source="US Census Bureau, TIGER/Line technical documentation",
)


def _footprints(rows: Rows) -> Verdict:
    height = rows.number("height")
    return Verdict(repeat(_HOUSE, len(rows)), {"height_m": np.where(height > 0, height, np.nan)})


_FOOTPRINTS = DataModel(
    Text("Footprints of Microsoft or Google"),
    (
        LayerModel(
            "buildings",
            (),
            _footprints,
            shapes=(AREA,),
            signs=(
                ("height", "confidence"),
                ("area_in_meters", "confidence"),
                ("full_plus_code", "confidence"),
            ),
        ),
    ),
    crs="WGS 84 degrees",
    source="Microsoft GlobalMLBuildingFootprints; Google Open Buildings",
)


_WDM = {
    **_roads(**{"1301": "expressway", "1303": "arterial", "1305": "arterial", "1306": "secondary"}),
    **_roads(**{"1": "branch", "9": "branch"}),
}
"""widmung: 1301 Bundesautobahn, 1303 Bundesstraße, 1305 Landesstraße, 1306 Kreisstraße, 1307 Gemeinde."""
_GFK = {"1": _HOUSE, "2": _EMPTY, "3": _PUBLIC}


def _german_roads(rows: Rows) -> Verdict:
    kinds = look_up(rows.text("WDM", "widmung"), _WDM, Kind(Role.ROADS))
    width = rows.number("BRF")
    return Verdict(kinds, {"width_m": np.where(width > 0, width, np.nan)})


def _german_houses(rows: Rows) -> Verdict:
    use = rows.text("gfk", "funktion", "gebaeudefunktion").str.replace(r"^31001_", "", regex=True)
    return Verdict(look_up(use, _GFK, _HOUSE))


_GERMANY = DataModel(
    Text("ALKIS / ATKIS"),
    (
        LayerModel(
            "GebaeudeBauwerk",
            ("gebaeudebauwerk", "ax_gebaeude", "gebaeude"),
            _german_houses,
            shapes=(AREA,),
            needs=("gfk", "funktion", "aog", "oid", "gebaeudefunktion", "gml_id"),
            fields={
                "name": ("name", "nam"),
                "code": ("oid", "gml_id", "id"),
                "floors": ("aog", "anzahlDerOberirdischenGeschosse"),
            },
        ),
        LayerModel("Flurstueck", ("flurstueck", "ax_flurstueck"), all_rows(_PARCEL)),
        LayerModel(
            "ver01_l",
            ("ver01_l",),
            _german_roads,
            shapes=(LINE,),
            fields={"name": ("NAM",), "code": ("OBJID",), "road_class": ()},
        ),
        LayerModel("ver03_l", ("ver03_l",), all_rows(_BARRIER), shapes=(LINE,), fields={"name": ("NAM",)}),
        LayerModel("gew01_f", ("gew01_f",), all_rows(WATER), shapes=(AREA,), fields={"name": ("NAM",)}),
        LayerModel(
            "geb01_f", ("geb01_f",), all_rows(_STREET), shapes=(AREA,), fields={"name": ("BEZ", "NAM", "GEN")}
        ),
        LayerModel("sie02_f", ("sie02_f",), all_rows(OTHER_LAND)),
    ),
    crs="ETRS89 UTM (EPSG 25832, 25833)",
    source="GeoInfoDok 6 and 7 (AdV)",
)

_OS_ROADS = {
    **_roads(
        MOTORWAY="expressway",
        **{"A ROAD": "arterial", "B ROAD": "secondary", "CLASSIFIED UNNUMBERED": "branch"},
    ),
    **_roads(UNCLASSIFIED="branch", **{"NOT CLASSIFIED": "lane", "UNKNOWN": ""}),
}
_BRITAIN = DataModel(
    Text("Ordnance Survey"),
    (
        LayerModel(
            "RoadLink",
            ("roadlink", "road_link"),
            by_codes("roadClassification", "road_classification", kinds=_OS_ROADS),
            needs=("roadClassification", "road_classification"),
            shapes=(LINE,),
            signs=(("roadClassification", "formOfWay"), ("road_classification", "form_of_way")),
            fields={
                "name": ("name1", "name_1", "roadNumber", "road_classification_number"),
                "code": ("identifier", "id"),
                "road_class": (),
            },
        ),
        LayerModel(
            "Building",
            ("building",),
            all_rows(_HOUSE),
            needs=("featcode", "feature_code", "toid"),
            shapes=(AREA,),
        ),
        LayerModel(
            "SurfaceWater_Area",
            ("surfacewater_area", "surface_water_area", "tidalwater"),
            all_rows(WATER),
            shapes=(AREA,),
        ),
        LayerModel("RailwayTrack", ("railwaytrack", "railway_track"), all_rows(_BARRIER), shapes=(LINE,)),
        LayerModel(
            "FunctionalSite", ("functionalsite", "functional_site"), all_rows(_PUBLIC), shapes=(AREA,)
        ),
    ),
    crs="British National Grid (EPSG 27700)",
    source="OS Open Zoomstack, OpenMap Local, Open Roads",
)
_WARDS = DataModel(
    Text("Wards"),
    (
        LayerModel(
            "ward",
            (),
            all_rows(_COMMUNITY),
            shapes=(AREA,),
            signs=(
                *((f"WD{y}CD", f"WD{y}NM") for y in range(11, 30)),
                *((f"LSOA{y}CD", f"LSOA{y}NM") for y in (11, 21)),
                ("S_NAME", "SETAI", "JINKO"),
                ("adm_cd", "adm_nm"),
            ),
            fields={
                "name": (*(f"WD{y}NM" for y in range(11, 30)), "LSOA11NM", "LSOA21NM", "S_NAME", "adm_nm"),
                "code": (*(f"WD{y}CD" for y in range(11, 30)), "LSOA11CD", "LSOA21CD", "KEY_CODE", "adm_cd"),
                "hh": ("SETAI",),
            },
        ),
    ),
    crs="as labelled",
    source="ONS Geography; e-Stat 小地域; 행정동",
)


def _american_parcels(rows: Rows) -> Verdict:
    use = rows.lower("USEDESC", "USE_DESC", "LANDUSE", "LAND_USE", "USETYPE", "USECODE", "PROPTYPE")
    housing = use.str.contains("resid|dwelling|condo|apartment|family")
    return Verdict(put(repeat(_PARCEL, len(rows)), housing, Kind(Role.ESTATES)))


_PARCELS = DataModel(
    Text("Parcels"),
    (
        LayerModel(
            "parcels",
            (),
            _american_parcels,
            shapes=(AREA,),
            signs=(
                ("APN", "UNITS"),
                ("PIN", "UNITS"),
                ("APN", "BLDGSQFT"),
                ("PIN", "BLDGSQFT"),
                ("APN", "USECODE"),
                ("APN", "LANDUSE"),
            ),
            fields={
                "code": ("APN", "PIN"),
                "hh": ("UNITS",),
                "gfa_m2": ("BLDGSQFT",),
                "name": ("SITUS", "SITEADDR", "NAME"),
            },
            factors={"BLDGSQFT": 0.09290304},
        ),
    ),
    crs="feet of a state plane, or Web Mercator",
    source="ArcGIS Hub parcel layers",
)

MODELS = (_TIGER, _FOOTPRINTS, _GERMANY, _BRITAIN, _WARDS, _PARCELS)
