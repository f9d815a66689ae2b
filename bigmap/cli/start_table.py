"""The table of present zones (``--start``)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bigmap.base.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from bigmap.core.sources.layers import LayerSet
    from bigmap.core.units.model import Units


def tell_present(layers: LayerSet, options: argparse.Namespace) -> None:
    """Put present zones that a table tells by names of estates to the layers."""
    if options.start is None or _tells_units(Path(options.start)):
        return
    from bigmap.io.spreadsheets.zone_table import read_present

    layers.present = read_present(Path(options.start))


def _tells_units(path: Path) -> bool:
    """Tell whether a file names units by their codes, as an earlier run wrote it, or is no table at all."""
    from bigmap.base.problems import ProblemLog
    from bigmap.io.spreadsheets.cells import SHEET_SUFFIXES
    from bigmap.io.spreadsheets.table_head import read_sheets
    from bigmap.io.spreadsheets.zone_table import present_in

    suffix = path.suffix.lower()
    if suffix not in SHEET_SUFFIXES:
        return True
    sheets = read_sheets(path, ProblemLog()) if suffix != ".csv" or path.is_file() else []
    codes = any({"unit_id", "zone_id"} <= set(sheet.frame.columns) for sheet in sheets)
    return suffix == ".csv" and (codes or not present_in(sheets, told=True))


def present_zones(options: argparse.Namespace, units: Units) -> dict[str, str]:
    """Return unit → zone from the file of present zones: units.geojson or a CSV of an earlier run."""
    if options.start is None or not _tells_units(Path(options.start)):
        return {}
    import geopandas as gpd
    import pandas as pd

    path = Path(options.start)
    try:
        csv = path.suffix.lower() == ".csv"
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig") if csv else gpd.read_file(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError("{file} cannot be read: {reason}", file=options.start, reason=str(error)) from None
    if not {"unit_id", "zone_id"} <= set(table.columns):
        raise UserError("{file} has no columns unit_id and zone_id", file=options.start)
    known = table.dropna(subset=["unit_id", "zone_id"])
    _refuse_two_zones(known, options.start)
    start = dict(zip(known["unit_id"].astype(str), known["zone_id"].astype(str), strict=True))
    ids = set(units.frame["unit_id"].astype(str))
    if not ids & set(start):
        raise UserError(
            "{file} names none of the units of this plan; it belongs to another one", file=options.start
        )
    return {unit: zone for unit, zone in start.items() if zone}


def _refuse_two_zones(table: pd.DataFrame, file: str) -> None:
    """Raise where a table with ``unit_id`` and ``zone_id`` puts a unit in two zones."""
    pairs = table[["unit_id", "zone_id"]].astype(str).drop_duplicates()
    twice = pairs[pairs["unit_id"].duplicated(keep=False)]
    if len(twice):
        unit = twice["unit_id"].iloc[0]
        zones = twice["zone_id"][twice["unit_id"] == unit].to_list()
        raise UserError(
            "{file} puts unit {unit} in two zones, {one} and {other}; keep one of the lines",
            file=file,
            unit=unit,
            one=zones[0],
            other=zones[1],
        )
