"""National base data by GB codes: 基础地理信息要素 of 1:500 to 1:1,000,000."""

from __future__ import annotations

import numpy as np

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.divisions import DISTRICT, STREET, division_code, kinds_of_divisions
from bigmap.io.data_models.land_codes import GREEN, OTHER_LAND, WATER, hills_excluded
from bigmap.io.data_models.model import AREA, LINE, DataModel, LayerModel
from bigmap.io.data_models.rows import (
    UNDECIDED,
    Kind,
    Kinds,
    Rows,
    Verdict,
    all_rows,
    are,
    choose,
    look_up,
    put,
)

_BLOCK = Kind(None, "street blocks, neither estates nor houses")
_HOUSE = Kind(Role.BUILDINGS)
_EMPTY = Kind(Role.BUILDINGS, households=False)
_PUBLIC = Kind(Role.PUBLIC)
_OTHER = Kind(None, "themes of the base map that tell no ground of the plan")
_UNBUILT = Kind(None, "roads under construction")
_INSIDE = Kind(None, "ways inside estates")
_STRUCTURE = Kind(None, "structures of traffic and water")


def _road(road_class: str, structure: str = "") -> Kind:
    return Kind(Role.ROADS, road_class=road_class, structure=structure)


_CODES = {
    **dict.fromkeys(("2101", "2102", "2103", "2104", "22", "23", "24"), WATER),
    **dict.fromkeys(("2502", "27", "25", "26"), _STRUCTURE),
    **dict.fromkeys(("3101", "3102", "310200"), _BLOCK),
    "3103": _HOUSE,
    **dict.fromkeys(("310302", "3106", "3107", "3108", "3109"), _EMPTY),
    **dict.fromkeys(("3104", "3105"), _HOUSE),
    **dict.fromkeys(("34", "35", "36"), _PUBLIC),
    "3": _OTHER,
    "4101": Kind(Role.BARRIERS),
    "4301": Kind(Role.BARRIERS),
    "430101": Kind(None, "railways underground"),
    **dict.fromkeys(("420101", "4201", "4202"), _road("arterial")),
    "4203": _road("secondary"),
    **dict.fromkeys(("4204", "4205"), _road("branch")),
    **dict.fromkeys(("420102",), _road("arterial")),
    "4206": _road("expressway"),
    "4208": _road("lane"),
    "4209": _road("expressway"),
    "420902": _UNBUILT,
    "4302": _road("expressway"),
    "4303": _road("expressway", "bridge"),
    "4304": _road("branch"),
    "430501": _road("arterial"),
    "430502": _road("secondary"),
    "430503": _road("branch"),
    "4305": _road("branch"),
    "4306": _INSIDE,
    "4307": _road("path"),
    "4401": _road("lane"),
    "4402": _road("lane"),
    "4403": _road("path"),
    "44": _road("path"),
    "45": _STRUCTURE,
    "820": GREEN,
    "82": GREEN,
    "8103": Kind(Role.GREEN),
    "81": OTHER_LAND,
    "83": OTHER_LAND,
}


def _gb(rows: Rows) -> Kinds:
    return look_up(rows.codes("GB").str[:6], _CODES)


def _ground(rows: Rows) -> Verdict:
    return Verdict(hills_excluded(_gb(rows), rows.area_m2()))


def _houses(rows: Rows) -> Verdict:
    return Verdict(_gb(rows))


def _water(rows: Rows) -> Verdict:
    kinds = _gb(rows)
    return Verdict(put(kinds, are(kinds, UNDECIDED), WATER))


def _roads(rows: Rows) -> Verdict:
    kinds = _gb(rows)
    parts = rows.text("TYPE")
    bridge = parts.str.contains("桥|高架|Bridge", case=False)
    tunnel = parts.str.contains("隧道|地道|Tunnel", case=False)
    own = np.array([kind.structure for kind in kinds], dtype=object)
    structure = np.where(tunnel, "tunnel", np.where(bridge, "bridge", own))
    width = rows.number("WIDTH", "KD")
    return Verdict(kinds, {"structure": structure, "width_m": np.where(width > 0, width, np.nan)})


def _rails(rows: Rows) -> Verdict:
    tunnel = rows.text("TYPE").str.contains("隧道|地下|Tunnel", case=False)
    under = Kind(None, "railways underground")
    return Verdict(put(_gb(rows), tunnel, under))


def _places(rows: Rows) -> Verdict:
    pac = rows.text("PAC").map(division_code)
    by_pac = kinds_of_divisions(pac)
    gb = rows.codes("GB").str[:4]
    # What stands in the code of the place goes before the class: sets give lines' codes to areas.
    by_gb = choose([(gb == "6601", STREET), (gb.isin(["6301", "6401", "6501"]), DISTRICT)], len(rows))
    kinds = np.where(are(by_pac, UNDECIDED), by_gb, by_pac)
    return Verdict(kinds, {"code": pac.to_numpy(object)})


_FIELDS = {"name": ("NAME", "MC"), "code": (), "type": (), "road_class": ()}
_ROAD_FIELDS = {**_FIELDS, "name": ("NAME", "RN"), "clean_grade": ()}
_HOUSE_FIELDS = {**_FIELDS, "floors": ("FLOOR", "FLOORS", "LAYER_NUM", "CS", "层数")}

MODEL = DataModel(
    Text("National base data"),
    (
        LayerModel(
            "BOUA 行政境界面",
            ("boua",),
            _places,
            needs=("PAC", "GB"),
            shapes=(AREA,),
            fields={"name": ("NAME", "XZNAME"), "code": ("PAC",)},
        ),
        LayerModel("RESA 居民地面", ("resa",), _houses, needs=("GB",), shapes=(AREA,), fields=_HOUSE_FIELDS),
        LayerModel("HYDA 水系面", ("hyda",), _water, needs=("GB", "NAME"), shapes=(AREA,), fields=_FIELDS),
        LayerModel("LRDL 公路", ("lrdl", "tral"), _roads, needs=("GB",), shapes=(LINE,), fields=_ROAD_FIELDS),
        LayerModel("TRAA 交通面", ("traa",), _roads, needs=("GB",), shapes=(AREA,), fields=_ROAD_FIELDS),
        LayerModel("LRRL 铁路", ("lrrl",), _rails, needs=("GB",), shapes=(LINE,), fields=_FIELDS),
        LayerModel("VEGA 植被面", ("vega",), _ground, needs=("GB",), shapes=(AREA,), fields=_FIELDS),
        LayerModel(
            "BOUL, HYDL, AGNP …",
            (
                *("boul", "boup", "hydl", "hydp", "hfcl", "hfca", "hfcp", "resp", "resl", "lrdp", "lrrp"),
                *(
                    "lfcp",
                    "lfcl",
                    "lfca",
                    "vegl",
                    "vegp",
                    "agnp",
                    "aanp",
                    "tera",
                    "terl",
                    "terp",
                    "cptp",
                    "cptl",
                ),
                *("pipl", "pipp", "brga", "brgl", "brgp"),
            ),
            all_rows(_OTHER),
            needs=("GB", "CLASS", "PAC", "NAME"),
        ),
        LayerModel(
            "GB",
            (),
            _ground,
            signs=(("GB", "PAC", "NAME"), ("GB", "RN", "NAME"), ("GB", "NAME", "HYDC"), ("GB", "RTEG")),
            fields=_ROAD_FIELDS,
        ),
    ),
    crs="CGCS2000 degrees (EPSG 4490); city sets 3° Gauss-Kruger; public sets too coarse for a street",
    source="GB/T 13923-2022 (codes) and the field dictionary of the 1:250,000 base data",
)
