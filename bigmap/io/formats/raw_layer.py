"""One layer of a file: attributes as text and numbers, shapes, and what was odd about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from bigmap.base.arrays import Shapes
from bigmap.base.errors import UserError
from bigmap.base.listing import first_of
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problem_kinds.georeferencing import CrsLinked, PrjUnreadable
from bigmap.base.problems import ProblemLog
from bigmap.core.crs import known
from bigmap.io.formats import archive, dxf_mapinfo, loose_geojson, point_table, shapefile
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.damaged_text import say_values
from bigmap.io.formats.detect_format import OSM_SUFFIXES, VECTOR_SUFFIXES, Format, format_of
from bigmap.io.formats.dxf_entities import entities_told
from bigmap.io.formats.dxf_mapinfo import unescaped
from bigmap.io.formats.gdal_layer import LayerRead, explain_gdal_errors, open_gdal, read_layer
from bigmap.io.formats.mojibake import restored
from bigmap.io.formats.shapefile_rows import pad_rows
from bigmap.io.formats.text_columns import Rows, Wording, unicode_text, unique, worded
from bigmap.io.formats.wkb import geometry_type, have_places, parsed

__all__ = ["VECTOR_SUFFIXES", "Outline", "RawLayer", "layer_names", "outline", "read_vector", "take_out"]

_MEANT = re.compile(r"[A-Za-z]{3}|\+proj|\{")
"""How anything that means a coordinate system begins; PROJ is slow to find that it knows no such name."""

_DRAWING_LAYER = "Layer"
"""The column of a DXF that says on which of its layers a thing was drawn."""

_WITHOUT_HEAD = frozenset({Format.GEOJSON, Format.DXF, Format.PARQUET, Format.CSV})
"""Formats in which a look at a layer costs as much as reading it."""
_WITH_HEAD = frozenset({".gpkg", ".fgb", ".gdb", ".sqlite"})
"""Endings of the formats of `Format.UNICODE` in which it does not."""
_LOOKED_AT = 20_000
"""Shapes of a layer of which the type is told, where the format does not tell it."""


class Outline(NamedTuple):
    """What is known of a layer before it is read: the type of its shapes as GDAL calls it, its size."""

    fields: list[str]
    geometry: str
    features: int


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
    sample : list of dict
        The text of five rows as decoded, field name → text.
    candidates : tuple of str
        The encodings in which all text can be read, the decided one first.
    fields : mapping of str to str
        Canonical field → column that the planner named for it, '' for none.
    labels : pandas.DataFrame or None
        Lettering of the drawing that it is a layer of: ``text``, ``x``, ``y``.
    shift : str
        How the planner wants it moved, as `bigmap.core.sources.source_options.SourceOptions.shift`.
    """

    file: Path
    table: pd.DataFrame
    shapes: Shapes
    crs: CRS | None
    encoding: enc.Decision
    sample: Rows = field(default_factory=list)
    candidates: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    shift: str = ""
    labels: pd.DataFrame | None = None


def take_out(path: Path, layer: str | None) -> LayerRead | None:
    """Return a layer taken out of a file in whose format it has to be, to be known; None for other formats.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    path = archive.real(path)
    by_reading = format_of(path) == Format.UNICODE and path.suffix.lower() not in _WITH_HEAD
    return read_layer(path, layer) if by_reading or format_of(path) in _WITHOUT_HEAD else None


def layer_names(path: Path, taken: LayerRead | None = None) -> list[str | None]:
    """Return the names of the layers in a file; [None] where it can hold only one, [] for a table alone.

    Parameters
    ----------
    path : pathlib.Path
    taken : LayerRead, optional
        All of a drawing, as taken out.

    Raises
    ------
    UserError
        If the file cannot be opened, or has no layers with shapes.
    """
    path = archive.real(path)
    kind = format_of(path)
    if kind == Format.CSV:
        return [None] if point_table.has_shapes(path) else []
    if kind == Format.DXF:
        taken = taken or read_layer(path, None, shapes=False)
        drawn = sorted(_worded(taken).table[_DRAWING_LAYER].dropna().unique())
        return list(drawn) or [None]
    if kind != Format.UNICODE:
        return [None]
    with explain_gdal_errors(path), open_gdal(path) as source:
        held = pyogrio.list_layers(source.path)
        names: list[str | None] = [str(name) for name, geometry in held if geometry is not None]
        if path.suffix.lower() in OSM_SUFFIXES:  # its layers are always five, most of them often empty
            names = [name for name in names if _count(source.path, name)]
    if not names:
        raise UserError("{file} holds no layer with shapes: give a file that does.", file=path.name)
    return [None] if names == [path.stem] else names


def _count(path: Path, layer: str | None) -> int:
    """Return how many features a layer has where its format does not tell it."""
    return int(pyogrio.read_info(path, layer, force_feature_count=True)["features"])


def outline(path: Path, layer: str | None, taken: LayerRead | None = None) -> Outline:
    """Return fields, geometry type and size of a layer, without reading it where that is possible.

    Parameters
    ----------
    path : pathlib.Path
    layer : str or None
    taken : LayerRead, optional
        The layer, as `take_out` took it out.
    """
    path = archive.real(path)
    if format_of(path) in {Format.PARQUET, Format.CSV, Format.DXF}:
        taken = taken or read_layer(path, layer)
        table = _worded(taken).table
        rows = _rows_of(table, layer)
        some = rows[:: 1 + len(rows) // _LOOKED_AT]
        linear = taken.linear
        shapes = parsed(
            taken.wkb.take(some), table.index[some], "", ProblemLog(), lambda few: linear(some[few])
        )
        return Outline([str(name) for name in table.columns], geometry_type(shapes), len(rows))
    if taken is not None:
        names = _decoded(taken.columns.column_names, taken.opened.label)
        return Outline(names, taken.geometry, len(taken.number))
    with explain_gdal_errors(path), open_gdal(path) as source:
        info = pyogrio.read_info(source.path, layer=layer, **source.options)
    names = _decoded([str(name) for name in info["fields"]], source.label)
    return Outline(names, info["geometry_type"] or "", int(info["features"]))


def _decoded(names: list[str], label: str | None) -> list[str]:
    """Return names of fields, of which Latin-1 may stand in place of the bytes."""
    if label is None:
        return names
    raw = [name.encode(enc.LATIN1, "replace") for name in names]
    return [enc.decode(name, enc.decide(raw, label).encoding) for name in raw]


def attribute_table(path: Path, layer: str | None, encoding: str = "") -> pd.DataFrame:
    """Return the attributes of a table without shapes.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    told = _known(encoding)
    return _worded(read_layer(archive.real(path), layer, told, shapes=False), told).table


