"""One layer of a file: attributes as text and numbers, shapes, and what was odd about it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.crs import known
from bigmap.io import encoding as enc
from bigmap.io import shapefile

Shapes = npt.NDArray[np.object_]

VECTOR_SUFFIXES = {".shp", ".geojson", ".json", ".gpkg"}

_FAULTS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    pa.ArrowException,
    UnicodeDecodeError,
)
"""What pyogrio raises for files that are not what they should be."""


@dataclass
class RawLayer:
    """A layer as the file holds it, text decoded, shapes not yet judged.

    Attributes
    ----------
    file : pathlib.Path
    table : pandas.DataFrame
        One column a field, named as in the file; its index is the number of the feature in the file, from 1.
    shapes : ndarray of shapely.Geometry, shape (n,)
        None where the file has none or it cannot be read.
    crs : pyproj.CRS or None
        As the file claims it, not yet checked.
    encoding : enc.Decision
    fields : mapping of str to str
        Canonical field → column that the planner named for it, '' for none.
    """

    file: Path
    table: pd.DataFrame
    shapes: Shapes
    crs: CRS | None
    encoding: enc.Decision
    fields: Mapping[str, str] = field(default_factory=dict)


def layer_names(path: Path) -> list[str | None]:
    """Return the names of the layers in a file; [None] where it can hold only one.

    Raises
    ------
    UserError
        If the file cannot be opened.
    """
    if path.suffix.lower() != ".gpkg":
        return [None]
    with _translated(path):
        names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    return list(names) if len(names) > 1 else [None]


def outline(path: Path, layer: str | None) -> tuple[list[str], str]:
    """Return the field names and the geometry type of a layer, without reading it."""
    with _source(path) as (source, options), _translated(path):
        info = pyogrio.read_info(source, layer=layer, **options)
    names = [str(name) for name in info["fields"]]
    if options:
        raw = [_bytes(name) for name in names]
        decision = enc.decide(raw, shapefile.label(path))
        names = [enc.decode(value, decision.encoding) for value in raw]
    return names, info["geometry_type"] or ""


def read_vector(path: Path, layer: str | None, log: ProblemLog, encoding: str = "") -> RawLayer:
    """Read one layer.

    Parameters
    ----------
    path : pathlib.Path
        A shapefile, GeoJSON or GeoPackage.
    layer : str or None
        Name of the layer where the file holds several.
    log : ProblemLog
        Gets what was mended or lost while reading.
    encoding : str
        Of the text of a shapefile, '' to tell it from the bytes.

    Raises
    ------
    UserError
        If the layer cannot be read at all or is empty.
    """
    # pyogrio takes GDAL's warnings on the main thread only; elsewhere they would go to the terminal.
    pyogrio.set_gdal_config_options({"CPL_LOG": os.devnull})
    with _source(path) as (source, options), _translated(path):
        meta, arrow = pyogrio.read_arrow(source, layer=layer, return_fids=True, **options)
    if len(arrow) == 0:
        raise UserError("{file} holds no features: give a file that does, or take it out.", file=path.name)
    geometry, number = meta["geometry_name"] or "wkb_geometry", meta["fid_column"] or "OGC_FID"
    attributes = arrow.drop_columns([name for name in (geometry, number) if name in arrow.column_names])
    table, decision = _decoded(attributes, shapefile.label(path) if options else None, encoding)
    fid = arrow.column(number).to_numpy() + 1 if options else np.arange(1, len(arrow) + 1)
    table.index = pd.Index(fid, name="fid")
    wkb = (
        arrow.column(geometry) if geometry in arrow.column_names else pa.chunked_array([pa.nulls(len(arrow))])
    )
    shapes = _shapes(wkb, table.index, path.name, log)
    if not options:
        return RawLayer(path, table, shapes, _crs(meta["crs"]), decision)
    table, shapes = _with_lost_rows(path, table, shapes, log)
    return RawLayer(path, table, shapes, _crs_beside(path, log), decision)


@contextmanager
def _source(path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give what GDAL should open and its options, which only shapefiles have."""
    if path.suffix.lower() != ".shp":
        yield path, {}
        return
    shapefile.check(path)
    with shapefile.opened(path) as source:
        # Latin-1 keeps every byte, so that the bytes themselves decide and no lying .cpg makes GDAL refuse.
        yield source, {"ENCODING": enc.LATIN1}


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn GDAL's complaint into one that names the way out; its warnings are found again in the data."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _FAULTS as fault:
        raise UserError(
            "{file} cannot be read ({why}): save it again from your GIS, or take it out.",
            file=path.name,
            why=str(fault).split(";")[0].replace(str(path), path.name)[:160],
        ) from fault


# --- text ---------------------------------------------------------------------------------------------------


def _decoded(arrow: pa.Table, label: str | None, told: str) -> tuple[pd.DataFrame, enc.Decision]:
    """Return the table as pandas; ``label`` None means that the text is Unicode already."""
    names = list(arrow.column_names)
    if label is None:
        return arrow.to_pandas(), enc.Decision(enc.UTF8, told=True)
    foreign = [_foreign_words(column) for column in arrow.columns]
    raw = [_bytes(name) for name in names] + [_bytes(word) for words in foreign for word in words]
    decision = enc.Decision(told, told=True) if told else enc.decide(raw, label)
    columns = [
        _recoded(column, decision.encoding) if words else column
        for column, words in zip(arrow.columns, foreign, strict=True)
    ]
    names = _unique([enc.decode(_bytes(name), decision.encoding).strip() for name in names])
    return pa.table(columns, names=names).to_pandas(), decision


