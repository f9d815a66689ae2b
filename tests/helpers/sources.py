# ruff: noqa: E501 - rows of tables
"""Small folders as offices and downloads deliver them, a function a data model; metres from a corner."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj import Transformer

X0, Y0 = 611_000.0, 2_709_000.0
CRS = "EPSG:4548"
_TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)

Row = tuple[Mapping[str, object], shapely.Geometry]


def area(x: float, y: float, w: float, h: float) -> shapely.Polygon:
    """Return a box, metres from the corner of the town."""
    return shapely.box(X0 + x, Y0 + y, X0 + x + w, Y0 + y + h)


def line(*xy: tuple[float, float]) -> shapely.LineString:
    """Return a line, metres from the corner of the town."""
    return shapely.LineString([(X0 + x, Y0 + y) for x, y in xy])


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape in longitude and latitude of WGS 84."""
    return shapely.transform(shape, lambda xy: np.column_stack(_TO_DEGREES.transform(*xy.T)))


def frame(rows: Sequence[Row], crs: str = CRS) -> gpd.GeoDataFrame:
    """Return rows as a frame, in degrees where the system is WGS 84."""
    shapes = [degrees(shape) if crs == "EPSG:4326" else shape for _, shape in rows]
    names = dict.fromkeys(name for values, _ in rows for name in values)
    columns = {name: [values.get(name) for values, _ in rows] for name in names}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def write(path: Path, rows: Sequence[Row], crs: str = CRS, **options: object) -> Path:
    """Write a layer by the ending of its path; ``layer`` names it in a GeoPackage or a geodatabase."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drivers = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".gdb": "OpenFileGDB"}
    made = frame(rows, "EPSG:4326" if path.suffix == ".geojson" else crs)
    if path.suffix == ".shp":
        options.setdefault("encoding", "UTF-8")
    pyogrio.write_dataframe(made, path, driver=drivers.get(path.suffix), append=path.exists(), **options)
    return path


# --- layers by model ----------------------------------------------------------------------------------------

NATIONAL: dict[str, list[Row]] = {
    "BOUA6": [({"GB": 660100, "PAC": 350203001, "NAME": "甲街道"}, area(-100, -100, 600, 400))],
    "RESA": [
        ({"GB": 310200, "NAME": ""}, area(0, 0, 200, 100)),
        ({"GB": 310301, "NAME": "市图书馆"}, area(220, 0, 40, 30)),
        ({"GB": 310600, "NAME": ""}, area(280, 0, 10, 8)),
    ],
    "LRDL": [
        (
            {"GB": 420901, "NAME": "沈海高速", "RN": "G15", "RTEG": "高速", "WIDTH": 26.0, "TYPE": "桥"},
            line((-100, -50), (500, -50)),
        ),
        ({"GB": 430501, "NAME": "湖滨南路", "WIDTH": 0.0, "TYPE": ""}, line((-100, 120), (500, 120))),
        ({"GB": 430503, "NAME": "后滨路", "WIDTH": 9.0, "TYPE": ""}, line((210, -50), (210, 120))),
        ({"GB": 430600, "NAME": "", "WIDTH": 4.0, "TYPE": ""}, line((20, 0), (20, 80))),
    ],
    "HYDA": [({"GB": 230101, "NAME": "筼筜湖"}, area(0, 150, 200, 80))],
    "LRRL": [({"GB": 410101, "NAME": "鹰厦线"}, line((-100, 260), (500, 260)))],
    "VEGA": [({"GB": 820100, "NAME": ""}, area(300, 150, 60, 40))],
}


def _patch(code: str, name: str, shape: shapely.Polygon, **more: object) -> Row:
    place = {"ZLDWDM": "3502030010020000000", "ZLDWMC": "乙社区"}
    return (
        {"BSM": code, "YSDM": "2001010100", "TBBH": "1", "DLBM": code, "DLMC": name, **place, **more},
        shape,
    )


SURVEY: dict[str, list[Row]] = {
    "DLTB": [
        _patch("0701", "城镇住宅用地", area(0, 0, 100, 80), XZDWKD=0.0),
        _patch("1004", "城镇村道路用地", area(0, 80, 300, 12), XZDWKD=12.5),
        _patch("1101", "河流水面", area(0, 92, 300, 40), XZDWKD=0.0),
        _patch("0810", "公园与绿地", area(110, 0, 60, 80), XZDWKD=0.0),
        _patch("08H2", "科教文卫用地", area(180, 0, 60, 80), XZDWKD=0.0),
        _patch("1001", "铁路用地", area(0, 140, 300, 15), XZDWKD=15.0),
        _patch("09", "特殊用地", area(250, 0, 50, 80), XZDWKD=0.0),
    ],
    "XZQ": [({"XZQDM": "350203001", "XZQMC": "甲街道"}, area(0, 0, 300, 160))],
    "CJDCQ": [
        ({"ZLDWDM": "3502030010020000000", "ZLDWMC": "乙社区"}, area(0, 0, 150, 160)),
        ({"ZLDWDM": "3502030010030000000", "ZLDWMC": "丙社区"}, area(150, 0, 150, 160)),
    ],
}

PLAN: dict[str, list[Row]] = {
    "XG_GHDK": [
        (
            {
                "DKBH": f"A-0{i}",
                "DLDM": code,
                "DLMC": name,
                "MJ": 1.2,
                "RJL": 2.5,
                "LDL": 35.0,
                "YDYHFLDM": code,
            },
            area(130 * i, 0, 120, 100),
        )
        for i, (code, name) in enumerate(
            [
                *[("070102", "二类城镇住宅用地"), ("1207", "城镇村道路用地"), ("1401", "公园绿地")],
                *[("1001", "工业用地"), ("080403", "中小学用地"), ("1701", "河流水面")],
            ]
        )
    ],
    "控规_规划片区": [({"PQMC": "滨海片区"}, area(0, 0, 400, 300))],
    "gh_kg_dlbx_ln": [
        ({"TCMC": "DLBX"}, line((0, 80), (300, 80))),
        ({"TCMC": "DLBX"}, line((0, 92), (300, 92))),
    ],
    "gh_kg_dlzx_ln": [({"TCMC": "DLZX-ZG"}, line((0, 86), (300, 86)))],
}

REGISTER: dict[str, list[Row]] = {
    "ZRZ": [
        (
            {
                "BSM": 1, "ZRZH": "F00010001", "XMMC": "禾祥花园", "JZWMC": "禾祥花园1号楼", "JGRQ": "1998-05-01",
                "JZWGD": 54.0, "SCJZMJ": 7200.5, "YCJZMJ": 9000.0, "ZCS": 19, "DSCS": 18, "DXCS": 1,
                "ZTS": 72, "GHYT": "11",
            },
            area(10, 10, 20, 12),
        ),
        (
            {
                "BSM": 2, "ZRZH": "F00020001", "XMMC": "实验小学", "JZWMC": "教学楼", "JGRQ": "2004/9/1",
                "JZWGD": 15.0, "SCJZMJ": 3000.0, "YCJZMJ": 0.0, "ZCS": 4, "DSCS": 4, "DXCS": 0, "ZTS": 1,
                "GHYT": "41",
            },
            area(60, 10, 40, 15),
        ),
    ],
    "LJZ": [({"LJZH": "1", "ZRZH": "F00010001", "MPH": "1", "SCJZMJ": 7200.5}, area(10, 10, 20, 12))],
    "ZDJBXX": [
        ({"BSM": 9, "ZDDM": "350203001002GB00001", "BDCDYH": "", "ZDMJ": 8000.0, "YT": "0701", "ZL": "湖滨南路1号"}, area(0, 0, 50, 40)),
        ({"BSM": 8, "ZDDM": "350203001002GB00002", "BDCDYH": "", "ZDMJ": 8000.0, "YT": "0501", "ZL": "湖滨南路3号"}, area(110, 0, 50, 40)),
    ],
    "DJQ": [({"DJQDM": "350203001", "DJQMC": "一区"}, area(0, 0, 400, 300))],
}  # fmt: skip


def _osm(code: int, fclass: str, name: str, shape: shapely.Geometry, **more: object) -> Row:
    return (
        {
            "osm_id": str(abs(hash((code, name))) % 10**9),
            "code": code,
            "fclass": fclass,
            "name": name,
            **more,
        },
        shape,
    )


GEOFABRIK: dict[str, list[Row]] = {
    "landuse_a": [
        _osm(7203, "residential", "禾祥花园", area(0, 0, 100, 80)),
        _osm(7203, "residential", "", area(0, 200, 300, 300)),
        _osm(7202, "park", "白鹭洲公园", area(110, 0, 60, 80)),
        _osm(7213, "military", "", area(180, 0, 60, 80)),
        _osm(7209, "commercial", "", area(250, 0, 50, 80)),
    ],
    "pois_a": [
        _osm(2082, "school", "实验小学", area(310, 0, 40, 40)),
        _osm(2110, "hospital", "市一院", area(360, 0, 40, 40)),
        _osm(2301, "restaurant", "酒家", area(410, 0, 20, 20)),
        _osm(2204, "park", "白鹭洲公园", area(110, 0, 60, 80)),
    ],
    "roads": [
        _osm(5111, "motorway", "沈海高速", line((-50, -30), (500, -30)), bridge="T", tunnel="F"),
        _osm(5122, "residential", "后滨路", line((105, -30), (105, 120)), bridge="F", tunnel="F"),
        _osm(5113, "primary", "湖滨南路", line((-50, 90), (500, 90)), bridge="F", tunnel="T"),
    ],
    "waterways": [_osm(8101, "river", "筼筜溪", line((0, 110), (300, 110)), width=0)],
    "traffic_a": [_osm(5260, "parking", "", area(310, 50, 30, 30))],
    "adminareas_a": [_osm(1208, "admin_level8", "甲街道", area(-60, -60, 600, 600))],
}


def geofabrik(folder: Path) -> Path:
    """Write the shapefiles of an extract by Geofabrik."""
    for name, rows in GEOFABRIK.items():
        write(folder / f"gis_osm_{name}_free_1.shp", rows, "EPSG:4326")
    return folder


def overture(folder: Path) -> Path:
    """Write the Parquet files of Overture, their structs and lists as they come."""
    folder.mkdir(parents=True, exist_ok=True)
    layers: dict[str, list[Row]] = {
        "segment": [
            (
                {"subtype": "road", "class": "primary", "name": "湖滨南路", "width": 18.0, "flag": "is_tunnel"},
                line((-50, 90), (500, 90)),
            ),
            ({"subtype": "rail", "class": "standard_gauge"}, line((-50, 260), (500, 260))),
            ({"subtype": "road", "class": "footway", "subclass": "sidewalk"}, line((-50, 99), (500, 99))),
        ],
        "land_use": [
            ({"subtype": "residential", "class": "residential", "name": "禾祥花园"}, area(0, 0, 100, 80)),
            ({"subtype": "park", "class": "park", "name": "白鹭洲公园"}, area(110, 0, 60, 80)),
            ({"subtype": "education", "class": "school", "name": "实验小学"}, area(180, 0, 60, 80)),
            ({"subtype": "developed", "class": "commercial"}, area(250, 0, 50, 80)),
        ],
        "division_area": [({"subtype": "county", "class": "land", "name": "思明区"}, area(-60, -60, 600, 400))],
        "building": [
            ({"subtype": "residential", "class": "apartments", "name": "1号楼", "num_floors": 18, "height": 60.0}, area(10, 10, 20, 12)),
            ({"subtype": "education", "class": "school", "name": "教学楼", "num_floors": 4, "height": 15.0}, area(190, 10, 20, 12)),
        ],
        "water": [
            ({"subtype": "lake", "class": "lake", "name": "筼筜湖"}, area(0, 150, 200, 80)),
            ({"subtype": "pond", "class": "swimming_pool"}, area(20, 40, 10, 10)),
        ],
    }  # fmt: skip
    for name, rows in layers.items():
        pq.write_table(_overture_table(rows), folder / f"{name}.parquet")
    return folder


def _overture_table(rows: Sequence[Row]) -> pa.Table:
    values = [row for row, _ in rows]
    table = {
        "id": [f"08b{i:013d}" for i in range(len(rows))],
        "names": [{"primary": row.get("name"), "common": None} for row in values],
        "width_rules": [
            [{"value": row["width"], "between": None}] if "width" in row else None for row in values
        ],
        "road_flags": [
            [{"values": [row["flag"]], "between": None}] if "flag" in row else None for row in values
        ],
        **{
            name: [row.get(name) for row in values]
            for name in ("subtype", "class", "subclass", "num_floors", "height")
        },
        "geometry": [shapely.to_wkb(degrees(shape)) for _, shape in rows],
    }
    geo = b'{"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}}}'
    return pa.table(table).replace_schema_metadata({b"geo": geo})


# --- drawings -----------------------------------------------------------------------------------------------


def cass_drawing(path: Path, *, renamed: str = "", codes: bool = True) -> Path:
    """Write a drawing of CASS; ``renamed`` puts everything on one layer, ``codes`` leaves the codes out."""
    things = [
        _polyline("JMD", _box(0, 0, 20, 12), "141111"),
        _text("JMD", "砼18", 10, 6),
        _polyline("JMD", _box(40, 0, 20, 12), "141121", flag=0),
        _text("JMD", "砖4", 50, 6),
        _polyline("JMD", _box(80, 0, 8, 6), "141500"),
        _text("JMD", "棚", 84, 3),
        _polyline("JMD", [(0, 14), (88, 14)], "144301", flag=0),
        _polyline("DLSS", [(-20, -10), (120, -10)], "163200", flag=0),
        _polyline("DLSS", [(-20, -22), (120, -22)], "163200", flag=0),
        _polyline("SXSS", _box(0, 60, 50, 30), "181101"),
        _polyline("ZBTZ", _box(60, 60, 30, 20), "215000"),
        _polyline("JZD", _box(-5, -5, 100, 30), "300000"),
        _polyline("TK", _box(-100, -100, 500, 500), "NETBOUND"),
        _text("ZJ", "湖滨南路", 30, -16),
        _text("ZJ", "禾祥花园", 30, 20),
        _text("GCD", "5.32", 70, 40),
    ]
    lines = [
        "0",
        "SECTION",
        "2",
        "HEADER",
        "9",
        "$ACADVER",
        "1",
        "AC1015",
        "9",
        "$DWGCODEPAGE",
        "3",
        "ANSI_936",
    ]
    lines += ["0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    for number, thing in enumerate(things):
        lines += _placed_on(thing, number, renamed, codes=codes)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\n".join([*lines, "0", "ENDSEC", "0", "EOF"]) + "\n").encode("gbk"))
    return path


def _box(x: float, y: float, w: float, h: float) -> list[tuple[float, float]]:
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]


def _polyline(layer: str, xy: list[tuple[float, float]], code: str, flag: int = 1) -> list[str]:
    own = xy[:-1] if flag else xy
    out = ["0", "LWPOLYLINE", "8", layer, "100", "AcDbPolyline", "90", str(len(own)), "70", str(flag)]
    for x, y in own:
        out += ["10", str(X0 + x), "20", str(Y0 + y)]
    return [*out, "1001", "SOUTH", "1000", code]


def _text(layer: str, text: str, x: float, y: float) -> list[str]:
    return ["0", "TEXT", "8", layer, "10", str(X0 + x), "20", str(Y0 + y), "40", "2", "1", text]


def _placed_on(thing: list[str], number: int, renamed: str, *, codes: bool) -> list[str]:
    out = [*thing[:2], "5", f"{number + 64:X}", *thing[2:]]
    if renamed:
        out[out.index("8") + 1] = renamed
    return out if codes or "1001" not in out else out[: out.index("1001")]


# --- OpenStreetMap by tags ----------------------------------------------------------------------------------

TAGGED: list[tuple[dict[str, str], list[tuple[float, float]]]] = [
    ({"landuse": "residential", "name": "禾祥花园"}, _box(0, 0, 100, 80)),
    ({"building": "apartments", "building:levels": "18", "building:flats": "72", "name": "1号楼"}, _box(10, 10, 20, 12)),
    ({"building": "school", "name": "实验小学"}, _box(180, 0, 60, 40)),
    ({"leisure": "park", "name": "白鹭洲公园"}, _box(110, 0, 60, 80)),
    ({"natural": "water", "name": "筼筜湖"}, _box(0, 150, 200, 80)),
    ({"landuse": "commercial"}, _box(250, 0, 50, 80)),
    ({"highway": "primary", "name": "湖滨南路", "width": "18 m", "tunnel": "yes"}, [(-50, 90), (500, 90)]),
    ({"highway": "construction"}, [(-50, 95), (500, 95)]),
    ({"railway": "rail"}, [(-50, 260), (500, 260)]),
    ({"waterway": "river"}, [(0, 110), (300, 110)]),
]  # fmt: skip


def osm_xml(path: Path) -> Path:
    """Write the things of `TAGGED` as .osm."""
    nodes, ways, number = [], [], 1
    for i, (tags, xy) in enumerate(TAGGED, start=1):
        ring = xy[0] == xy[-1]
        refs = list(range(number, number + len(xy) - ring))
        number += len(refs)
        for ref, (x, y) in zip(refs, xy, strict=False):
            lon, lat = _TO_DEGREES.transform(X0 + x, Y0 + y)
            nodes.append(f'<node id="{ref}" version="1" lat="{lat:.8f}" lon="{lon:.8f}"/>')
        refs += refs[:1] if ring else []
        body = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        body += "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        ways.append(f'<way id="{i}" version="1">{body}</way>')
    path.parent.mkdir(parents=True, exist_ok=True)
    text = '<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">' + "".join(nodes + ways) + "</osm>"
    path.write_text(text, encoding="utf-8")
    return path


def osm_pbf(path: Path) -> Path:
    """Write the things of `TAGGED` as .osm.pbf: the blocks of the format, put together by hand."""
    texts, nodes, ways, number = [""], b"", b"", 1
    for i, (tags, xy) in enumerate(TAGGED, start=1):
        ring = xy[0] == xy[-1]
        refs = list(range(number, number + len(xy) - ring))
        number += len(refs)
        for ref, (x, y) in zip(refs, xy, strict=False):
            lon, lat = _TO_DEGREES.transform(X0 + x, Y0 + y)
            place = [_signed(ref), _signed(round(lat * 1e7)), _signed(round(lon * 1e7))]
            body = b"".join(_field(n, v) for n, v in zip((1, 8, 9), place, strict=True))
            nodes += _bytes(1, body)
        refs += refs[:1] if ring else []
        texts += [word for pair in tags.items() for word in pair if word not in texts]
        keys, values = ([texts.index(word) for word in words] for words in (tags.keys(), tags.values()))
        steps = np.diff(refs, prepend=0).tolist()
        body = (
            _field(1, i) + _bytes(2, b"".join(map(_varint, keys))) + _bytes(3, b"".join(map(_varint, values)))
        )
        ways += _bytes(3, body + _bytes(8, b"".join(_varint(_signed(step)) for step in steps)))
    table = b"".join(_bytes(1, text.encode()) for text in texts)
    block = _bytes(1, table) + _bytes(2, nodes) + _bytes(2, ways)
    head = b"".join(_bytes(4, name) for name in (b"OsmSchema-V0.6",))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_blob(b"OSMHeader", head) + _blob(b"OSMData", block))
    return path


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def _signed(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _bytes(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _blob(kind: bytes, data: bytes) -> bytes:
    blob = _field(2, len(data)) + _bytes(3, zlib.compress(data))
    head = _bytes(1, kind) + _field(3, len(blob))
    return struct.pack(">I", len(head)) + head + blob


def quickosm(folder: Path) -> Path:
    """Write what QuickOSM saves: all tags as columns of text, a file a kind of shape."""
    names = ("multipolygons", "lines")
    for name, closed in zip(names, (True, False), strict=True):
        rows: list[Row] = []
        for i, (tags, xy) in enumerate(TAGGED, start=1):
            if (xy[0] == xy[-1]) == closed:
                shape = line(*xy)
                ids = {"full_id": f"w{i}", "osm_id": str(i), "osm_type": "way"}
                rows.append(({**ids, **tags}, shapely.Polygon(shape.coords) if closed else shape))
        write(folder / f"landuse_residential_area_{name}.geojson", rows)
    return folder


# --- tables of web maps -------------------------------------------------------------------------------------


def amap_table(path: Path) -> Path:
    """Write a table of outlines as AMap gives them."""
    one, two = (_amap(degrees(shape)) for shape in (area(0, 0, 60, 80), area(70, 0, 30, 80)))
    rows = [
        f'B01,禾祥花园,商务住宅;住宅区;住宅小区,120302,湖滨南路1号,"118.1,24.48","{one}|{two}"',
        f'B02,实验小学,科教文化服务;学校;小学,141203,[],"118.1,24.48","{_amap(degrees(area(180, 0, 60, 40)))}"',
        f'B03,国贸大厦,商务住宅;楼宇;商务写字楼,120201,,"118.1,24.48","{_amap(degrees(area(250, 0, 50, 40)))}"',
        f'B04,无边界小区,商务住宅;住宅区;住宅小区,120302,,"{_amap(degrees(area(30, 30, 1, 1))).split(";")[0]}",[]',
    ]
    head = "id,name,type,typecode,address,location,polyline"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8-sig")
    return path


def _amap(shape: shapely.Polygon) -> str:
    return ";".join(f"{x:.6f},{y:.6f}" for x, y in shape.exterior.coords)