def read_vector(
    path: Path,
    layer: str | None,
    log: ProblemLog,
    encoding: str | None = None,
    fields: Mapping[str, str] | None = None,
    taken: LayerRead | None = None,
) -> RawLayer:
    """Read one layer.

    Parameters
    ----------
    path : pathlib.Path
        A source of any format in `bigmap.io.formats.detect_format`; it may lead through an archive.
    layer : str or None
        Name of the layer where the file holds several.
    log : ProblemLog
        Gets what was mended or lost while reading.
    encoding : str, optional
        Encoding that the user chose for text that is bytes; told from the bytes by default.
    fields : mapping of str to str, optional
        What the user said of fields: name in the file → name to be read under, '' to leave the field out.
    taken : LayerRead, optional
        The layer, as `take_out` took it out; of no use where the user chose another encoding.

    Raises
    ------
    UserError
        If the layer cannot be read at all or is empty.
    """
    told = _known(encoding)
    with explain_gdal_errors(path):  # a file may vanish between two looks at it
        where = archive.real(path)
        if taken is None or told:
            taken = read_layer(where, layer, told)
        return _judged(path, where, layer, taken, log, told, fields or {})


def _judged(
    path: Path,
    where: Path,
    layer: str | None,
    taken: LayerRead,
    log: ProblemLog,
    told: str,
    fields: Mapping[str, str],
) -> RawLayer:
    """Return a layer decoded; what was odd about it is said."""
    kind = format_of(where)
    wording = _worded(taken, told)
    table = wording.table
    rows = _rows_of(table, layer if kind == Format.DXF else None)
    _say_contradiction(taken, wording.decision, path.name, log)
    table.index = pd.Index(
        taken.number + 1 if kind == Format.SHAPEFILE else np.arange(1, len(table) + 1), name="fid"
    )
    shapes = parsed(taken.wkb, table.index, path.name, log, taken.linear)
    labels = _lettering(table, shapes) if kind == Format.DXF else None
    table, shapes, crs = table.iloc[rows], shapes[rows], _crs(taken.crs)
    if kind == Format.SHAPEFILE:
        if shapefile.part(where, ".dbf") is None:
            table = table[[]]  # GDAL makes up a column of numbers
            log.add(kinds.TableMissing(n=len(table)), file=path.name)
        table, shapes = pad_rows(where, table, shapes, log)
        crs = _crs_beside(where, log)
    elif kind == Format.GEOJSON:
        _say_lost(where, len(table), log)
        if loose_geojson.links_crs(where):
            log.add(CrsLinked(), file=path.name)
    elif kind in {Format.DXF, Format.MAPINFO}:
        _say_cut(where, len(taken.number), log)
    if len(table) == 0:
        refuse_empty(path)
    if not have_places(shapes):
        text = (
            "{file}: none of its {n} features has a shape that can be read: ask for it again, or take it out."
        )
        raise UserError(text, file=path.name, n=len(table))
    if not told:  # an encoding that the user chose is believed
        table = restored(table, path.name, log)
    say_values(table, path.name, log)
    first = next(iter(wording.samples.values()), [])
    texts = tuple(wording.samples)
    return RawLayer(path, _named(table, fields), shapes, crs, wording.decision, first, texts, labels=labels)


