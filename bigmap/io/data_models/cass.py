"""Drawings of CASS: layers of the 1995 symbols, codes in the extended data of SOUTH, floors as lettering."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Shapes
from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.divisions import COMMUNITY, STREET
from bigmap.io.data_models.land_codes import GREEN, OTHER_LAND, WATER, WOOD
from bigmap.io.data_models.model import DataModel, LayerModel
from bigmap.io.data_models.road_edges import are_edges, roads_of_edges
from bigmap.io.data_models.rows import UNDECIDED, Judge, Kind, Kinds, Rows, Verdict, all_rows, are, look_up

SOUTH = "SOUTH"
"""Column of a drawing with the code of each thing, from its extended data."""

HOUSE = Kind(Role.BUILDINGS)
EMPTY = Kind(Role.BUILDINGS, households=False)
PARCEL = Kind(Role.ESTATES, "parcels without a name in them", named=True)
_ROAD = Kind(Role.ROADS)
_OPEN = Kind(None, "open lines, walls, steps and other details")
_LETTERING = Kind(None, "lettering, which names the outlines that it stands in")
_FRAME = Kind(None, "frame, skeleton and heights of the drawing")
_INSIDE = Kind(None, "ways inside estates")
_RAIL = Kind(Role.BARRIERS)
_BORDER = Kind(None, "borders drawn as open lines")

_CODES = {
    "141": HOUSE,
    "142": HOUSE,
    **dict.fromkeys(("1412", "1413", "1414", "1415", "1416", "1417"), EMPTY),
    **dict.fromkeys(("140", "143", "144", "15", "162", "165", "17", "18", "20"), _OPEN),
    "161": _RAIL,
    "163": _ROAD,
    "1631": Kind(Role.ROADS, road_class="expressway"),
    "164": Kind(Role.ROADS, road_class="lane"),
    "1644": _INSIDE,
    "166": Kind(Role.ROADS, structure="bridge"),
    **dict.fromkeys(("181", "182", "183"), WATER),
    "19": _BORDER,
    "21": OTHER_LAND,
    "213": WOOD,
    **dict.fromkeys(("214", "215"), GREEN),
    "300": PARCEL,
    **dict.fromkeys(("NETBOUND", "0"), _FRAME),
}
_FLOORS = r"^(?:[砼混砖钢石木铁土]|框|剪|砌)\s*(\d{1,2})(?:\D.*)?$"
_SHEDS = ("棚", "简", "破", "建", "简房", "棚房")
_NO_NAME = r"^[\d.,/\-+A-Za-z\s]*$|^[砼混砖钢石木铁土简棚破建框剪砌]\s*\d*$"
_PLACE = r"小区|花园|新村|公寓|宿舍|家园|苑|里$|园$|城$|湾$|庭$|府$|居$|大院|楼$"


def _closed(shapes: Shapes) -> Shapes:
    """Return lines that end where they began as areas, by their coordinates."""
    out = shapes.copy()
    for i in np.flatnonzero(shapely.get_type_id(shapes) == 1):
        xy = shapely.get_coordinates(shapes[i])
        gap = float(np.linalg.norm(xy[0] - xy[-1])) if len(xy) > 3 else np.inf
        if gap <= max(0.05, 0.01 * shapes[i].length):
            ring = shapely.Polygon(xy)
            if ring.area > 0:
                out[i] = ring
    return out


def _things(default: Kind) -> Judge:
    """Return a judge for a layer whose things are of one kind where no code says otherwise."""

    def judge(rows: Rows) -> Verdict:
        shapes = _closed(rows.shapes)
        dims = shapely.get_dimensions(shapes)
        kinds = look_up(rows.codes(SOUTH).str.upper(), _CODES, default)
        lettering = (dims == 0) & (rows.text("Text") != "").to_numpy()
        kinds[dims == 0] = _FRAME
        kinds[lettering] = _LETTERING
        is_road = np.array([kind.role == Role.ROADS for kind in kinds], dtype=bool)
        kinds[(dims == 1) & ~np.array([k.role in {Role.ROADS, Role.BARRIERS} for k in kinds], dtype=bool)] = (
            _OPEN
        )
        columns: dict[str, Any] = {}
        if is_road.any():
            kinds, shapes, columns = _roads(rows, kinds, shapes, is_road)
        names = _lettered(rows, shapes, kinds)
        return Verdict(kinds, {**columns, **names}, shapes)

    return judge


def _roads(rows: Rows, kinds: Kinds, shapes: Shapes, is_road: Bools) -> tuple[Kinds, Shapes, dict[str, Any]]:
    """Join edges to roads where the lines are edges: by their code, or since most run in pairs."""
    at = np.flatnonzero(is_road)
    lines = rows.shapes[at]  # what was closed is an axis of its own, or an area if it is narrow
    narrow = 2 * shapely.area(shapes[at]) / np.maximum(shapely.length(shapes[at]), 1e-9) < 40
    area = (shapely.get_dimensions(shapes[at]) == 2) & narrow
    coded = (rows.text(SOUTH) != "").to_numpy()[at]
    edges = ~area & (coded if coded.any() else np.full(len(at), are_edges(lines[~area])))
    shapes = shapes.copy()
    shapes[at[~area]] = lines[~area]
    width = np.full(len(kinds), np.nan)
    if edges.any():
        joined = roads_of_edges(lines[edges], kinds[at[edges]])
        kinds[at[edges]], shapes[at[edges]] = joined.kinds, joined.shapes
        width[at[edges]] = joined.columns["width_m"]
    return kinds, shapes, {"width_m": width}


def _lettered(rows: Rows, shapes: Shapes, kinds: Kinds) -> dict[str, Any]:
    """Return names and floors by the texts that stand in outlines; makes sheds of houses so called."""
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not len(areas) or not len(rows.labels):
        return {}
    points = shapely.points(rows.labels[["x", "y"]].to_numpy(float))
    text, outline = shapely.STRtree(shapes[areas]).query(points, predicate="intersects")
    size = shapely.area(shapes[areas])[outline]
    order = np.lexsort((size, text))
    first = np.unique(text[order], return_index=True)[1]  # of several around it, the smallest
    text, outline = text[order][first], areas[outline[order][first]]
    words = rows.labels["text"].to_numpy(object)[text]
    held = pd.DataFrame({"row": outline, "word": words})
    floors = pd.to_numeric(held["word"].str.extract(_FLOORS, expand=False), errors="coerce")
    found = {"name": np.full(len(kinds), "", dtype=object), "floors": np.full(len(kinds), np.nan)}
    for row, value in held.assign(floors=floors).dropna().groupby("row")["floors"].max().items():
        found["floors"][row] = value if kinds[row].role == Role.BUILDINGS else np.nan
    for row in held.loc[held["word"].isin(_SHEDS), "row"]:
        kinds[row] = EMPTY if kinds[row] is HOUSE else kinds[row]
    named = held[~held["word"].str.contains(_NO_NAME) & (held["word"].str.len() > 1)]
    named = named.assign(place=named["word"].str.contains(_PLACE)).sort_values(
        "place", ascending=False, kind="stable"
    )
    for row, word in named.drop_duplicates("row")[["row", "word"]].itertuples(index=False):
        found["name"][row] = word
    return found


def _borders(rows: Rows) -> Verdict:
    verdict = _things(STREET)(rows)
    names = pd.Series(verdict.columns.get("name", np.full(len(rows), "", dtype=object)))
    place = names.str.contains("街道|[镇乡区县市]$|社区|村|居委会")
    verdict.columns["name"] = names.where(place, "").to_numpy(object)
    community = names.str.contains("社区|村|居委会").to_numpy(bool)
    closed = are(verdict.kinds, STREET) | are(verdict.kinds, _BORDER)
    closed &= shapely.get_dimensions(verdict.shapes) == 2
    verdict.kinds[closed] = STREET
    verdict.kinds[closed & community] = COMMUNITY
    lines = shapely.get_dimensions(verdict.shapes) == 1
    verdict.kinds[lines] = _BORDER
    return verdict


_DRAWN = ("EntityHandle",)
_FIELDS = {"road_class": (), "type": (), "code": (), "name": (), "structure": (), "hh": ()}


def _layer(title: str, names: str, judge: Judge, **more: Any) -> LayerModel:
    return LayerModel(title, tuple(names.split()), judge, needs=_DRAWN, fields=_FIELDS, **more)


MODEL = DataModel(
    Text("CASS drawing"),
    (
        _layer("JMD 居民地", "jmd", _things(HOUSE)),
        _layer("DLSS 交通设施", "dlss", _things(_ROAD)),
        _layer("SXSS 水系设施", "sxss", _things(WATER)),
        _layer("JJ 境界", "jj", _borders),
        _layer("ZBTZ 植被", "zbtz", _things(GREEN)),
        _layer("JZD 界址线", "jzd zd", _things(PARCEL)),
        _layer("ZJ 注记", "zj", all_rows(_LETTERING), tells=False),
        _layer(
            "TK, GCD, DLDW …",
            "tk bound axes value label z assist jzp defpoints gcd kzd zdh dgx dmtz dldw gxyz yzh",
            _things(_FRAME),
            tells=False,
        ),
        _layer("SOUTH", "", _things(UNDECIDED), signs=((SOUTH, "EntityHandle"),)),
    ),
    crs="none in the file: CGCS2000 3° or the city's own grid, metres",
    source="CASS by SOUTH: layers and codes after GB/T 7929-1995; GDAL's DXF driver",
)
