"""Line-work: areas drawn as lines, closed or nearly so, as CAD leaves them.

Ends that miss each other, or the line they should meet, by up to half a metre are brought together; all
lines are noded; the faces between them become areas with the attributes of the line that draws most of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.base.problem_kinds import linework as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS

GAP_M = 0.5
"""Gaps up to this are closed, metres."""

FACE_M2 = 5.0
"""Smaller faces between lines are no areas."""

_GRID_M = 0.01
_SLACK_M = 1e-6


@dataclass(frozen=True)
class _Joined:
    """Lines whose ends meet, one part each, and how far their ends were moved."""

    parts: Shapes
    row: Ints
    moved_m: Floats
    """Shape (2, n): at the beginning and at the end of each part."""
    was: Floats
    """Shape (2, n, 2): where these ends were."""


def made_into_areas(frame: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the frame with areas in place of lines; lines that close nothing are said and left out.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Areas and lines in metres, not yet on the grid.
    log : ProblemLog
        Gets each gap with its size, and each line that closes nothing.
    """
    lineal = shapely.get_dimensions(frame.geometry.to_numpy()) == 1
    if not lineal.any():
        return frame
    frame = _closed(frame, lineal, log)
    lineal = shapely.get_dimensions(frame.geometry.to_numpy()) == 1
    faces = [_faces(frame[lineal & of_file], frame[~lineal & of_file], log) for of_file in _files(frame)]
    return gpd.GeoDataFrame(pd.concat([frame[~lineal], *faces], ignore_index=True), crs=frame.crs)


def _files(frame: gpd.GeoDataFrame) -> list[Bools]:
    return [(frame["file"] == file).to_numpy() for file in frame["file"].unique()]


# --- lines that close by themselves -------------------------------------------------------------------------


def _closed(frame: gpd.GeoDataFrame, lineal: Bools, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the frame with each line that comes back to its beginning made into an area."""
    shapes = frame.geometry.to_numpy().copy()
    single = lineal & (shapely.get_num_geometries(shapes) == 1)
    merged = shapely.line_merge(shapes[lineal & ~single])
    shapes[lineal & ~single] = merged
    gap = np.full(len(shapes), np.inf)
    gap[lineal] = _own_gaps(shapes[lineal])
    rows = np.flatnonzero(gap <= GAP_M + _SLACK_M)
    shapes[rows] = [_enclosed(shape) for shape in shapes[rows]]
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    for file, n in frame.iloc[rows[gap[rows] == 0]]["file"].value_counts(sort=False).items():
        log.add(kinds.ClosedLines(n=int(n)), file=str(file))
    open_ = rows[gap[rows] > 0]
    wide, areas = gap[open_], shapely.area(shapes[open_])
    say_each(log, frame, open_, lambda i: kinds.OutlineClosed(gap=wide[i], after=areas[i]))
    return frame


def _own_gaps(shapes: Shapes) -> Floats:
    """Return how far end and beginning of each line are apart, widest of its parts; inf for short ones."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    gap = shapely.distance(shapely.get_point(parts, 0), shapely.get_point(parts, -1))
    gap[(shapely.length(parts) < 4 * GAP_M) | (shapely.get_num_coordinates(parts) < 3)] = np.inf
    widest = np.zeros(len(shapes))
    np.maximum.at(widest, owner, gap)
    return widest


def _enclosed(shape: shapely.Geometry) -> shapely.Geometry:
    """Return what the parts of a line enclose; a ring within a ring is a hole."""
    rings = [shapely.Polygon(part) for part in shapely.get_parts(shape)]
    return rings[0] if len(rings) == 1 else shapely.MultiPolygon(rings)


# --- lines that close together ------------------------------------------------------------------------------


def _faces(lines: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the faces between the lines of one file; faces that are areas already do not count."""
    if not len(lines):
        return lines
    solid = areas.geometry.to_numpy()
    edges = shapely.boundary(solid)
    joined = _joined(lines.geometry.to_numpy(), edges)
    links = shapely.get_parts(shapely.union_all(np.concatenate([joined.parts, edges]), grid_size=_GRID_M))
    faces = shapely.get_parts(shapely.polygonize(links))
    faces = faces[~_among(shapely.point_on_surface(faces), solid)]
    small = shapely.area(faces) < FACE_M2
    if small.any():
        area, file = float(shapely.area(faces[small]).sum()), str(lines["file"].iloc[0])
        log.add(kinds.SmallFaces(n=int(small.sum()), area=area, limit=FACE_M2), file=file)
    faces = faces[~small]
    drawn = _drawn(faces, links, joined, edges)
    _say_gaps(lines, joined, drawn, log)
    return _with_attributes(lines, faces, drawn, log)


def _among(points: Shapes, solid: Shapes) -> Bools:
    found = np.zeros(len(points), dtype=bool)
    found[shapely.STRtree(solid).query(points, predicate="intersects")[0]] = True
    return found


def _joined(shapes: Shapes, edges: Shapes) -> _Joined:
    """Return the parts of lines; ends that miss each other or another line by up to `GAP_M` meet."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    ends = np.stack([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    was = shapely.get_coordinates(ends)
    goal, alone = _met(was, len(parts))
    goal[alone] = _on_lines(was[alone], np.flatnonzero(alone) % len(parts), np.concatenate([parts, edges]))
    xy, owner = shapely.get_coordinates(parts, return_index=True)
    first = np.searchsorted(owner, np.arange(len(parts)))
    last = np.append(first[1:], len(xy)) - 1
    xy[np.concatenate([first, last])] = goal
    moved = np.hypot(*(goal - was).T).reshape(2, -1)
    return _Joined(shapely.linestrings(xy, indices=owner), row, moved, was.reshape(2, -1, 2))


def _met(ends: Floats, n: int) -> tuple[Floats, Bools]:
    """Return where ends that lie close together meet, and which ends are alone."""
    pairs = cKDTree(ends).query_pairs(GAP_M + _SLACK_M, output_type="ndarray")
    pairs = pairs[pairs[:, 0] % n != pairs[:, 1] % n]
    joins = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(ends), len(ends)))
    cluster = connected_components(joins, directed=False)[1]
    first = np.unique(cluster, return_index=True)[1]
    return ends[first[cluster]], np.bincount(cluster)[cluster] == 1


