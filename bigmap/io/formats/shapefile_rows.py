"""Features of a shapefile whose parts do not hold the same ones: completed, and said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import shapely

from bigmap.base.arrays import Shapes
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.io.formats import shapefile
from bigmap.io.formats.dbf_shift import find_shift
from bigmap.io.formats.gdal_layer import explain_gdal_errors
from bigmap.io.formats.shapefile_index import empty_rows
from bigmap.io.formats.shapefile_rings import polygons_of_records
from bigmap.io.formats.wkb import parsed


def pad_rows(path: Path, table: pd.DataFrame, shapes: Shapes, log: ProblemLog) -> tuple[pd.DataFrame, Shapes]:
    """Return the layer with the shapes whose row in the .dbf is lost, without attributes.

    Parameters
    ----------
    path : pathlib.Path
        The .shp.
    table, shapes
        As GDAL gave them; the index of the table is the number of the record, from 1.
    log : ProblemLog
        Gets whatever is in one part and not in the other.
    """
    counts = shapefile.feature_counts(path)
    _say_shifted(path, log)
    table = _with_typed_numbers(path, table)
    _compare(counts, path, log)
    if counts.shapes > len(table) + len(counts.deleted):
        known = np.concatenate([table.index, counts.deleted])
        lost = np.setdiff1d(np.arange(1, counts.shapes + 1), known)
        log.add(kinds.RowsLost(n=len(lost), shapes=counts.shapes), file=path.name)
        table = table.reindex([*table.index, *lost])
        shapes = np.concatenate([shapes, _all_shapes(path, counts.shapes)[lost - 1]])
    shapes = _with_short_rings(path, table.index, shapes, log)
    _say_unread(path, table.index, shapes, log)
    _say_overflown(path, table, log)
    return table, shapes


def _say_shifted(path: Path, log: ProblemLog) -> None:
    """Say where the rows of the .dbf leave their places."""
    dbf = shapefile.part(path, ".dbf")
    shift = find_shift(dbf) if dbf is not None else None
    if shift is not None:
        n = shift.last - shift.first + 1
        found = kinds.RowsShifted(by=abs(shift.by), row=shift.first, n=n)
        log.add(found, file=path.name, feature=shift.first)


def _with_typed_numbers(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with numbers that GDAL would break off as what stands there."""
    rows = table.index.to_numpy() - 1
    for place, texts in shapefile.typed_numbers(path).items():
        if place < table.shape[1] and len(rows) and rows.max() < len(texts):
            name = table.columns[place]
            table = table.assign(**{str(name): pd.Series([texts[row] for row in rows], table.index, "str")})
    return table


def _say_overflown(path: Path, table: pd.DataFrame, log: ProblemLog) -> None:
    for place, (row, n) in shapefile.overflown_fields(path).items():
        if place < table.shape[1]:
            # Writers use asterisks for both, so nobody is asked to look.
            found = kinds.NumberStars(field=str(table.columns[place]), n=n)
            log.add(found, file=path.name, feature=row)


def _all_shapes(path: Path, n: int) -> Shapes:
    """Return the shapes of all records, None behind those that GDAL reads."""
    with shapefile.open_shapefile(path, shapes_only=True) as source, explain_gdal_errors(path):
        arrow = pyogrio.read_arrow(source)[1]
    shapes = np.full(max(n, len(arrow)), None, dtype=object)
    fid = pd.RangeIndex(1, len(arrow) + 1)
    shapes[: len(arrow)] = parsed(arrow.column(arrow.num_columns - 1), fid, path.name, ProblemLog())
    return shapes


def _with_short_rings(path: Path, fid: pd.Index, shapes: Shapes, log: ProblemLog) -> Shapes:
    """Return the shapes with those that GDAL gave up since one of their rings has no ground."""
    missing = np.flatnonzero(shapely.is_missing(shapes))
    if not len(missing):
        return shapes
    found = polygons_of_records(path, shapefile.index(path), fid[missing].to_numpy())
    out = shapes.copy()
    for row, shape in zip(missing, found, strict=True):
        if shape is not None:
            out[row] = shape
            log.add(kinds.EmptyRing(), file=path.name, feature=int(fid[row]))
    return out


def _say_unread(path: Path, fid: pd.Index, shapes: Shapes, log: ProblemLog) -> None:
    """Say which shapes GDAL gave up without a word: their record says that it holds one."""
    missing = fid[shapely.is_missing(shapes)]
    if len(missing) == 0:
        return
    index = shapefile.index(path)
    told = {p.feature for p in log if p.file == path.name and isinstance(p.what, kinds.BadShape)}
    known = np.concatenate([empty_rows(path, index), np.flatnonzero(index.lost) + 1])
    for number in sorted(set(np.setdiff1d(missing, known).tolist()) - told):
        log.add(kinds.BadShape(), file=path.name, feature=number)


def _compare(counts: shapefile.Counts, path: Path, log: ProblemLog) -> None:
    """Say where the parts of a shapefile do not hold the same features."""
    index = shapefile.index(path)
    if index.state != "good":
        found = kinds.IndexStale() if index.state == "stale" else kinds.IndexMissing()
        log.add(found, file=path.name)
    if counts.cut:
        lost = np.flatnonzero(index.lost) + 1
        is_end = lost[0] == counts.shapes - counts.cut + 1
        cut = kinds.ShapesCut if is_end else kinds.ShapesDamaged
        log.add(cut(n=counts.cut, shapes=counts.shapes), file=path.name, feature=int(lost[0]))
    if counts.rows > counts.shapes >= 0:
        log.add(kinds.RowsSpare(rows=counts.rows, shapes=counts.shapes), file=path.name)
    if len(counts.deleted):
        log.add(kinds.RowsDeleted(n=len(counts.deleted)), file=path.name)
