"""Cleaning: all layers in the project CRS, valid, on the 1 cm grid, each repair recorded."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import cleaning as kinds
from bigmap.base.problem_kinds.formats import LeftOut
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core import crs as crs_rules
from bigmap.core.clean import boundary as bounds
from bigmap.core.clean import points as dots
from bigmap.core.clean.across_boundary import (
    Count,
    Counts,
    counts_of,
    share_buildings,
    share_estates,
    without_strips,
)
from bigmap.core.clean.barrier_areas import areas_as_lines
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.clean.dual_carriageways import report_dual
from bigmap.core.clean.extent import refuse_wide_ground, refuse_wide_layers
from bigmap.core.clean.overlaps import (
    joined_on_one_ground,
    report_namesakes,
    report_overlaps,
    without_doubles,
    without_twins,
)
from bigmap.core.clean.road_classes import fill_road_attributes
from bigmap.core.clean.road_figures import with_road_figures
from bigmap.core.clean.road_polygons import split_at_junctions, told_by_lines
from bigmap.core.clean.table_figures import with_figures
from bigmap.core.clean.validity import put_right
from bigmap.core.clean.vertices import Surroundings
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Layer, LayerSet, Role, Sources
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.units.unknown import without_blank_zeros

__all__ = ["clean"]

_DIMENSIONS = {
    Role.BOUNDARY: (2,),
    Role.COMMUNITIES: (2,),
    Role.ESTATES: (2,),
    Role.BUILDINGS: (2,),
    Role.PUBLIC: (2,),
    Role.ROADS: (1, 2),
    Role.EXCLUSIONS: (2,),
    Role.GREEN: (2,),
    Role.BARRIERS: (1, 2),
}
"""Roles that are cleaned, and what their layers may hold: 1 lines, 2 areas."""

_GROUND = (Role.ESTATES, Role.BUILDINGS, Role.PUBLIC, Role.ROADS)

Frames = dict[Role, gpd.GeoDataFrame]


def clean(
    layers: LayerSet,
    crs: CRS | None = None,
    progress: Progress | None = None,
    problems: ProblemLog | None = None,
    *,
    slit_m: float = UnitRules.slit_m,
) -> Sources:
    """Return the layers cleaned and repaired, in the project CRS.

    Parameters
    ----------
    layers : LayerSet
        Every layer with a CRS.
    crs : pyproj.CRS, optional
        Metric project CRS; without it, that of most layers, else the one of the place.
    progress : Progress, optional
    problems : ProblemLog, optional
        Gets what was mended or doubted; ``layers.problems`` otherwise.
    slit_m : float
        Narrower ground between features of the boundary is closed, metres.

    Returns
    -------
    Sources

    Raises
    ------
    UserError
        If ``crs`` is not metric, the ground is wider than can be cut, or nothing is left to work with.
    """
    progress = progress or Progress()
    log = layers.problems if problems is None else problems
    crs = _project_crs(layers, crs)
    refuse_wide_layers(layers.of(Role.BOUNDARY) or [x for role in _GROUND for x in layers.of(role)])
    apart = {role: dots.split_points(_together(layers.of(role), crs)) for role in _DIMENSIONS}
    points = {role: lone for role, (_, lone) in apart.items()}
    frames, around = _repaired({role: solid for role, (solid, _) in apart.items()}, progress, log)
    _refuse_points_alone(frames, points)
    frames[Role.BARRIERS] = areas_as_lines(frames[Role.BARRIERS])
    progress.step(0.9, Text("Looking for overlaps"))
    edge = frames[Role.BOUNDARY]
    gaps = np.zeros(0, dtype=object)
    if len(edge):
        boundary, gaps = bounds.given(edge, slit_m, log)
    else:
        given = ", ".join(layer.file.name for layer in layers.of(Role.BOUNDARY))
        boundary = bounds.proposed([frames[role] for role in _GROUND], log, unusable=given)
    refuse_wide_ground(boundary, edge if len(edge) else pd.concat([frames[role] for role in _GROUND]))
    frames = {role: bounds.without_elsewhere(frame, boundary, log) for role, frame in frames.items()}
    frames[Role.ESTATES] = with_figures(frames[Role.ESTATES], layers.tables, frames[Role.COMMUNITIES], log)
    counts = _counts(layers)
    frames[Role.ESTATES] = joined_on_one_ground(_counted(frames[Role.ESTATES], counts, log), counts, log)
    report_overlaps(without_strips(frames[Role.ESTATES], boundary, counts), log)
    report_namesakes(frames[Role.ESTATES], log)
    _report_multipart(frames[Role.ESTATES], log)
    buildings = _buildings(frames[Role.BUILDINGS], frames[Role.PUBLIC], log)
    estates, buildings = _told_by_points(frames[Role.ESTATES], buildings, points, around, log)
    estates, buildings = without_blank_zeros(estates, log), without_blank_zeros(buildings, log)
    if len(edge):
        estates = share_estates(estates, buildings, boundary, counts, log)
        buildings = share_buildings(buildings, estates, boundary, counts, log)
    roads = told_by_lines(split_at_junctions(frames[Role.ROADS], log), log)
    roads = fill_road_attributes(with_road_figures(roads, layers.road_tables, log), log)
    report_dual(roads, log)
    return Sources(
        crs=crs,
        boundary=boundary,
        estates=estates,
        buildings=buildings,
        roads=roads,
        exclusions=frames[Role.EXCLUSIONS],
        communities=frames[Role.COMMUNITIES],
        operators=layers.operators,
        layers=layers.layers,
        exceptions=layers.exceptions,
        day=layers.day,
        barriers=frames[Role.BARRIERS],
        districts=edge,
        gaps=gaps,
        green=frames[Role.GREEN],
    )


def _project_crs(layers: LayerSet, wanted: CRS | None) -> CRS:
    """Return the metric system of the project: the one wanted, that of most layers, or that of the place."""
    if wanted is not None and not wanted.is_projected:
        raise UserError(
            "{crs} is not in metres: name a projected coordinate system such as EPSG:4548.",
            crs=crs_rules.name_of(wanted),
        )
    used = [layer.frame for layer in layers.layers if layer.role in _DIMENSIONS]
    if not used:
        raise UserError(
            "No boundary, estates, buildings or roads were given, so the ground is unknown;"
            " give --boundary FILE."
        )
    if wanted is not None:
        return wanted
    lon, lat = np.nanmedian([_middle(frame) for frame in used], axis=0)
    return crs_rules.project_crs([frame.crs for frame in used], (float(lon), float(lat)))


def _middle(frame: gpd.GeoDataFrame) -> crs_rules.LonLat:
    xy = shapely.get_coordinates(frame.geometry.to_numpy())
    xy = xy[np.isfinite(xy).all(axis=1)]
    if len(xy) == 0:
        return (np.nan, np.nan)
    x, y = np.median(xy, axis=0)
    return crs_rules.to_lonlat(frame.crs, (float(x), float(y)))


def _together(layers: Sequence[Layer], crs: CRS) -> gpd.GeoDataFrame:
    """Return all features of one role in the project CRS, with the ``file`` each came from."""
    if layers:
        frames = [layer.frame.to_crs(crs).assign(file=layer.file.name) for layer in layers]
        return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=crs)
    text = {name: pd.Series([], dtype="str") for name in (*TEXT_FIELDS, "file")}
    numbers = {name: pd.Series([], dtype=np.float64) for name in NUMBER_FIELDS}
    return gpd.GeoDataFrame({"fid": pd.Series([], dtype=np.int64), **text, **numbers}, geometry=[], crs=crs)


def _repaired(frames: Frames, progress: Progress, log: ProblemLog) -> tuple[Frames, Surroundings]:
    """Return the frames with shapes put right and doubles left out, and where features can lie."""
    edge = frames[Role.BOUNDARY]
    around = Surroundings.of([edge] if len(edge) else list(frames.values()))
    out = {}
    for i, (role, frame) in enumerate(frames.items()):
        progress.step(0.1 * (i + 1), Text("Cleaning {role}", {"role": Text(role.value)}))
        right = put_right(frame, _DIMENSIONS[role], around, log)
        out[role] = without_doubles(right, log, by_name=role == Role.ESTATES)
    return out, around


def _counts(layers: LayerSet) -> Counts:
    """Return what the planner chose about single features."""
    return {(la.file.name, name): how for la in layers.layers for name, how in la.counts.items()}


def _counted(estates: gpd.GeoDataFrame, counts: Counts, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the estates without those that shall not count."""
    out = np.array(counts_of(estates, counts), dtype=object) == Count.NONE
    rows = np.flatnonzero(out)
    say_each(log, estates, rows, lambda _: LeftOut())
    return estates[~out].reset_index(drop=True) if len(rows) else estates


