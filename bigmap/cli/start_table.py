"""What a table of present zones may not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bigmap.base.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


def refuse_two_zones(table: pd.DataFrame, file: str) -> None:
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