def _lettering(table: pd.DataFrame, shapes: Shapes) -> pd.DataFrame:
    """Return what is written in a drawing, and where."""
    text = table["Text"].fillna("").astype(str).str.strip()
    rows = (text != "").to_numpy() & (shapely.get_dimensions(shapes) == 0)
    places = shapely.centroid(shapes[rows])
    held = {"text": text[rows].to_numpy(object), "x": shapely.get_x(places), "y": shapely.get_y(places)}
    return pd.DataFrame(held)


def refuse_empty(path: Path) -> NoReturn:
    """Raise `UserError` for a layer without features."""
    raise UserError("{file} holds no features: give a file that does, or take it out.", file=path.name)


def _rows_of(table: pd.DataFrame, layer: str | None) -> npt.NDArray[np.int64]:
    """Return the rows of a layer of a drawing, all rows where the layer is all there is."""
    drawn = layer is not None and _DRAWING_LAYER in table.columns
    return np.flatnonzero(table[_DRAWING_LAYER] == layer) if drawn else np.arange(len(table))


def _known(encoding: str | None) -> str:
    """Return an encoding that the user named by its usual name, '' for none."""
    found = enc.canonical_label(encoding or "")
    if encoding and not found:
        text = "“{encoding}” is no encoding known here: name UTF-8, GB18030, Big5 or ISO-8859-1."
        raise UserError(text, encoding=encoding)
    return found


def _worded(taken: LayerRead, told: str = "") -> Wording:
    """Return the columns of a layer decoded."""
    if taken.opened.label is None:
        return unicode_text(taken.columns, taken.opened.decision)
    wording = worded(taken.columns, taken.opened.label, told, taken.opened.widths)
    if format_of(taken.opened.path) == Format.DXF:
        return replace(wording, table=unescaped(wording.table))
    return wording


def _named(table: pd.DataFrame, fields: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with the fields that the user kept, under the names that he gave."""
    told = {name: new for name, new in fields.items() if name in table.columns}
    if not told:
        return table
    # A field that bears a name given to another one gives way.
    given = {new for new in told.values() if new}
    kept = [n for n in table.columns if told.get(n, n) and (n in told or n not in given)]
    out = table[kept].copy()
    out.columns = pd.Index(unique([told.get(str(n), str(n)) for n in kept]))
    return out


# --- what was odd -------------------------------------------------------------------------------------------


def _say_contradiction(taken: LayerRead, decision: enc.Decision, file: str, log: ProblemLog) -> None:
    label = taken.opened.label or ""
    if enc.contradicts_label(decision, label):
        claimed = enc.canonical_label(label)
        log.add(kinds.EncodingContradicts(label=claimed, encoding=decision.encoding), file=file)
    elif not decision.told and decision.encoding == enc.LATIN1:
        log.add(kinds.EncodingUnknown(), file=file)


def _say_lost(path: Path, read: int, log: ProblemLog) -> None:
    is_cut, lost = loose_geojson.lost_entries(path, read)
    if is_cut:
        log.add(kinds.FileCut(n=read), file=path.name)
    if lost:
        numbers = first_of(lost, 8)
        log.add(kinds.EntryLost(n=len(lost), numbers=numbers), file=path.name)
    for line in loose_geojson.lost_lines(path, read):
        log.add(kinds.LineLost(line=line), file=path.name, feature=line)


def _say_cut(path: Path, read: int, log: ProblemLog) -> None:
    """Say where a drawing has no end, or a MapInfo table told of more rows than came."""
    if any(p.file == path.name and p.kind is kinds.FileCut.kind for p in log):
        return  # said with another layer of the drawing
    if format_of(path) == Format.DXF:
        told = entities_told(path)
        if not dxf_mapinfo.has_end(path):
            log.add(kinds.FileCut(n=read), file=path.name)
        elif told > read:
            log.add(kinds.DrawingDamaged(n=told - read, rows=told), file=path.name)
    elif (missing := dxf_mapinfo.rows_told(path) - read) > 0:
        log.add(kinds.PartCut(n=missing, rows=read + missing), file=path.name)


# --- coordinate system --------------------------------------------------------------------------------------


def _crs_beside(path: Path, log: ProblemLog) -> CRS | None:
    """Return what the .prj says."""
    text = shapefile.crs_text(path)
    found = _crs(text)
    if text is not None and found is None:
        log.add(PrjUnreadable(), file=path.name)
    return found


def _crs(said: str | None) -> CRS | None:
    """Return the system that a WKT, a code or a name means, None where it means none."""
    try:
        return known(said) if said and _MEANT.match(said) else None
    except CRSError:
        return None