def _on_lines(ends: Floats, own: Ints, lines: Shapes) -> Floats:
    """Return the place on the nearest other line for each end that has one within `GAP_M`, else the end."""
    goal = ends.copy()
    points = shapely.points(ends)
    end, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=GAP_M + _SLACK_M)
    end, line = end[own[end] != line], line[own[end] != line]
    bridges = shapely.shortest_line(points[end], lines[line])
    order = np.argsort(-shapely.length(bridges), kind="stable")  # the nearest is written last
    goal[end[order]] = shapely.get_coordinates(shapely.get_point(bridges[order], -1))
    return goal


def _drawn(faces: Shapes, links: Shapes, joined: _Joined, edges: Shapes) -> pd.DataFrame:
    """Return how many metres of which face each line draws: ``face``, ``row`` of the line, ``metres``."""
    middle = shapely.line_interpolate_point(links, 0.5, normalized=True)
    sources = np.concatenate([joined.parts, edges])
    link, source = shapely.STRtree(sources).query_nearest(middle, all_matches=False)
    row = np.full(len(links), -1)
    row[link] = np.append(joined.row, np.full(len(edges), -1))[source]
    link, face = shapely.STRtree(shapely.boundary(faces)).query(
        middle, predicate="dwithin", distance=_GRID_M / 10
    )
    pairs = pd.DataFrame({"face": face, "row": row[link], "metres": shapely.length(links)[link]})
    return pairs[pairs["row"] >= 0].groupby(["face", "row"], as_index=False)["metres"].sum()


def _with_attributes(
    lines: gpd.GeoDataFrame, faces: Shapes, drawn: pd.DataFrame, log: ProblemLog
) -> gpd.GeoDataFrame:
    """Return the faces with the attributes of the line that draws most of them.

    Attributes of a line go to one face only, so that no household is counted twice.
    """
    by_length = drawn.sort_values("metres", kind="stable")
    line_of = by_length.drop_duplicates("face", keep="last").set_index("face")["row"]
    face_of = by_length.drop_duplicates("row", keep="last").set_index("row")["face"]
    row = line_of.reindex(range(len(faces)), fill_value=0).to_numpy(dtype=np.int64)
    own = face_of.reindex(row, fill_value=-1).to_numpy() == np.arange(len(faces))
    found = lines.iloc[row].reset_index(drop=True)
    found.loc[~own, list(TEXT_FIELDS)] = ""
    found.loc[~own, list(NUMBER_FIELDS)] = np.nan
    found = found.set_geometry(gpd.GeoSeries(faces, crs=lines.crs))
    _say_lines(lines, found, set(face_of.index), set(row[own]), log)
    return found


def _say_lines(
    lines: gpd.GeoDataFrame, faces: gpd.GeoDataFrame, used: set[int], told: set[int], log: ProblemLog
) -> None:
    """Record what became of the lines: areas, nothing, or areas that other lines name."""
    if len(faces):
        joined = kinds.LinesJoined(n=len(used), faces=len(faces), area=float(faces.geometry.area.sum()))
        log.add(joined, file=str(lines["file"].iloc[0]))
    idle = np.setdiff1d(np.arange(len(lines)), sorted(used))
    say_each(log, lines, idle, lambda _: kinds.ClosesNothing())
    says = ((lines["name"] != "") | lines["hh"].notna()).to_numpy()
    mute = np.array([row for row in sorted(used - told) if says[row]], dtype=np.int64)
    say_each(log, lines, mute, lambda _: kinds.LineUnused())


def _say_gaps(lines: gpd.GeoDataFrame, joined: _Joined, drawn: pd.DataFrame, log: ProblemLog) -> None:
    """Record each gap that was closed at a line that draws an area."""
    useful = np.isin(joined.row, drawn["row"].to_numpy())
    end, part = np.nonzero((joined.moved_m > _SLACK_M) & useful)
    rows, gap = joined.row[part], joined.moved_m[end, part]
    here = lines.iloc[rows].set_geometry(
        gpd.GeoSeries(shapely.points(joined.was[end, part]), index=lines.index[rows], crs=lines.crs)
    )
    say_each(log, here, np.arange(len(here)), lambda i: kinds.GapClosed(gap=gap[i]))
