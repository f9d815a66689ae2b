"""The list of places where a coverage fails: what each is, how large, beside what, why, and what to do."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.base.arrays import Floats, Ints, Shapes
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.geometry.measures import width_m
from bigmap.core.units.model import Units

GAP_MIN_M2 = 50.0
GAP_MIN_WIDTH_M = 1.0
"""Below either a gap is a sliver (domain practice: B1 of the coverage checks)."""

COLUMNS = (
    *("gap_id", "kind", "area_m2", "width_m", "inside", "near_name", "zones", "units", "services"),
    *("cause", "suggest"),
)
MOST_UNITS = 3
"""Units that are named for one gap."""

_MISMATCH_M, _STRIP_M = 0.5, 10.0  # widths: two drawings of one line; a strip that one neighbour can take
_LANDMARKS = ("estate", "village", "road", "lane", "public")
_DOUBLE = ("overlap", "split_unit")  # numbered apart from the gaps


def rows(shapes: Shapes, kind: str, zones: list[str], units: Units, cause: str = "") -> gpd.GeoDataFrame:
    """Return the rows of places of one kind: ``kind``, ``zones``, ``services``, ``cause``, ``suggest``.

    Parameters
    ----------
    shapes : array of shapely.Polygon, shape (n,)
    kind : str
        'gap' ('sliver' where it is small), 'overlap', 'no_operator', 'split_unit' or 'service_hole'.
    zones : list of str
        Zones at each, by ';', the first one being who would get it.
    units : Units
    cause : str
        The cause of all of them; told by width and neighbours otherwise.
    """
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=units.frame.crs))
    width = width_m(shapes)
    thin = (units.meter.area_m2(shapes) < GAP_MIN_M2) | (width < GAP_MIN_WIDTH_M)
    frame["kind"] = np.where(thin & (kind == "gap"), "sliver", kind)
    frame["zones"] = zones
    frame["services"] = ""
    frame["cause"] = cause or [_cause(w, z) for w, z in zip(width, zones, strict=True)]
    frame["suggest"] = [_suggestion(kind, w, z) for w, z in zip(width, zones, strict=True)]
    return frame


def _cause(width: float, touching: str) -> str:
    if width < _MISMATCH_M:
        return "boundary_mismatch"
    return "strip" if width < _STRIP_M and touching else "unplanned_land"


def _suggestion(kind: str, width: float, touching: str) -> str:
    if kind in ("no_operator", "service_hole"):
        return "assign_operator"
    if kind in _DOUBLE or touching.count(";") == 0:
        return "give_to_a" if touching else "add_unit"
    return "give_to_a" if width < _STRIP_M else "split"


def touching(graph: Graph, group: Ints, zone: Ints, names: Shapes, wanted: Ints) -> list[str]:
    """Return the zones along the border of each wanted group, by ';', the longest border first.

    Parameters
    ----------
    graph : Graph
        Adjacency of n pieces of ground.
    group, zone : ndarray of int, shape (n,)
        Group and zone of each piece, -1 for no zone.
    names : array of str
        Ids of the zones.
    wanted : ndarray of int
        Groups.
    """
    a = np.concatenate([graph.left, graph.right])
    b = np.concatenate([graph.right, graph.left])
    crossing = np.isin(group[a], wanted) & (zone[b] >= 0)
    border = pd.DataFrame({"group": group[a[crossing]], "zone": zone[b[crossing]]})
    border["length"] = np.tile(graph.border_m, 2)[crossing]
    total = border.groupby(["group", "zone"])["length"].sum().round(3).reset_index()
    total = total.sort_values(["group", "length", "zone"], ascending=[True, False, True])
    near = total.groupby("group")["zone"].agg(lambda z: ";".join(str(names[i]) for i in z))
    return [near.get(g, "") for g in wanted]


def parts_m2(shapes: Shapes, units: Units) -> tuple[Ints, Ints, Floats]:
    """Return where shapes and units meet: row of the shape, row of the unit, common ground in m²."""
    polygons = units.polygons
    tree = shapely.STRtree(polygons)
    shape, unit = tree.query(shapes, predicate="intersects")
    holder, held = tree.query(shapes, predicate="covers")
    inner = np.isin(shape * len(polygons) + unit, holder * len(polygons) + held)
    common = units.frame["site_m2"].to_numpy(float)[unit]
    cut = ~inner
    common[cut] = units.meter.area_m2(shapely.intersection(shapes[shape[cut]], polygons[unit[cut]]))
    return shape, unit, common


def table(found: list[gpd.GeoDataFrame], units: Units) -> gpd.GeoDataFrame:
    """Return the places numbered, the largest first, with what a planner needs to find them (`COLUMNS`)."""
    frames = [f for f in found if len(f)]
    if not frames:
        return gpd.GeoDataFrame({c: [] for c in COLUMNS}, geometry=[], crs=units.frame.crs)
    places = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=units.frame.crs)
    shapes = places.geometry.to_numpy()
    places["area_m2"] = units.meter.area_m2(shapes)
    places["width_m"] = width_m(shapes)
    inner = shapely.point_on_surface(shapes)
    walled = units.polygons[units.frame["inside"].to_numpy(bool)]
    places["inside"] = False
    places.loc[shapely.STRtree(walled).query(inner, predicate="intersects")[0], "inside"] = True
    places["near_name"] = _near_names(inner, units)
    places["units"] = _largest_units(shapes, units)
    places["_second"] = places["kind"].isin(_DOUBLE)
    places = places.sort_values(["_second", "area_m2"], ascending=[True, False]).reset_index(drop=True)
    serial = places.groupby("_second").cumcount() + 1
    letter = np.where(places["_second"], "O", "G")
    places["gap_id"] = letter + serial.astype(str).str.zfill(4)
    return places[[*COLUMNS, "geometry"]]


def _near_names(points: Shapes, units: Units) -> npt.ArrayLike:
    named = units.frame[(units.frame["name"] != "") & units.frame["kind"].isin(_LANDMARKS)]
    if not len(named):
        return ""
    near = shapely.STRtree(named.geometry.to_numpy()).query_nearest(points, all_matches=False)[1]
    return named["name"].to_numpy()[near]


def _largest_units(shapes: Shapes, units: Units) -> list[str]:
    """Return the units that hold most of each place, by ';', the largest part first."""
    place, unit, common = parts_m2(shapes, units)
    part = pd.DataFrame({"place": place, "unit": unit, "common": common.round(3)})
    part = part[part["common"] > 0].sort_values(["place", "common", "unit"], ascending=[True, False, True])
    ids = units.frame["unit_id"].to_numpy()
    first = part.groupby("place").head(MOST_UNITS).groupby("place")["unit"]
    held = first.agg(lambda rows: ";".join(str(ids[i]) for i in rows))
    return [held.get(i, "") for i in range(len(shapes))]
