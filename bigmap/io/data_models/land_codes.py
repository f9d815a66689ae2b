"""Codes of land use side by side: what the ground of a class is for bigmap.

The same four digits mean different land in different tables, so that the name of the field decides which
table is asked. Sources: GB/T 21010-2017 and the technical rules of the third land survey (DLBM);
TD/T 1014-2007 (second survey); 用地用海分类指南 of 2023; GB 50137-2011 and GBJ 137-90.
"""

from __future__ import annotations

import re

import pandas as pd

from bigmap.base.arrays import Floats
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.rows import UNDECIDED, Kind, Kinds, are, estates, look_up, put

WOOD_IS_HILL_M2 = 100_000.0
"""Woods from this size on are hills, which nobody sweeps: they are excluded."""

HOUSING = estates()
OTHER_LAND = Kind(None, "land use of other kinds")
FARMSTEAD = Kind(None, "farmsteads")
PUBLIC = Kind(Role.PUBLIC)
ROAD = Kind(Role.ROADS)
LANE = Kind(Role.ROADS, road_class="lane")
RAILWAY = Kind(Role.BARRIERS)
WATER = Kind(Role.EXCLUSIONS)
CLOSED = Kind(Role.EXCLUSIONS)
GREEN = Kind(Role.GREEN)
WOOD = Kind(Role.GREEN, "woods")
TOWN = Kind(None, "outlines of whole towns and villages")


def _of(kind: Kind, codes: str) -> dict[str, Kind]:
    return dict.fromkeys(codes.split(), kind)


SURVEY_3 = {
    **_of(OTHER_LAND, "00 01 02 04 05 06 08 10 11 12"),
    **_of(HOUSING, "0701"),
    **_of(FARMSTEAD, "0702"),
    **_of(PUBLIC, "08H1 08H2 0801 0802 0803 0804 0805 0806 0807 0808"),
    **_of(ROAD, "1003 1004 1006"),
    **_of(RAILWAY, "1001 1002"),
    **_of(WATER, "1101 1102 1103 1104 1105 1106 1107 1108 1109 1110"),
    **_of(GREEN, "0810 0404"),
    **_of(WOOD, "03"),
    **_of(CLOSED, "09"),
}
"""DLBM of the third survey, and the use (YT) of parcels by GB/T 21010-2017."""

SURVEY_2 = {
    **_of(OTHER_LAND, "0 1 2 204"),
    **_of(TOWN, "201 202 203"),
    **_of(ROAD, "102"),
    **_of(LANE, "104"),
    **_of(RAILWAY, "101"),
    **_of(WATER, "111 112 113 114 115 116 117 118 125"),
    **_of(WOOD, "031 032 033"),
    **_of(GREEN, "043"),
    **_of(CLOSED, "205"),
}
"""DLBM of the second survey, three digits."""

LAND_AND_SEA = {
    **_of(OTHER_LAND, "01 02 04 06 08 09 10 11 12 13 16 23"),
    **_of(HOUSING, "0701"),
    **_of(PUBLIC, "0702 0704 0801 0802 0803 0804 0805 0806 0807"),
    **_of(FARMSTEAD, "0703"),
    **_of(ROAD, "1207 1202"),
    **_of(LANE, "060101"),
    **_of(RAILWAY, "1201 1206"),
    **_of(WATER, "05 17 1311 18 19 20 21 22 24"),
    **_of(GREEN, "14 0403"),
    **_of(WOOD, "03"),
    **_of(CLOSED, "15"),
}
"""YDYHFLDM, the classes of land and sea of 2023."""

TOWN_2011 = {
    **_of(OTHER_LAND, "A B C M W S T U H X F"),
    **_of(HOUSING, "R"),
    **_of(PUBLIC, "R12 R22 R32 A1 A2 A3 A4 A5 A6 C1 C3 C4 C5 C6"),
    **_of(ROAD, "S1 H22"),
    **_of(RAILWAY, "H21 S2 T1"),
    **_of(FARMSTEAD, "H14"),
    **_of(WATER, "E1"),
    **_of(WOOD, "E2"),
    **_of(GREEN, "G"),
    **_of(CLOSED, "H4 D"),
}
"""Classes of town land with letters, GB 50137-2011 and the older GBJ 137-90."""

