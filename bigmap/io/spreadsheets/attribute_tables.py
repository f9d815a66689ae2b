"""Tables of databases as cells: a .dbf without shapes, and what a GeoPackage holds besides its layers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyogrio

from bigmap.base.errors import UserError
from bigmap.io.formats import archive
from bigmap.io.formats.gdal_layer import explain_gdal_errors, open_gdal
from bigmap.io.formats.raw_layer import attribute_table

_DATABASES = frozenset({".gpkg", ".gdb", ".sqlite"})
_OF_PROGRAMS = frozenset({"layer_styles", "qgis_projects"})
"""Tables that programs keep in a database for themselves."""


def table_names(path: Path) -> list[str]:
    """Return the names of the tables of a database that are no layers; [] for any other file."""
    if path.suffix.lower() not in _DATABASES:
        return []
    where = archive.real(path)
    try:
        with explain_gdal_errors(where), open_gdal(where) as source:
            held = pyogrio.list_layers(source.path)
    except UserError:
        return []  # what is wrong with it is said where its layers are read
    return [str(name) for name, geometry in held if geometry is None and name not in _OF_PROGRAMS]


def table_cells(path: Path, encoding: str = "") -> list[tuple[str, list[list[str]]]]:
    """Return each table of a .dbf or a database, cells as text, the names of the fields first; else [].

    Raises
    ------
    UserError
        If one cannot be read.
    """
    names = [None] if path.suffix.lower() == ".dbf" else table_names(path)
    return [(name or "", _cells(attribute_table(path, name, encoding))) for name in names]


def _cells(table: pd.DataFrame) -> list[list[str]]:
    rows = [[_text(value) for value in row] for row in table.itertuples(index=False)]
    return [[str(name) for name in table.columns], *rows]


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
