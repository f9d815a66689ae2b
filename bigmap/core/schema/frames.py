"""A table of a plan as it is handed over: its columns by their names in the files, each of one type."""

from __future__ import annotations

from typing import TypeVar

import geopandas as gpd
import pandas as pd

from bigmap.core.schema.column import Column, Type
from bigmap.core.schema.columns import exported
from bigmap.core.units import unknown

Frame = TypeVar("Frame", pd.DataFrame, gpd.GeoDataFrame)


def to_frame(table: Frame, layer: str, *, long_names: bool = False) -> Frame:
    """Return the columns of a table that are handed over.

    Parameters
    ----------
    table : geopandas.GeoDataFrame or pandas.DataFrame
        Rows of the layer as a plan has them.
    layer : str
        A key of `bigmap.core.schema.columns.LAYERS`.
    long_names : bool, default False
        Whether columns bear their names in a plan (``sweep_m2``) instead of those in files (``sweep``).

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        As ``table``: with its index, and with its geometry and CRS last if it has some. Texts are ``str``,
        integers ``Int64``; numbers have four decimals, so that areas of 100,000 units still add up to 1e-9.
        What nobody told is missing, never 0.
    """
    columns = {
        c.name if long_names else c.key: _typed(told_values(table, c), c.type) for c in exported(layer)
    }
    found = pd.DataFrame(columns, index=table.index)
    if not isinstance(table, gpd.GeoDataFrame):
        return found
    return gpd.GeoDataFrame(found, geometry=table.geometry.to_numpy(), crs=table.crs)


def told_values(table: pd.DataFrame, column: Column) -> pd.Series:
    """Return the values of a column of units, zones or operators, nothing where nobody told the figure."""
    name = column.name
    if name not in unknown.ASKED:
        return pd.Series(column.of_units(table), index=table.index)
    of_units = unknown.told_column(name) in table
    values = unknown.of_units(table, name) if of_units else unknown.of_groups(table, name)
    return pd.Series(values, index=table.index)


def _typed(values: pd.Series, kind: Type) -> pd.Series:
    if kind == "text":
        return values.astype("str")
    if kind == "yes/no":
        return values.astype("bool")
    numbers = pd.to_numeric(values).astype("float64")
    return numbers.round().astype("Int64") if kind == "integer" else numbers.round(4)
