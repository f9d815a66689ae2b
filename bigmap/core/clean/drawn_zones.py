"""Zones that somebody else drew: valid polygons, each with an id of its own."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.core.sources.layers import LayerSet, Role


def drawn_zones(layers: LayerSet, crs: CRS) -> gpd.GeoDataFrame:
    """Return the drawn zones in the project CRS: ``zone_id``, ``oper`` (None where unknown), ``geometry``.

    Raises
    ------
    UserError
        If no layer of zones holds a polygon.
    """
    found = layers.of(Role.ZONES)
    files = ", ".join(layer.file.name for layer in found)
    if not found:
        raise UserError("No layer of zones was given: name the file of the zones to check.")
    drawn = pd.concat([layer.frame.to_crs(crs) for layer in found], ignore_index=True)
    shapes = shapely.force_2d(drawn.geometry.to_numpy())
    shapes = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    solid = shapely.area(shapes) > 0
    if not solid.any():
        raise UserError("{file} holds no polygons: choose a layer of zones.", file=files)
    return _named(gpd.GeoDataFrame(drawn.drop(columns="geometry"), geometry=shapes, crs=crs)[solid])


def _named(drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name each zone by its code, else its name, else a number; never one twice."""
    ids = drawn["code"].where(drawn["code"] != "", drawn["name"]).reset_index(drop=True)
    ids = ids.where(ids != "", [f"Z{i + 1:02d}" for i in range(len(ids))])
    while (again := ids.groupby(ids).cumcount()).any():
        ids = ids.where(again == 0, ids + "-" + (again + 1).astype(str))
    operator = drawn["oper"].where(drawn["oper"] != "", None).to_numpy()
    return gpd.GeoDataFrame(
        {"zone_id": ids, "oper": operator}, geometry=drawn.geometry.to_numpy(), crs=drawn.crs
    )
