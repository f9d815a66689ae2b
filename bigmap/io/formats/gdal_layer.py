"""One layer taken out of its file: columns and shapes as they stand, nothing decoded, nothing judged."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from bigmap.base.errors import UserError
from bigmap.base.shortage import raise_shortage
from bigmap.base.temp_folders import temp_folder
from bigmap.base.usable_paths import blocked, under_name, unusable
from bigmap.io.formats import archive, dxf_mapinfo, loose_geojson, point_table, shapefile, signature
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.database_views import check_views
from bigmap.io.formats.detect_format import KML_SUFFIXES, KMZ_SUFFIXES, Format, format_of, refusal
from bigmap.io.formats.nested_columns import flattened
from bigmap.io.formats.open_databases import settled

_FAULTS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    pa.ArrowException,
    shapely.errors.GEOSException,
    UnicodeError,
    OSError,
)
"""What the libraries raise for files that are not what they should be."""

UNICODE = enc.Decision(enc.UTF8, told=True)
"""What is known of text that the format itself defines."""

_MOST_ROWS = 20_000_000
"""Rows of a Parquet file: all that are alike take no bytes in it, and gigabytes here."""

_SHAPE_COLUMNS = ("geometry", "geom", "wkb_geometry", "wkb", "shape", "the_geom")


@dataclass(frozen=True)
class Opened:
    """What GDAL should open, and what is known about the text in it.

    Attributes
    ----------
    path : pathlib.Path
        The file, or a copy that was put right.
    options : dict
        For GDAL.
    label : str or None
        Encoding that the file claims, '' for none; None where GDAL gives Unicode.
    decision : enc.Decision
        How the text was decoded before GDAL sees it; for Unicode only.
    widths : tuple of int
        Bytes that a value of each field may have, where the format has such widths.
    """

    path: Path
    options: dict[str, Any] = field(default_factory=dict)
    label: str | None = None
    decision: enc.Decision = UNICODE
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class LayerRead:
    """A layer as taken out.

    Attributes
    ----------
    columns : pyarrow.Table
        Without shapes; text stands as Latin-1 in place of its bytes where ``open_gdal.label`` is not None.
    wkb : pyarrow.ChunkedArray or ndarray
        The shapes as binary, or as they are; empty where only the columns were asked for.
    number : ndarray of int
        The numbers by which GDAL knows the features.
    crs : str or None
        As the file claims it.
    opened : Opened
    linear : callable
        Gives the shapes of some features as binary again, with straight lines in place of arcs.
    geometry : str
        GDAL's name of their type, '' where the format tells none.
    """

    columns: pa.Table
    wkb: Any
    number: npt.NDArray[np.int64]
    crs: str | None
    opened: Opened
    linear: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.object_]]
    geometry: str = ""


@contextmanager
def explain_gdal_errors(path: Path) -> Iterator[None]:
    """Turn the complaint of a library into one sentence that names the way out."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # found again in the data
            yield
    except _FAULTS as fault:
        raise_shortage(fault)
        if isinstance(fault, OSError) and fault.errno and (said := _of_path(path, fault)):
            raise said from fault
        raise UserError(
            "{file} cannot be read ({why}): save it again from your GIS, or take it out.",
            file=path.name,
            why=_plainly(str(fault), path),
        ) from fault


def _of_path(path: Path, fault: OSError) -> UserError | None:
    """Return what is wrong with the path of a file or of one of its parts, None where it can be opened."""
    blamed = Path(os.fsdecode(fault.filename)) if fault.filename else path
    denied = fault.errno in (errno.EACCES, errno.EPERM)
    wrong = unusable(blamed) or (blocked(blamed, fault) if denied else None)
    return under_name(wrong, blamed.name) if wrong else None


def _plainly(why: str, path: Path) -> str:
    """Return what a library complains of, without its queries and the names of copies that nobody knows."""
    why = re.sub(r"^sqlite3_\w+\(.*\) failed: ?", "", why.replace(str(path), path.name), flags=re.DOTALL)
    why = "database is damaged" if why.startswith("sqlite3_") else why
    return re.sub(r"[^\s':]*bigmap-\w+[/\\][^':;]*", path.name, why).split(";")[0].strip()[:160]


