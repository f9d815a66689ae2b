"""Zones as other offices hand them over: closed lines of KML and DXF, features of one code, odd shapes.

A boundary of 400 m × 300 m in Xiamen; its west half is 西片, its east half 东片.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import shapely
from shapely import box

from tests.helpers.towns import GK117, at

WHOLE = box(0, 0, 400, 300)
WEST, EAST = box(0, 0, 200, 300), box(200, 0, 400, 300)
NAMES = ("西片", "东片")


def write_shapes(path: Path, shapes: Sequence, crs=GK117, layer: str | None = None, **columns: list) -> Path:
    """Write shapes drawn near (0, 0) into a file of any format; GeoJSON and KML in lon/lat."""
    placed = [None if shape is None else at(shape) for shape in shapes]
    frame = gpd.GeoDataFrame(columns, geometry=placed, crs=GK117).to_crs(crs)
    more = {"encoding": "UTF-8"} if path.suffix == ".shp" else {}
    frame.to_file(path, **({"layer": layer} if layer else {}), **more)
    return path


def _lonlat(shape: shapely.Geometry) -> str:
    (moved,) = gpd.GeoSeries([at(shape)], crs=GK117).to_crs("EPSG:4490")
    return " ".join(f"{x:.9f},{y:.9f},0" for x, y in shapely.get_coordinates(moved))


def closed_line(shape: shapely.Polygon, name: str = "") -> str:
    """Return a placemark with the outline of a polygon as a line."""
    line = f"<LineString><coordinates>{_lonlat(shape.exterior)}</coordinates></LineString>"
    return f"<Placemark><name>{name}</name>{line}</Placemark>"


def label(shape: shapely.Polygon, name: str) -> str:
    """Return a placemark with a name in the middle of a polygon."""
    point = f"<Point><coordinates>{_lonlat(shape.centroid)}</coordinates></Point>"
    return f"<Placemark><name>{name}</name>{point}</Placemark>"


def write_kml(path: Path, folders: Mapping[str, Sequence[str]]) -> Path:
    """Write a KML of folders, each with its placemarks."""
    held = "".join(f"<Folder><name>{n}</name>{''.join(marks)}</Folder>" for n, marks in folders.items())
    head = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    path.write_text(f"{head}<Document>{held}</Document></kml>", encoding="utf-8")
    return path


def write_dxf(path: Path, outlines: Mapping[str, Sequence], lettering: str, names: Sequence[str]) -> Path:
    """Write a drawing: closed polylines by layer, and on one layer a text within each of them."""
    lines = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", "AC1015", "9", "$DWGCODEPAGE", "3"]
    lines += ["ANSI_936", "0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    shapes = [(layer, at(shape)) for layer, group in outlines.items() for shape in group]
    for i, (layer, shape) in enumerate(shapes):
        xy = shapely.get_coordinates(shape)[:-1]
        lines += ["0", "LWPOLYLINE", "5", f"{i + 16:X}", "8", layer, "90", str(len(xy)), "70", "1"]
        for x, y in xy:
            lines += ["10", str(x), "20", str(y)]
    for i, ((_, shape), name) in enumerate(zip(shapes, names, strict=False)):
        x, y = shapely.get_coordinates(shape.centroid)[0]
        lines += ["0", "TEXT", "5", f"{i + 200:X}", "8", lettering, "10", str(x), "20", str(y), "40", "2"]
        lines += ["1", name]
    path.write_bytes(("\n".join([*lines, "0", "ENDSEC", "0", "EOF"]) + "\n").encode("gb18030"))
    return path
