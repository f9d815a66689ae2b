"""Road surfaces: centre lines cut at junctions and given their width, one piece between two junctions."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bigmap.base.arrays import Ints, Shapes
from bigmap.core.geometry.noding import snap_round

_SAME_ROAD = ["name", "road_class", "clean_grade", "width_m", "file"]


def road_segments(roads: gpd.GeoDataFrame, per_metre: float = 100.0) -> gpd.GeoDataFrame:
    """Return one row a segment between junctions, widest first, with the attributes of its road.

    Lines are noded where they meet or cross, and what one road has between two junctions is one segment,
    however often its line was interrupted in the drawing. Polygons stay whole. A stretch drawn twice
    comes once.

    Parameters
    ----------
    roads : geopandas.GeoDataFrame
        Lines or polygons in metres with ``width_m`` filled.
    per_metre : float
        Steps a metre of the grid that vertices and junctions of lines lie on.
    """
    roads = _in_order(roads.explode(ignore_index=True))
    areal = shapely.get_dimensions(roads.geometry.to_numpy()) == 2
    lines = roads[~areal]
    parts = [roads[areal], _between_junctions(lines, per_metre)] if len(lines) else [roads[areal]]
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=roads.crs)
    bounds = shapely.bounds(found.geometry.to_numpy())
    order = np.lexsort((*bounds.T, -found["width_m"].to_numpy(float)))
    return found.iloc[order].reset_index(drop=True)


def _in_order(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort by what roads are, the wider first, so that the order in the file decides nothing."""
    key = pd.DataFrame(
        {"width": -roads["width_m"].astype(float), "class": roads["road_class"], "name": roads["name"]}
    )
    key["shape"] = shapely.to_wkb(shapely.normalize(roads.geometry.to_numpy()))
    return roads.loc[key.sort_values(list(key.columns)).index].reset_index(drop=True)


def surfaces(segments: gpd.GeoDataFrame) -> Shapes:
    """Return the road surface of each segment: half its width to both sides, cut square at its ends."""
    shapes = segments.geometry.to_numpy()
    areal = shapely.get_dimensions(shapes) == 2
    half = segments["width_m"].to_numpy(float) / 2
    return np.where(areal, shapes, shapely.buffer(shapes, half, cap_style="flat", quad_segs=4))


def _between_junctions(lines: gpd.GeoDataFrame, per_metre: float) -> gpd.GeoDataFrame:
    xy, line = shapely.get_coordinates(lines.geometry.to_numpy(), return_index=True)
    steps = np.rint(xy * per_metre).astype(np.int64)
    same = line[1:] == line[:-1]
    noded = snap_round(np.hstack([steps[:-1], steps[1:]])[same])
    source = np.full(len(noded.edges), len(lines))
    np.minimum.at(source, noded.edge, line[1:][same][noded.segment])  # the widest road on each stretch
    road = lines.groupby(_SAME_ROAD, dropna=False, sort=False).ngroup().to_numpy()[source]
    segment = _chains(noded.edges, road)
    first = np.unique(segment, return_index=True)[1]
    order = np.argsort(segment, kind="stable")
    links = shapely.linestrings((noded.xy / per_metre)[noded.edges[order]])
    merged = shapely.line_merge(shapely.multilinestrings(links, indices=segment[order]))
    rows = lines.iloc[source[first]].reset_index(drop=True)
    return rows.set_geometry(gpd.GeoSeries(merged, crs=lines.crs))


def _chains(links: Ints, road: Ints) -> Ints:
    """Return the segment of each link: links of one road that follow each other without a junction."""
    node = links.ravel()
    link = np.repeat(np.arange(len(links)), 2)
    order = np.argsort(node, kind="stable")
    node, link = node[order], link[order]
    degree = np.bincount(node)[node]
    pair = (node[1:] == node[:-1]) & (degree[1:] == 2) & (road[link[1:]] == road[link[:-1]])
    joins = coo_array(
        (np.ones(pair.sum()), (link[1:][pair], link[:-1][pair])), shape=(len(links), len(links))
    )
    return np.asarray(connected_components(joins, directed=False)[1], dtype=np.int64)