_NAMES: tuple[tuple[str, Kind], ...] = (
    ("农村宅基地|农村住宅", FARMSTEAD),
    ("住宅|居住用地", HOUSING),
    ("铁路|轨道交通", RAILWAY),
    ("交通服务场站|交通场站|停车|机场|港口|管道", OTHER_LAND),
    ("道路|公路", ROAD),
    ("河流|湖泊|水库|坑塘|沟渠|水面|水域|滩涂|沼泽|湿地|水工", WATER),
    ("公园|绿地|广场", GREEN),
    ("林地", WOOD),
    ("其他草地", GREEN),
    ("机关|科教|教育|学校|医疗|卫生|文化|体育|社会福利|科研|行政办公|公共管理", PUBLIC),
    ("特殊用地|军事|殡葬|监教", CLOSED),
    (".", OTHER_LAND),
)
"""Parts of names of classes, asked in this order where there is no code."""


def kinds_of_survey(codes: pd.Series, names: pd.Series) -> Kinds:
    """Return the kinds of a land survey, the second or the third by the look of its codes."""
    numbers = codes[codes.str.fullmatch(r"\d+")]
    second = len(numbers) > 0 and bool((numbers.str.len() == 3).all()) and not _looks_third(codes)
    table = SURVEY_2 if second else SURVEY_3
    filled = codes if second else codes.where(~codes.str.fullmatch(r"\d{3}"), "0" + codes)
    filled = filled.where(~filled.str.fullmatch(r"\d[HAK]\d?.?"), "0" + filled)
    filled = filled.where(~filled.str.fullmatch(r"\d"), "0" + filled)
    return _or_by_name(look_up(filled, table), names)


def _looks_third(codes: pd.Series) -> bool:
    """Tell whether codes of three digits lost a zero in front: 701 is 0701, which no second survey has."""
    return bool(codes.str.fullmatch(r"[35678]\d\d|.*[A-Z].*|\d{4,}").any())


def kinds_of_plan(codes: pd.Series, names: pd.Series) -> Kinds:
    """Return the kinds of a plan's land use, by letters or by the numbers of 2023.

    Examples
    --------
    >>> kinds = kinds_of_plan(pd.Series(["R2/B1", "0701(0901)", "1001"]), pd.Series(["", "", ""]))
    >>> [str(kind.role) for kind in kinds]
    ['estates', 'estates', 'None']
    """
    first = codes.map(_first_code)
    lost = first.str.fullmatch(r"\d{3}|\d{5}")
    first = first.where(~lost, "0" + first)
    return _or_by_name(look_up(first, {**LAND_AND_SEA, **TOWN_2011}), names)


def _first_code(code: str) -> str:
    """Return the leading one of a mixed code: R2/B1, B1R2, 0701(0901)."""
    lead = re.split(r"[/(（+、,，;； ]", code.upper().removeprefix("用地-").removeprefix("YD-"), maxsplit=1)[
        0
    ]
    letters = re.match(r"[A-Z]\d*", lead)
    return letters[0] if letters else lead


def _or_by_name(kinds: Kinds, names: pd.Series) -> Kinds:
    """Return the kinds with those that no code decided decided by the name of the class."""
    open_ = are(kinds, UNDECIDED)
    if open_.any():
        read = {name: kind_of_name(str(name)) for name in names[open_].unique()}
        kinds = kinds.copy()
        kinds[open_] = [read[name] for name in names[open_]]
    return kinds


def kind_of_name(name: str) -> Kind:
    """Return the kind that the name of a class of land tells."""
    return next((kind for signs, kind in _NAMES if re.search(signs, name)), UNDECIDED) if name else UNDECIDED


def hills_excluded(kinds: Kinds, area_m2: Floats) -> Kinds:
    """Return the kinds with woods that are large made exclusions."""
    return put(kinds, are(kinds, WOOD) & (area_m2 >= WOOD_IS_HILL_M2), WATER)
