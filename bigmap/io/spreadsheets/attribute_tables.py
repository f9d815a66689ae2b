"""Tables without shapes in databases (GeoPackage, FileGDB), and .dbf files without a shapefile, as sheets."""

from __future__ import annotations

import glob
from pathlib import Path

import numpy as np
import pyogrio

from bigmap.base.problems import ProblemLog
from bigmap.io.formats import archive
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.damaged_text import say_cells
from bigmap.io.formats.gdal_layer import explain_gdal_errors, open_gdal
from bigmap.io.spreadsheets.cells import CellGrid

_DATABASES = frozenset({".gpkg", ".gdb"})


def is_lone_dbf(path: Path) -> bool:
    """Tell whether a file is a .dbf that belongs to no shapefile or MapInfo table."""
    if path.suffix.lower() != ".dbf":
        return False
    file = archive.real(path)
    beside = {other.suffix.lower() for other in file.parent.glob(f"{glob.escape(file.stem)}.*")}
    return not beside & {".shp", ".shx", ".tab"}


def has_tables(path: Path) -> bool:
    """Tell whether a file is read here and holds tables without shapes."""
    if is_lone_dbf(path):
        return True
    return path.suffix.lower() in _DATABASES and bool(_tables_of(path))


def read_attribute_tables(path: Path, log: ProblemLog, encoding: str = "") -> list[CellGrid]:
    """Return the tables without shapes of a file, heads in the first row.

    Raises
    ------
    UserError
        If it cannot be opened.
    """
    if is_lone_dbf(path):
        grids = [_grid("", *_read(path, None, enc.LATIN1))]
        words = [w.encode(enc.LATIN1) for row in grids[0].cells for w in row if not w.isascii()]
        code = encoding or enc.decide(words, _label_of(path)).encoding
        cells = [[enc.decode(w.encode(enc.LATIN1), code, cut=False) for w in row] for row in grids[0].cells]
        grids = [CellGrid("", cells, [])]
    else:
        grids = [_grid(name, *_read(path, name, None)) for name in _tables_of(path)]
    for grid in grids:
        say_cells(grid.cells, path.name, log)
    return [grid for grid in grids if len(grid.cells) > 1]


def _label_of(path: Path) -> str:
    cpg = path.with_suffix(".cpg")
    return cpg.read_text("ascii", "ignore").strip() if cpg.is_file() else ""


def _tables_of(path: Path) -> list[str]:
    """Return the names of the tables without shapes, '' left out: databases of programs hold their own."""
    try:
        with open_gdal(archive.real(path)) as source:
            listed = pyogrio.list_layers(source.path)
    except Exception:  # noqa: BLE001 - whatever is wrong with it is said where its layers are read
        return []
    return [str(name) for name, geometry in listed if geometry is None and not _is_style(str(name))]


def _is_style(name: str) -> bool:
    return name.lower() in {"layer_styles", "qgis_projects"} or name.lower().startswith(
        ("gpkg_", "gdb_", "rtree_")
    )


def _read(path: Path, layer: str | None, encoding: str | None) -> tuple[list[str], list[list[str]]]:
    with explain_gdal_errors(path), open_gdal(archive.real(path)) as source:
        meta, _, _, columns = pyogrio.raw.read(
            source.path, layer=layer, encoding=encoding, read_geometry=False
        )
    return [str(name) for name in meta["fields"]], [[_text(value) for value in column] for column in columns]


def _grid(name: str, heads: list[str], columns: list[list[str]]) -> CellGrid:
    return CellGrid(name, [heads, *map(list, zip(*columns, strict=True))], [])


def _text(value: object) -> str:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value).strip()
