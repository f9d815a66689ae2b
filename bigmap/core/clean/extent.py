"""How wide the ground may be: what the grid of 1 cm can hold."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.errors import UserError
from bigmap.core.geometry.noding import WIDEST_STEPS
from bigmap.core.sources.layers import Layer
from bigmap.core.units.cutting_rules import UnitRules

WIDEST_M = WIDEST_STEPS * UnitRules.grid_m
"""Ground wider or higher than this is not cut, metres."""

_DEGREE_M = 111_000.0
_SAMPLE = 2000  # features that tell the extent of a layer
_NAMED = 3

_TOO_WIDE = (
    "{file}: the ground is {width:,.0f} km wide and {height:,.0f} km high; up to {limit:,.0f} km each way can"
    " be cut exactly on the grid of 1 cm. Make one plan for each city or district with its own boundary, or"
    " check the coordinate system if the ground should be smaller."
)
_TOO_WIDE_OF = (
    "{file}: the ground is {width:,.0f} km wide and {height:,.0f} km high; up to {limit:,.0f} km each way can"
    " be cut exactly on the grid of 1 cm. Make one plan for each of its {n} features, such as {names}, with"
    " --boundary."
)


def refuse_wide_layers(layers: Sequence[Layer]) -> None:
    """Raise where half of what layers hold spans more than can be cut, before anything is projected.

    Strays decide nothing: the middle half of the vertices is looked at.

    Raises
    ------
    UserError
    """
    for layer in layers:
        assert layer.frame.crs is not None  # every layer has one here
        shapes = layer.frame.geometry.to_numpy()
        xy = shapely.get_coordinates(shapes[:: 1 + len(shapes) // _SAMPLE])
        xy = xy[np.isfinite(xy).all(axis=1)]
        if not len(xy):
            continue
        low, high = np.percentile(xy, [25, 75], axis=0)
        size = (high - low) * (_degree_m(low[1], high[1]) if layer.frame.crs.is_geographic else 1.0)
        if size.max() > WIDEST_M:
            _refuse(layer.frame.assign(file=layer.file.name), size)


def refuse_wide_ground(boundary: shapely.Geometry, frame: gpd.GeoDataFrame) -> None:
    """Raise where the ground is wider or higher than can be cut.

    Parameters
    ----------
    boundary : Polygon or MultiPolygon
        Metres.
    frame : geopandas.GeoDataFrame
        What it was made from, with ``file`` and ``name``.

    Raises
    ------
    UserError
    """
    size = np.diff(np.reshape(boundary.bounds, (2, 2)), axis=0)[0]
    if size.max() > WIDEST_M:
        _refuse(frame, size)


def _degree_m(south: float, north: float) -> npt.NDArray[np.float64]:
    """Return the metres of a degree to the east, on the parallel nearest to the equator, and to the north."""
    widest = 0.0 if south < 0 < north else min(abs(south), abs(north), 89.0)
    return np.array([_DEGREE_M * np.cos(np.radians(widest)), _DEGREE_M])


def _refuse(frame: gpd.GeoDataFrame, size: npt.NDArray[np.float64]) -> None:
    names = [str(name) for name in frame["name"] if name]
    files = ", ".join(dict.fromkeys(str(file) for file in frame["file"]))
    width, height = (float(side) / 1000 for side in size)
    told = {"file": files, "width": width, "height": height, "limit": WIDEST_M / 1000}
    if len(names) > 1:
        raise UserError(_TOO_WIDE_OF, **told, n=len(frame), names=", ".join(names[:_NAMED]))
    raise UserError(_TOO_WIDE, **told)
