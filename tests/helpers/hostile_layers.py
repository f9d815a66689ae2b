# ruff: noqa: E501, ISC004, PLW0108 - files written out as they stand
"""Layers and tables that mean harm: small files that claim to be large, endless, deep or elsewhere."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from tests.helpers.hostile_pictures import ENDLESS
from tests.helpers.shapefiles import squares, write_layer

Writer = Callable[[Path], None]

NAMES = ["筼筜花园", "后垵小区", "墘头里"]
KML = '<?xml version="1.0" encoding="UTF-8"?>{}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACEMARK = (
    "<Placemark><name>{}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark>"
)
SQUARE = "118,24 118.001,24 118.001,24.001 118,24"
BOMB = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
FILE_ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"小区名称": NAMES, "户数": [5, 6, 7]}, geometry=squares(3), crs=4548)


def _of(driver: str, **options: object) -> Writer:
    return lambda path: frame().to_file(path, driver=driver, engine="pyogrio", **options)


def _text(text: str, encoding: str = "utf-8") -> Writer:
    return lambda path: path.write_bytes(text.encode(encoding, "surrogatepass")) and None


def _bytes(data: bytes) -> Writer:
    return lambda path: path.write_bytes(data) and None


def patched(make: Writer, suffix: str, at: int, new: bytes) -> Writer:
    """Return what writes a layer and puts bytes of nonsense into one of its parts."""

    def write(path: Path) -> None:
        make(path)
        part = path.with_suffix(suffix)
        data = bytearray(part.read_bytes())
        at_ = at if at >= 0 else len(data) + at
        data[at_ : at_ + len(new)] = new
        part.write_bytes(data)

    return write


def _sparse(head: bytes, size: int, tail: bytes = b"") -> Writer:
    """Return what writes a file whose middle is a hole in the disk."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            file.seek(size)
            file.write(tail or b"\0")

    return write


def shp(path: Path) -> None:
    write_layer(path, squares(3), {"小区名称": NAMES, "户数": [5, 6, 7]})


def _swollen(part: str, size: int) -> Writer:
    """Return what writes a shapefile one part of which is swollen by a hole in the disk."""

    def write(path: Path) -> None:
        shp(path)
        os.truncate(path.with_suffix(part), size)

    return write


def _gpkg(*orders: str) -> Writer:
    """Return what writes a GeoPackage and changes it by SQL."""

    def write(path: Path) -> None:
        frame().to_file(path, driver="GPKG", engine="pyogrio", layer="小区")
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("PRAGMA writable_schema = 1")
            names = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in names:
                file.execute(f'DROP TRIGGER "{name}"')
            for order in orders:
                file.execute(order)

    return write


def _view(select: str) -> Writer:
    """Return what writes a GeoPackage whose layer is a view."""
    return _gpkg('ALTER TABLE "小区" RENAME TO kept', f'CREATE VIEW "小区" AS {select}')


def _blob(data: bytes) -> Writer:
    """Return what writes a GeoPackage whose shapes are these bytes."""
    return _gpkg(f"UPDATE \"小区\" SET geom = x'{data.hex()}'")


def _gp(wkb: bytes) -> bytes:
    return b"GP\0\x01" + struct.pack("<i", 4548) + wkb


def nested(depth: int, many: int = 1) -> bytes:
    """Return the binary form of collections in collections."""
    point = struct.pack("<BI2d", 1, 1, 440_000, 4_420_000)
    return struct.pack("<BII", 1, 7, 1) * depth + struct.pack("<BII", 1, 7, many) + point * many


def _geojson(geometry: str, properties: str = '{"小区名称": "筼筜花园"}', many: int = 1) -> Writer:
    feature = f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'
    return _text(f'{{"type": "FeatureCollection", "features": [{", ".join([feature] * many)}]}}')


def _collections(depth: int) -> str:
    head = '{"type": "GeometryCollection", "geometries": ['
    return head * depth + '{"type": "Point", "coordinates": [118, 24]}' + "]}" * depth