def _refuse_points_alone(frames: Frames, points: Frames) -> None:
    files = sorted({str(file) for lone in points.values() for file in lone["file"]})
    if files and not any(len(frame) for frame in frames.values()):
        raise UserError(
            "{file} holds points only, which have no ground: add outlines of estates or buildings, roads, "
            "or a boundary.",
            file=", ".join(files),
        )


def _told_by_points(
    estates: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    points: Frames,
    around: Surroundings,
    log: ProblemLog,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return estates and buildings with what points tell of them; the points themselves have no ground.

    Door plates tell of footprints; where there are none at all, of the estate they lie in.
    """
    lone = {role: dots.points_in_place(frame, around, log) for role, frame in points.items() if len(frame)}
    labels = lone.pop(Role.ESTATES, points[Role.ESTATES])
    doors = [lone.pop(role) for role in (Role.BUILDINGS, Role.PUBLIC) if role in lone]
    for frame in lone.values():
        dots.without_use(frame, log)
    if len(estates):
        estates = dots.take_point_attributes(estates, labels, log)
    else:
        dots.without_use(labels, log)
    for frame in doors:
        if len(buildings):
            buildings = dots.take_point_attributes(buildings, frame, log, reach_m=dots.DOOR_M)
        elif len(estates):
            estates = dots.take_point_attributes(estates, frame, log, names=False)
        else:
            dots.without_use(frame, log)
    return estates, buildings


def _buildings(buildings: gpd.GeoDataFrame, public: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return stand-alone and public buildings in one frame with ``kind``."""
    alone = without_twins(buildings, public, log)
    both = [alone.assign(kind="building"), public.assign(kind="public")]
    return gpd.GeoDataFrame(pd.concat(both, ignore_index=True), crs=buildings.crs)


def _report_multipart(estates: gpd.GeoDataFrame, log: ProblemLog) -> None:
    """Record estates in several pieces; scattered parts mean one estate and stay together."""
    pieces = shapely.get_num_geometries(estates.geometry.to_numpy())
    rows = np.flatnonzero(pieces > 1)
    say_each(log, estates, rows, lambda i: kinds.Multipart(n=int(pieces[rows[i]])))
