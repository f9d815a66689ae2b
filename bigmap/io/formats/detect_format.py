"""Which file or folder is of which format; what is said of formats that cannot be read here."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from bigmap.base.errors import UserError


class Format(StrEnum):
    """How a source is read."""

    SHAPEFILE = "shapefile"
    GEOJSON = "GeoJSON"
    MAPINFO = "MapInfo"
    DXF = "DXF"
    PARQUET = "Parquet"
    CSV = "CSV"
    UNICODE = "Unicode"
    """GeoPackage, FlatGeobuf, FileGDB, KML and the like: GDAL alone does it, text is Unicode already."""


_FORMATS = {
    ".shp": Format.SHAPEFILE,
    ".geojson": Format.GEOJSON,
    ".json": Format.GEOJSON,
    ".geojsonl": Format.GEOJSON,
    ".geojsons": Format.GEOJSON,
    ".ndjson": Format.GEOJSON,
    ".tab": Format.MAPINFO,
    ".mif": Format.MAPINFO,
    ".dxf": Format.DXF,
    ".parquet": Format.PARQUET,
    ".geoparquet": Format.PARQUET,
    ".csv": Format.CSV,
    ".gpkg": Format.UNICODE,
    ".fgb": Format.UNICODE,
    ".gdb": Format.UNICODE,
    ".kml": Format.UNICODE,
    **dict.fromkeys((".kmz", ".ovkml", ".ovkmz", ".gml", ".gpx", ".topojson"), Format.UNICODE),
    **dict.fromkeys((".sqlite", ".osm", ".pbf"), Format.UNICODE),
}

VECTOR_SUFFIXES = frozenset(_FORMATS)

OSM_SUFFIXES = frozenset({".osm", ".pbf"})
"""Endings of OpenStreetMap's own files."""

PARTS = frozenset({".shx", ".dbf", ".prj", ".cpg", ".dat", ".map", ".id", ".mid", ".xls", ".xlsx"})
"""Endings of files that belong to a source or to a table beside it."""

_PACKED = "{file} is packed in a way that cannot be opened here: unpack it and give its folder."
_CAD = "{file} is a drawing in AutoCAD's own format: save it as .dxf, or export its layers as shapefiles."
_FOREIGN = "{file} can be read only by the program that made it: export it as shapefile, .gpkg or .dxf."
_PROJECT = "{file} names layers but holds none: give the layers themselves."
_UNREAD = "{file} is in a format that is not read here: export it as shapefile or .gpkg."

_REFUSED = {
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"), _PACKED),
    **dict.fromkeys((".dwg", ".dgn"), _CAD),
    **dict.fromkeys((".mdb", ".accdb", ".udb", ".udbx", ".udd", ".ddb", ".wp", ".wl", ".wt"), _FOREIGN),
    **dict.fromkeys((".lpk", ".lpkx", ".mpk", ".mpkx", ".ppkx", ".ovobj", ".ovb", ".ovjsn"), _FOREIGN),
    **dict.fromkeys((".mxd", ".aprx", ".qgz", ".qgs", ".lyr", ".lyrx", ".wor", ".vrt"), _PROJECT),
    **dict.fromkeys((".smwu", ".sxwu", ".smw", ".sxw", ".mapx", ".pitemx", ".qlr"), _PROJECT),
    **dict.fromkeys((".vct", ".e00", ".shz", ".sdf", ".geodatabase", ".spatialite"), _UNREAD),
}

KNOWN_SUFFIXES = (
    VECTOR_SUFFIXES | PARTS | {".zip", ".csv", ".tsv", ".xlsm", ".xlsb", ".ods", ".docx"} | _REFUSED.keys()
)
"""Endings of all files that mean something here."""

LABELS = frozenset({".prj", ".cpg"})
"""Endings of parts that only tell of a layer what can also be told from it."""


def format_of(path: Path) -> Format | None:
    """Return the format of a source, None where it is none that is read as a layer."""
    return _FORMATS.get(path.suffix.lower())


def has_encodings(path: Path) -> bool:
    """Tell whether the text of a source is bytes whose encoding can be chosen."""
    return format_of(path) not in {None, Format.PARQUET, Format.UNICODE} or path.suffix.lower() == ".tsv"


def is_dataset_folder(path: Path) -> bool:
    """Tell whether a folder is one source: a file geodatabase."""
    return path.suffix.lower() == ".gdb" and path.is_dir()


def is_archive(path: Path) -> bool:
    """Tell whether a file holds others."""
    return path.suffix.lower() == ".zip"


def is_project(path: Path) -> bool:
    """Tell whether a file only names layers that lie elsewhere."""
    return _REFUSED.get(path.suffix.lower()) == _PROJECT


def is_packed(path: Path) -> bool:
    """Tell whether a file is an archive that nobody opens here."""
    return _REFUSED.get(path.suffix.lower()) == _PACKED


def refusal(path: Path) -> UserError | None:
    """Return what to say of a file in a format that nobody reads without its maker, None for all others."""
    sentence = _REFUSED.get(path.suffix.lower())
    return UserError(sentence, file=path.name) if sentence else None


KML_SUFFIXES = frozenset({".kml", ".ovkml"})
"""The second is that of 奥维互动地图, whose files are plain KML."""
KMZ_SUFFIXES = frozenset({".kmz", ".ovkmz"})

RESULT_FILES = frozenset({"gaps.geojson", "operators.geojson", "units.geojson", "zones.geojson"})
"""Layers among the results: not to be read as a planner's when they lie in his folder."""
