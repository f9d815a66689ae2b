"""How far zones lie from the ground that operators serve today."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Floats


def distance_km(zones: gpd.GeoDataFrame, served: gpd.GeoDataFrame, operators: pd.DataFrame) -> Floats | None:
    """Return the distance from each zone to the nearest ground of each operator, km, shape (n, k).

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
    served : geopandas.GeoDataFrame
        Ground with ``oper``, the name or code of who serves it; same CRS, metres.
    operators : pandas.DataFrame
        ``operator_id`` and ``name``.

    Returns
    -------
    ndarray or None
        NaN for an operator who serves nothing yet; None where nobody serves anything.
    """
    if "oper" not in served or not len(served):
        return None
    said = served["oper"].fillna("").astype("str").str.strip()
    shapes, places = zones.geometry.to_numpy(), served.geometry.to_numpy()
    km = np.full((len(zones), len(operators)), np.nan)
    names = zip(operators["operator_id"].astype("str"), operators["name"].astype("str"), strict=True)
    for i, known in enumerate(names):
        mine = said.isin([word.strip() for word in known if word.strip()]).to_numpy()
        if mine.any():
            near = shapely.STRtree(places[mine]).query_nearest(
                shapes, all_matches=False, return_distance=True
            )
            km[near[0][0], i] = near[1] / 1000
    return km if np.isfinite(km).any() else None