@contextmanager
def open_gdal(path: Path, told: str = "") -> Iterator[Opened]:
    """Give what GDAL should open; ``told`` is the encoding that the user chose.

    Raises
    ------
    UserError
        If it can be seen beforehand that nobody can open it.
    """
    if (refused := refusal(path)) is not None:
        raise refused
    signature.check_signature(path)
    kind = format_of(path)
    if kind == Format.SHAPEFILE:
        shapefile.check_shapefile(path)
        with shapefile.open_shapefile(path) as source:
            # Latin-1 keeps every byte: the bytes themselves decide, and no lying .cpg makes GDAL refuse.
            label, widths = shapefile.label(path), shapefile.field_widths(path)
            yield Opened(source, {"ENCODING": enc.LATIN1}, label, widths=widths)
    elif path.suffix.lower() == ".dbf":
        label, widths = shapefile.label(path), shapefile.field_widths(path)
        yield Opened(path, {"ENCODING": enc.LATIN1}, label, widths=widths)
    elif path.suffix.lower() in KML_SUFFIXES:
        with dxf_mapinfo.markup(path) as plain, under_suffix(plain, ".kml") as source:
            yield Opened(source)
    elif kind == Format.GEOJSON:
        with loose_geojson.open_geojson(path, told) as (source, decision):
            yield Opened(source, decision=decision)
    elif kind in {Format.DXF, Format.MAPINFO}:
        with (dxf_mapinfo.decide_dxf if kind == Format.DXF else dxf_mapinfo.decide_mapinfo)(path) as (
            source,
            label,
        ):
            yield Opened(source, label=label, widths=dxf_mapinfo.mapinfo_widths(path))
    elif path.suffix.lower() in KMZ_SUFFIXES:
        archive.check_archive(path)
        with (
            dxf_mapinfo.packed_markup(path) as packed,
            shapefile.under_plain_name(packed) as plain,
            under_suffix(plain, ".kmz") as source,
        ):
            yield Opened(source)
    elif path.suffix.lower() == ".gml":
        with under_suffix(path, ".gml", always=True) as source:  # GDAL writes what it found beside it
            yield Opened(source)
    else:
        settled_path = settled(path) if path.is_file() else path
        if path.is_file():
            check_views(settled_path)
        with shapefile.under_plain_name(settled_path) as source:
            yield Opened(source)


@contextmanager
def under_suffix(path: Path, suffix: str, *, always: bool = False) -> Iterator[Path]:
    """Give a file under the ending by which GDAL knows its format: itself, or a copy."""
    if path.suffix.lower() == suffix and not always:
        yield path
        return
    with temp_folder() as folder:
        copy = folder / f"{path.stem}{suffix}"
        shutil.copyfile(path, copy)
        yield copy