def _bytes(text: str) -> bytes:
    return text.encode(enc.LATIN1, "replace")


def _foreign_words(column: pa.ChunkedArray) -> list[str]:
    """Return the different values of a text column that are not ASCII."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return []
    words = column.filter(pc.invert(pc.string_is_ascii(column))).unique().to_pylist()
    return [word for word in words if word is not None]


def _recoded(column: pa.ChunkedArray, encoding: str) -> pa.ChunkedArray:
    """Return a Latin-1 text column decoded, each different value once."""
    coded = pa.chunked_array(column.chunks, type=column.type).combine_chunks().dictionary_encode()
    texts = pa.array(
        [enc.decode(_bytes(word), encoding) for word in coded.dictionary.to_pylist()], type=pa.string()
    )
    return pa.chunked_array([texts.take(coded.indices)])


def _unique(names: list[str]) -> list[str]:
    """Return the names with a number after those that the ten bytes of a .dbf made equal."""
    out: list[str] = []
    for name in names:
        tries = (name if n == 0 else f"{name}_{n}" for n in range(len(names)))
        out.append(next(attempt for attempt in tries if attempt not in out))
    return out


# --- shapes -------------------------------------------------------------------------------------------------


def _shapes(column: pa.ChunkedArray, fid: pd.Index, file: str, log: ProblemLog) -> Shapes:
    """Return the shapes; rings left open are closed, one bad shape never costs the others."""
    wkb = column.to_numpy(zero_copy_only=False)
    shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    rows = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False) & shapely.is_missing(shapes))
    shapes[rows] = shapely.from_wkb(wkb[rows], on_invalid="fix")
    for row in rows:
        mended = shapes[row] is not None
        text = "Its ring was not closed; it was closed with a straight line."
        if not mended:
            text = "Its shape cannot be read."
        severity = Severity.MENDED if mended else Severity.ERROR
        log.add(severity, "open_ring" if mended else "bad_shape", text, file=file, feature=int(fid[row]))
    return shapes


def _with_lost_rows(
    path: Path, table: pd.DataFrame, shapes: Shapes, log: ProblemLog
) -> tuple[pd.DataFrame, Shapes]:
    """Return the layer with the shapes whose row in the .dbf is lost, without attributes."""
    counts = shapefile.counts(path)
    _compare(counts, path, log)
    if counts.shapes <= len(table) + len(counts.deleted):
        return table, shapes
    lost = np.setdiff1d(np.arange(1, counts.shapes + 1), np.concatenate([table.index, counts.deleted]))
    text = "The .dbf ends early: {n} of {shapes} features came without name or figures; ask for all of it."
    log.add(Severity.DOUBT, "rows_lost", text, file=path.name, n=len(lost), shapes=counts.shapes)
    with shapefile.opened(path, shapes_only=True) as source, _translated(path):
        arrow = pyogrio.read_arrow(source)[1]
    fid = pd.RangeIndex(1, len(arrow) + 1)
    more = _shapes(arrow.column(arrow.column_names[-1]), fid, path.name, ProblemLog())
    return table.reindex([*table.index, *lost]), np.concatenate([shapes, more[lost - 1]])


def _compare(counts: shapefile.Counts, path: Path, log: ProblemLog) -> None:
    """Say where the parts of a shapefile do not hold the same features."""
    state = shapefile.index_state(path)
    if state != "good":
        text = "Its .shx is missing; the shapes were found without it."
        if state == "stale":
            text = "Its .shx belongs to another state of the file; the shapes were found without it."
        log.add(Severity.MENDED, f"index_{state}", text, file=path.name)
    if counts.cut:
        text = "The .shp ends early: {n} of {shapes} shapes are lost; ask for all of it."
        log.add(Severity.ERROR, "shapes_cut", text, file=path.name, n=counts.cut, shapes=counts.shapes)
    if counts.rows > counts.shapes >= 0:
        text = "The .dbf has {rows} rows for {shapes} shapes; the last rows have no shape and were left out."
        log.add(Severity.DOUBT, "rows_spare", text, file=path.name, rows=counts.rows, shapes=counts.shapes)
    if len(counts.deleted):
        text = "{n} features are marked as deleted in the .dbf and were left out."
        log.add(Severity.DOUBT, "rows_deleted", text, file=path.name, n=len(counts.deleted))


# --- coordinate system --------------------------------------------------------------------------------------


def _crs_beside(path: Path, log: ProblemLog) -> CRS | None:
    """Return what the .prj says."""
    text = shapefile.crs_text(path)
    found = _crs(text)
    if text is not None and found is None:
        message = "Its .prj cannot be understood; the coordinate system is told from the coordinates."
        log.add(Severity.DOUBT, "prj_unreadable", message, file=path.name)
    return found


def _crs(text: str | None) -> CRS | None:
    try:
        return known(text) if text else None
    except CRSError:
        return None