def _zip(*held: tuple[str, bytes], repeat: int = 1) -> Writer:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in held:
                with file.open(name, "w", force_zip64=len(data) * repeat > 2**30) as out:
                    for _ in range(repeat):
                        out.write(data)

    return write


def _link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("小区.shp")
        info.external_attr = 0o120777 << 16
        file.writestr(info, "/etc/passwd")


def _quine(levels: int, width: int) -> bytes:
    data = b"0" * 1000
    for _ in range(levels):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for i in range(width):
                file.writestr(f"{i}.zip", data)
        data = out.getvalue()
    return data


def _xlsx(sheet: str, more: tuple[tuple[str, bytes], ...] = ()) -> Writer:
    """Return what writes a workbook of one sheet given as markup."""
    held = [
        (
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/'
            'workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/></Types>',
        ),
        (
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id='
            '"r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target='
            '"xl/workbook.xml"/></Relationships>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id='
            '"r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target='
            '"worksheets/sheet1.xml"/></Relationships>',
        ),
        (
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
            'openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ]
    return _zip(*((name, text.encode()) for name, text in held), *more)


def _sheet(rows: str, head: str = "", before: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}">{head}<sheetData>{rows}</sheetData></worksheet>'


def _cells(row: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{"AB"[i]}{row}" t="inlineStr"><is><t>{t}</t></is></c>' for i, t in enumerate(texts)
    )
    return f'<row r="{row}">{cells}</row>'


HEAD = _cells(1, "小区名称", "户数") + _cells(2, "筼筜花园", "5")


def _parquet(
    wkb: bytes | None = None, meta: str = "", rows: int = 1, at: int = 0, new: bytes = b""
) -> Writer:
    def write(path: Path) -> None:
        shapes = [wkb or shapely.to_wkb(squares(1)[0])] * rows
        table = pa.table({"小区名称": ["筼筜花园"] * rows, "geometry": shapes})
        told = meta or json.dumps(
            {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
        )
        pq.write_table(table.replace_schema_metadata({b"geo": told.encode()}), path)
        if new:
            data = bytearray(path.read_bytes())
            data[at : at + len(new) if at >= 0 else len(data) + at + len(new)] = new
            path.write_bytes(data)

    return write


def _run_lengths(path: Path) -> None:
    """Write a Parquet of a hundred million rows that are all the same."""
    kinds = pa.dictionary(pa.int32(), pa.string())
    writer = None
    shape = pa.array([shapely.to_wkb(squares(1)[0])]).dictionary_encode()
    rows = 20_000_000
    zeros = pa.array(np.zeros(rows, dtype="int32"))
    table = pa.table(
        {
            "小区名称": pa.DictionaryArray.from_arrays(zeros, pa.array(["筼筜花园"])).cast(kinds),
            "geometry": pa.DictionaryArray.from_arrays(zeros, shape.dictionary),
        }
    )
    writer = pq.ParquetWriter(path, table.schema)
    for _ in range(5):
        writer.write_table(table)
    writer.close()


def _dxf(entities: str, blocks: str = "") -> Writer:
    return _text(
        f"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1015\n  0\nENDSEC\n  0\nSECTION\n  2\nBLOCKS\n{blocks}  0\nENDSEC\n  0\nSECTION\n  2\nENTITIES\n{entities}  0\nENDSEC\n  0\nEOF\n"
    )


def _block(name: str, held: str) -> str:
    return f"  0\nBLOCK\n  8\n小区\n  2\n{name}\n 70\n0\n 10\n0\n 20\n0\n  3\n{name}\n{held}  0\nENDBLK\n"


def _insert(name: str, more: str = "") -> str:
    return f"  0\nINSERT\n  8\n小区\n  2\n{name}\n 10\n440000\n 20\n4420000\n{more}"


LINE = "  0\nLINE\n  8\n小区\n 10\n440000\n 20\n4420000\n 11\n440050\n 21\n4420000\n"
FAN = "".join(_block(f"b{i}", _insert(f"b{i + 1}") * 10) for i in range(8)) + _block("b8", LINE)
ARRAY = " 70\n30000\n 71\n30000\n 44\n1\n 45\n1\n"
SPLINE = "  0\nSPLINE\n  8\n小区\n 70\n0\n 71\n3\n 72\n2000000000\n 73\n2000000000\n"
POLYLINE = "  0\nLWPOLYLINE\n  8\n小区\n 90\n2000000000\n 70\n1\n 10\n440000\n 20\n4420000\n"
BULGE = "".join(f" 10\n{440_000 + i % 2 * 1e9}\n 20\n{4_420_000}\n 42\n1e300\n" for i in range(2000))

HUGE_RINGS = struct.pack("<BII", 1, 3, 2**31 - 1)
HUGE_POINTS = struct.pack("<BIII", 1, 3, 1, 2**31 - 1)
HUGE_PARTS = struct.pack("<BII", 1, 6, 2**32 - 1)


def _mapinfo(text: str, part: str) -> Writer:
    """Return what writes a MapInfo table whose other part is nearly nothing."""

    def write(path: Path) -> None:
        _text(text, "gb18030")(path)
        path.with_suffix(part).write_bytes("筼筜花园\n".encode("gb18030") * 3)

    return write


def _kmz(text: str, **more: bytes) -> Writer:
    return _zip(("doc.kml", text.encode()), *more.items())


def _symlinks(path: Path) -> None:
    """Make a folder that leads into itself, and links to what is elsewhere."""
    path.mkdir()
    shp(path / "小区.shp")
    for name, target in (
        ("更多", "."),
        ("小区 (2).shp", "/dev/zero"),
        ("a.geojson", "b.geojson"),
        ("b.geojson", "a.geojson"),
    ):
        (path / name).symlink_to(target)


def _control_names(path: Path) -> None:
    path.mkdir()
    for name in ("小区\n甲.shp", "小区\x1b[31m.shp", "小区\u202ephs.shp"):
        shp(path / name)


def _gdb(path: Path) -> None:
    path.mkdir()
    (path / "a00000001.gdbtable").write_bytes(struct.pack("<4I", 3, 2**31 - 1, 2**31 - 1, 5) + b"\xff" * 200)
    (path / "a00000001.gdbtablx").write_bytes(struct.pack("<4I", 3, 2**20, 2**31 - 1, 5) + b"\xff" * 200)
    (path / "gdb").write_bytes(b"\x05\0\0\0")


def _fgb(at: int, new: bytes) -> Writer:
    return patched(_of("FlatGeobuf"), ".fgb", at, new)


def _tab(path: Path) -> None:
    named = frame().rename(columns={"小区名称": "name", "户数": "hs"})
    named.to_file(path, driver="MapInfo File", engine="pyogrio")


def _line_of_a_gigabyte(path: Path) -> None:
    _sparse("小区名称,户数\n筼筜花园,5\n".encode(), 2**30, b"\n")(path)


VRT = '<OGRVRTDataSource><OGRVRTLayer name="小区"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
LINK = "<NetworkLink><Link><href>{}</href></Link></NetworkLink>"
MIF = 'Version 300\nCharset "Neutral"\nDelimiter ","\nColumns 1\n  小区名称 Char(20)\nData\n\n'

LAYERS: dict[str, Writer] = {
    # shapefiles
    "小区_length_of_nonsense.shp": patched(shp, ".shp", 24, struct.pack(">i", 2**31 - 1)),
    "小区_record_without_end.shp": patched(shp, ".shp", 104, struct.pack(">i", 2**31 - 1)),
    "小区_negative_record.shp": patched(shp, ".shp", 104, struct.pack(">i", -5)),
    "小区_many_parts.shp": patched(shp, ".shp", 144, struct.pack("<i", 2**31 - 1)),
    "小区_many_points.shp": patched(shp, ".shp", 148, struct.pack("<i", 2**31 - 1)),
    "小区_negative_points.shp": patched(shp, ".shp", 148, struct.pack("<i", -1)),
    "小区_offsets_off.shp": patched(shp, ".shx", 100, struct.pack(">i", 2**31 - 1)),
    "小区_offsets_zero.shp": patched(shp, ".shx", 100, struct.pack(">6i", *[0] * 6)),
    "小区_many_rows.shp": patched(shp, ".dbf", 4, struct.pack("<I", 2**32 - 1)),
    "小区_row_of_nonsense.shp": patched(shp, ".dbf", 10, struct.pack("<H", 65_535)),
    "小区_row_of_nothing.shp": patched(shp, ".dbf", 10, struct.pack("<H", 0)),
    "小区_head_of_nonsense.shp": patched(shp, ".dbf", 8, struct.pack("<H", 65_535)),
    "小区_head_of_nothing.shp": patched(shp, ".dbf", 8, struct.pack("<H", 0)),
    "小区_swollen.shp": _swollen(".shp", 3 * 2**30),
    "小区_swollen_index.shp": _swollen(".shx", 3 * 2**30),
    "小区_swollen_table.shp": _swollen(".dbf", 3 * 2**30),
    "小区_no_numbers.shp": patched(shp, ".shp", 156, struct.pack("<4d", *[float("nan")] * 4)),
    "小区_without_end.shp": patched(shp, ".shp", 156, struct.pack("<2d", 1e308, -1e308)),
    # GeoPackage
    "小区_endless.gpkg": _view(f"{ENDLESS} i AS fid, (SELECT geom FROM kept) AS geom, 'a' AS 小区名称 FROM n"),
    "小区_endless_in_a_value.gpkg": _view(
        f"SELECT fid, geom, ({ENDLESS} sum(i) FROM n) AS 小区名称, 户数 FROM kept"
    ),
    "小区_endless_sort.gpkg": _view(
        f"{ENDLESS} i AS fid, (SELECT geom FROM kept) AS geom, randomblob(1000) AS 小区名称 FROM n ORDER BY 3"
    ),
    "小区_long.gpkg": _view(
        f"{ENDLESS} i AS fid, (SELECT geom FROM kept) AS geom, 'a' AS 小区名称 FROM n LIMIT 50000000"
    ),
    "小区_view_of_itself.gpkg": _view('SELECT * FROM "小区"'),
    "小区_huge_value.gpkg": _gpkg("UPDATE 小区 SET 小区名称 = hex(zeroblob(20000000))"),
    "小区_view_of_huge_values.gpkg": _view("SELECT fid, geom, hex(zeroblob(450000000)) AS 小区名称 FROM kept"),
    "小区_nested.gpkg": _blob(_gp(nested(5_000))),
    "小区_many_rings.gpkg": _blob(_gp(HUGE_RINGS)),
    "小区_many_points.gpkg": _blob(_gp(HUGE_POINTS)),
    "小区_many_parts.gpkg": _blob(_gp(HUGE_PARTS)),
    "小区_broken_blobs.gpkg": _blob(b"GP\0\x0f" + b"\xff" * 300),
    "小区_no_blobs.gpkg": _gpkg("UPDATE 小区 SET geom = 'text'"),
    "小区_trigger.gpkg": _gpkg("CREATE TRIGGER t AFTER INSERT ON 小区 BEGIN DELETE FROM 小区; END"),
    # GeoJSON
    "小区_nested.geojson": _geojson(_collections(2_000)),
    "小区_nested_many.geojson": _geojson(_collections(20), many=20_000),
    "小区_deep_brackets.geojson": _geojson('{"type": "Polygon", "coordinates": ' + "[" * 500_000 + "]" * 500_000 + "}"),
    "小区_deep_properties.geojson": _geojson("null", '{"a":' * 100_000 + "1" + "}" * 100_000),
    "小区_far.geojson": _geojson('{"type": "Point", "coordinates": [1e308, -1e308]}'),
    "小区_beyond.geojson": _geojson('{"type": "Point", "coordinates": [1e999, NaN]}'),
    "小区_long_number.geojson": _geojson('{"type": "Point", "coordinates": [118, ' + "9" * 1_000_000 + "]}"),
    "小区_sparse.geojson": _sparse(b'{"type": "FeatureCollection", "features": [', 2**31, b"]}"),
    "小区_quotes.geojson": _text('{"type": "FeatureCollection", "features": [' + '"\\' * 3_000_000),
    "小区_many_keys.geojson": _geojson(
        '{"type": "Point", "coordinates": [118, 24]}', json.dumps({f"k{i}": i for i in range(200_000)})
    ),
    "小区_keys_apart.geojson": _text(
        '{"type": "FeatureCollection", "features": ['
        + ", ".join(
            f'{{"type": "Feature", "properties": {{"k{i}": 1}}, "geometry": {{"type": "Point", "coordinates": [118, 24]}}}}'
            for i in range(20_000)
        )
        + "]}"
    ),
    "小区_service.geojson": _text('{"type": "FeatureCollection", "features": "/vsicurl/http://127.0.0.1:9/a"}'),
    "小区_lines.geojsonl": _text("[" * 5_000_000),
    # KML and KMZ
    "小区_entities.kml": _text(KML.format(BOMB, PLACEMARK.format("&i;", SQUARE))),
    "小区_file.kml": _text(KML.format(FILE_ENTITY, PLACEMARK.format("&x;", SQUARE))),
    "小区_nested.kml": _text(KML.format("", "<Folder>" * 100_000 + PLACEMARK.format("a", SQUARE) + "</Folder>" * 100_000)),
    "小区_nested_shapes.kml": _text(
        KML.format("", "<Placemark>" + "<MultiGeometry>" * 50_000 + "<Point><coordinates>118,24</coordinates></Point>"
                   + "</MultiGeometry>" * 50_000 + "</Placemark>")
    ),
    "小区_network.kml": _text(KML.format("", LINK.format("http://127.0.0.1:9/a.kml") + PLACEMARK.format("甲", SQUARE))),
    "小区_network_only.kml": _text(KML.format("", LINK.format("http://127.0.0.1:9/a.kml"))),
    "小区_odd_numbers.kml": _text(KML.format("", PLACEMARK.format("甲", "1e400,nan x,y ,,, " * 20_000))),
    "小区_network.kmz": _kmz(KML.format("", LINK.format("http://127.0.0.1:9/a.kml") + PLACEMARK.format("甲", SQUARE))),
    "小区_itself.kmz": _kmz(KML.format("", LINK.format("doc.kml") + LINK.format("../../小区_itself.kmz"))),
    "小区_entities.kmz": _kmz(KML.format(BOMB, PLACEMARK.format("&i;", SQUARE))),
    "小区_bomb.kmz": _zip(("doc.kml", b" " * 2**20), repeat=3_000),
    "小区_out.kmz": _kmz(KML.format("", PLACEMARK.format("甲", SQUARE)), **{"../../a.kml": b"x"}),
    # drawings
    "小区_block_of_itself.dxf": _dxf(_insert("a"), _block("a", _insert("a") + LINE)),
    "小区_blocks_in_turn.dxf": _dxf(_insert("a"), _block("a", _insert("b")) + _block("b", _insert("a") + LINE)),
    "小区_fan_of_blocks.dxf": _dxf(_insert("b0"), FAN),
    "小区_array.dxf": _dxf(_insert("a", ARRAY), _block("a", LINE)),
    "小区_spline.dxf": _dxf(SPLINE + LINE),
    "小区_corners.dxf": _dxf(POLYLINE + LINE),
    "小区_bulges.dxf": _dxf("  0\nLWPOLYLINE\n  8\n小区\n 90\n2000\n 70\n1\n" + BULGE),
    "小区_long_line.dxf": _sparse(b"  0\nSECTION\n  2\nENTITIES\n  0\nLINE\n  8\n", 2**30, b"\n"),
    # MapInfo
    "小区_sparse.mif": _sparse(MIF.encode("gb18030") + b"Region 1\n4\n", 2**30),
    "小区_corners.mif": _mapinfo(MIF + "Region 2000000000\n2000000000\n1 1\n", ".mid"),
    "小区_pline.mif": _mapinfo(MIF + "Pline Multiple 2000000000\n2000000000\n1 1\n", ".mid"),
    "小区_rows.tab": patched(_tab, ".dat", 4, struct.pack("<I", 2**32 - 1)),
    "小区_index.tab": patched(_tab, ".id", 0, struct.pack("<3i", 2**31 - 1, -1, 512)),
    "小区_map.tab": patched(_tab, ".map", 0x100, b"\xff" * 200),
    # FlatGeobuf, Parquet, geodatabase
    "小区_head.fgb": _fgb(8, struct.pack("<I", 2**32 - 1)),
    "小区_inside.fgb": _fgb(12, b"\xff" * 40),
    "小区_end.fgb": _fgb(-60, b"\xff\xff\xff\x7f" * 10),
    "小区_footer.parquet": _parquet(at=-8, new=struct.pack("<I", 2**31 - 1)),
    "小区_pages.parquet": _parquet(at=8, new=b"\xff\xff\xff\xff\x07" * 6),
    "小区_many_rings.parquet": _parquet(HUGE_RINGS),
    "小区_nested.parquet": _parquet(nested(5_000)),
    "小区_nested_many.parquet": _parquet(nested(30, 2_000), rows=400),
    "小区_deep_meta.parquet": _parquet(meta='{"columns":' * 50_000),
    "小区_rows.parquet": _run_lengths,
    "小区.gdb": _gdb,
    # tables
    "小区台账_entities.xlsx": _xlsx(_sheet(_cells(1, "小区名称", "户数") + _cells(2, "&i;", "5"), before=BOMB)),
    "小区台账_last_cell.xlsx": _xlsx(_sheet(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "小区台账_beyond.xlsx": _xlsx(_sheet(HEAD + '<row r="999999999"><c r="ZZZZZZ999999999"><v>1</v></c></row>')),
    "小区台账_dimension.xlsx": _xlsx(_sheet(HEAD, head='<dimension ref="A1:XFD1048576"/>')),
    "小区台账_merged.xlsx": _xlsx(
        _sheet(HEAD).replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    ),
    "小区台账_cells.xlsx": _xlsx(_sheet(HEAD + "<row>" + "<c><v>1</v></c>" * 3_000_000 + "</row>")),
    "小区台账_bomb.xlsx": _xlsx(_sheet(HEAD + " " * 800_000_000)),
    "小区台账_odd_number.xlsx": _xlsx(_sheet(_cells(1, "小区名称", "户数") + '<row r="2"><c r="A2"><v>1e999</v></c><c r="B2"><v>NaN</v></c></row>')),
    "小区台账_line.csv": _line_of_a_gigabyte,
    "小区台账_zeros.csv": _bytes("小区名称,户数\n筼筜花园,5\n".encode() + b"\0" * 30_000_000),
    "小区台账_columns.csv": _bytes("小区名称,户数\n筼筜花园,5".encode() + b"," * 30_000_000),
    "小区台账_quotes.csv": _bytes('小区名称,户数\n"筼筜花园,5\n'.encode() + b'"' * 20_000_001),
    "小区台账_rows.csv": _bytes("小区名称,户数\n".encode() + b"a,1\n" * 5_000_000),
    # archives and folders
    "小区_bomb.zip": _zip(("小区.shp", b"\0" * 2**20), repeat=6_000),
    "小区_in_archives.zip": lambda path: _bytes(_quine(5, 8))(path),
    "小区_out.zip": _zip(("../../小区.geojson", b"{}")),
    "小区_root.zip": _zip(("/etc/小区.geojson", b"{}")),
    "小区_link.zip": _link,
    "小区_odd_names.zip": _zip(("小区\x1b[31m\n.geojson", b"{}"), ("con.geojson", b"{}")),
    "小区_links": _symlinks,
    "小区_control_signs": _control_names,
    # files that lead elsewhere
    "小区_elsewhere.vrt": _text(VRT.format("/etc/passwd")),
    "小区_elsewhere.gpkg": _text(VRT.format("/vsicurl/http://127.0.0.1:9/a.gpkg")),
    "小区_elsewhere.geojson": _text("/vsicurl/http://127.0.0.1:9/a.geojson"),
    "小区_elsewhere.kml": _text(VRT.format("/vsicurl/http://127.0.0.1:9/a.kml")),
}  # fmt: skip
"""Name → what writes it."""