def read_layer(
    path: Path, layer: str | None, told: str = "", *, shapes: bool = True, most: int | None = None
) -> LayerRead:
    """Take one layer out of a file on the disk.

    Parameters
    ----------
    path : pathlib.Path
    layer : str or None
        Its name where the file holds several.
    told : str
        Encoding that the user chose, '' for none.
    shapes : bool
        Whether the shapes are wanted too.
    most : int, optional
        Only so many features are wanted; some formats give all the same.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    kind = format_of(path)
    with explain_gdal_errors(path):
        if kind == Format.PARQUET:
            return _parquet(path)
        if kind == Format.CSV:
            columns, found = point_table.read_points(path)
            return LayerRead(columns, found, np.arange(len(columns)), None, Opened(path, label=""), _nothing)
    with explain_gdal_errors(path), open_gdal(path, told) as source:
        return _by_gdal(path, source, None if kind == Format.DXF else layer, told, shapes=shapes, most=most)


def _by_gdal(
    path: Path, source: Opened, layer: str | None, told: str, *, shapes: bool, most: int | None
) -> LayerRead:
    meta, arrow = pyogrio.read_arrow(
        source.path, layer=layer, return_fids=True, read_geometry=shapes, max_features=most, **source.options
    )
    # By place, not by name, which an attribute may bear too: the number stands first, the shape last.
    has_shapes = shapes and arrow.column_names[-1] == (meta["geometry_name"] or "wkb_geometry")
    columns = dxf_mapinfo.with_south_codes(arrow.select(range(1, arrow.num_columns - has_shapes)))
    columns, source = _readable(columns, source)
    wkb = arrow.column(arrow.num_columns - 1) if has_shapes else pa.chunked_array([pa.nulls(len(arrow))])
    fid = arrow.column(0).to_numpy().astype(np.int64)

    def linear(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        with explain_gdal_errors(path), open_gdal(path, told) as again:
            # GDAL's other way out of a file draws arcs as short straight lines.
            return np.asarray(
                pyogrio.raw.read(again.path, layer=layer, columns=[], fids=fid[rows], **again.options)[2]
            )

    return LayerRead(columns, wkb, fid, meta["crs"], source, linear, meta["geometry_type"] or "")


def _readable(columns: pa.Table, source: Opened) -> tuple[pa.Table, Opened]:
    """Return text that is said to be Unicode and is not as what stands in place of its bytes."""
    if all(map(_is_unicode, columns.columns)):
        return columns, source
    texts = [
        pa.array((v and v.decode(enc.LATIN1) for v in _raw(c)), pa.string()) if _is_text(c.type) else c
        for c in columns.columns
    ]
    return pa.table(texts, names=columns.column_names), replace(source, label=enc.UTF8)


def _raw(column: pa.ChunkedArray) -> list[bytes | None]:
    wide = pa.types.is_large_string(column.type)
    values: list[bytes | None] = column.cast(pa.large_binary() if wide else pa.binary()).to_pylist()
    return values


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_unicode(column: pa.ChunkedArray) -> bool:
    """Tell whether all text of a column is valid UTF-8."""
    if _is_text(column.type):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            return False
    return True


def _nothing(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    return np.full(len(rows), None, dtype=object)


def _parquet(path: Path) -> LayerRead:
    rows = pq.read_metadata(path).num_rows
    if rows > _MOST_ROWS:
        text = "{file} holds {n} features, more than {most}: cut out the ground of the plan and save that."
        raise UserError(text, file=path.name, n=rows, most=_MOST_ROWS)
    table = pq.read_table(path)
    meta = _told(table.schema.metadata or {})
    primary, all_about = meta.get("primary_column"), meta.get("columns")
    name = primary or next((n for n in _SHAPE_COLUMNS if n in table.column_names), "")
    about = all_about.get(name) if isinstance(all_about, dict) else None
    about = about if isinstance(about, dict) else {}
    if name not in table.column_names:
        text = "{file} has no column of shapes: export it as GeoParquet, or take it out."
        raise UserError(text, file=path.name)
    wkb: Any = table.column(name)
    if not pa.types.is_binary(wkb.type) and not pa.types.is_large_binary(wkb.type):
        wkb = _read_natively(path, name)
    columns, source = _readable(flattened(table.drop_columns([name])), Opened(path))
    # The format says: no word about the system means lon/lat of WGS 84, an empty word means unknown.
    crs = about.get("crs", "OGC:CRS84") if meta else None
    crs = json.dumps(crs) if isinstance(crs, dict) else crs
    return LayerRead(columns, wkb, np.arange(len(table)), crs, source, _nothing)


def _told(metadata: dict[bytes, bytes]) -> dict[str, Any]:
    """Return what a Parquet file tells of its shapes, nothing where that cannot be understood."""
    try:
        told = json.loads(metadata.get(b"geo", b"{}"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _read_natively(path: Path, name: str) -> npt.NDArray[np.object_]:
    """Return shapes that stand as nested numbers."""
    try:
        return np.asarray(gpd.read_parquet(path, columns=[name]).geometry.to_numpy(), dtype=object)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        text = "{file}: its column {name} holds no shapes: export it as GeoParquet, or take it out."
        raise UserError(text, file=path.name, name=name) from fault
