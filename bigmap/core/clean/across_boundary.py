"""Features across the boundary: their figures count by the part of them that lies inside.

A part is the share of a feature's ground, of an estate that of its buildings where these are known. Where
next to nothing lies inside, it is a difference between two drawings of one line: the strip is no part of the
feature and its ground goes to the neighbours; next to nothing outside takes nothing away, likewise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import geopandas as gpd
import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding
from bigmap.base.problem_kinds import cleaning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.clean.validity import on_grid
from bigmap.core.geometry.measures import width_m
from bigmap.core.units.attributes import SUMMED, WHOLE, floor_areas
from bigmap.core.units.cutting_rules import UnitRules

STRIP_SHARE = 0.01
"""Up to this share of a feature is a strip: a household in a hundred, less than figures are known to."""
STRIP_M = UnitRules.min_width_m
"""A narrower part is a strip: two drawings of one line differ by that, and no unit is so narrow."""
STRIP_M2 = UnitRules.min_area_m2
"""A smaller part of an estate is a strip: left-over ground so small is no unit either."""

BY_GROUND = ("green_m2",)
"""Figures that go by the ground also where the buildings are known."""

FIGURES = {
    "hh": Text("{here:,.0f} of {whole:,.0f} households"),
    "gfa_m2": Text("{here:,.0f} of {whole:,.0f} m² of floor area"),
    "parking_n": Text("{here:,.0f} of {whole:,.0f} parking bays"),
    "green_m2": Text("{here:,.0f} of {whole:,.0f} m² of green"),
}
"""Figure → how it is told; of several the first one known is."""


class Count(StrEnum):
    """How much of a feature the planner lets count."""

    WHOLE = "whole"
    SHARE = "share"
    NONE = "none"


Counts = Mapping[tuple[str, str], str]
"""(file, `mark` of the feature) → `Count` that the planner chose."""


def mark(name: str, feature: int) -> str:
    """Return what a feature is called where a decision about it is kept: its name, else its number."""
    return name or f"#{feature}"


def counts_of(frame: gpd.GeoDataFrame, counts: Counts) -> list[str]:
    """Return what was chosen for each feature, '' where nothing was."""
    if not counts:
        return [""] * len(frame)
    rows = zip(frame["file"], frame["name"], frame["fid"], strict=True)
    return [counts.get((str(file), mark(str(name), int(fid))), "") for file, name, fid in rows]


@dataclass(frozen=True)
class Parts:
    """The features of a layer that lie on both sides of the boundary.

    Attributes
    ----------
    row : ndarray of int, shape (n,)
    shape : array of shapely.Geometry, shape (n,)
        What of each lies inside.
    ground : ndarray of float, shape (n,)
        Share of its ground that lies inside.
    strip, nearly : ndarray of bool, shape (n,)
        Whether next to nothing of it lies inside, or outside.
    """

    row: Ints
    shape: Shapes
    ground: Floats
    strip: Bools
    nearly: Bools


def parts_of(shapes: Shapes, boundary: shapely.Geometry, least_m2: float = 0.0) -> Parts:
    """Return which shapes lie across a boundary and with what part; a smaller part is a strip."""
    rows = np.unique(shapely.STRtree(shapes).query(shapely.boundary(boundary), predicate="intersects"))
    inside = shapely.intersection(shapes[rows], boundary)
    whole, here = shapely.area(shapes[rows]), shapely.area(inside)
    across = (here > 0) & (here < whole)
    rows, inside, whole, here = rows[across], inside[across], whole[across], here[across]
    share = here / whole
    thin = _is_thin(here, share, inside, least_m2)
    outside = shapely.difference(shapes[rows], boundary)
    nearly = _is_thin(whole - here, 1 - share, outside, least_m2)
    return Parts(rows, inside, share, thin & (share < 0.5), nearly & (share >= 0.5))


def _is_thin(area: Floats, share: Floats, part: Shapes, least_m2: float) -> Bools:
    return (share <= STRIP_SHARE) | (width_m(part) < STRIP_M) | (area < least_m2)


def inside_part(shapes: Shapes, inner: Shapes, boundary: shapely.Geometry) -> Floats:
    """Return for each shape, with a point ``inner`` in it, how much of it counts inside, from 0 to 1."""
    shapely.prepare(boundary)
    part = shapely.intersects(boundary, inner).astype(float)
    found = parts_of(shapes, boundary)
    part[found.row] = np.where(found.strip, 0.0, np.where(found.nearly, 1.0, found.ground))
    return part


def without_strips(estates: gpd.GeoDataFrame, boundary: shapely.Geometry, counts: Counts) -> gpd.GeoDataFrame:
    """Return the estates without those of which only a strip lies inside: they claim nothing here."""
    parts = parts_of(estates.geometry.to_numpy(), boundary, STRIP_M2)
    keep = np.ones(len(estates), dtype=bool)
    keep[parts.row[parts.strip]] = False
    keep |= np.array(counts_of(estates, counts), dtype=object) == Count.WHOLE
    return estates[keep].reset_index(drop=True)


def share_estates(
    estates: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    boundary: shapely.Geometry,
    counts: Counts,
    log: ProblemLog,
) -> gpd.GeoDataFrame:
    """Return the estates with the figures that count inside, without those of which only a strip does."""
    shapes = estates.geometry.to_numpy()
    parts = parts_of(shapes, boundary, STRIP_M2)
    if not len(parts.row):
        return estates
    built = _built_inside(shapes[parts.row], parts.ground, buildings, boundary)
    share = np.where(np.isnan(built), parts.ground, built)
    ground, share, strip = _rounded(parts, share)
    by_homes, every = ~np.isnan(built), np.ones(len(built), dtype=bool)
    frame, keep = _shared(estates, parts, ground, share, strip, by_homes, counts, log, every)
    return frame[keep].reset_index(drop=True)


def share_buildings(
    buildings: gpd.GeoDataFrame,
    estates: gpd.GeoDataFrame,
    boundary: shapely.Geometry,
    counts: Counts,
    log: ProblemLog,
) -> gpd.GeoDataFrame:
    """Return the buildings with the figures that count inside; only of those in no estate it is said.

    What counts of one is its part inside, which therefore stands on ground of the plan whatever share of it
    that is; those of which only a strip lies inside are left out.
    """
    shapes = buildings.geometry.to_numpy()
    parts = parts_of(shapes, boundary)
    if not len(parts.row):
        return buildings
    buildings = buildings.assign(gfa_m2=floor_areas(buildings))
    ground, share, strip = _rounded(parts, parts.ground)
    inner = shapely.point_on_surface(shapes[parts.row])
    alone = np.ones(len(inner), dtype=bool)
    alone[shapely.STRtree(inner).query(estates.geometry.to_numpy(), predicate="intersects")[1]] = False
    ground_alone = np.zeros(len(inner), dtype=bool)
    frame, keep = _shared(buildings, parts, ground, share, strip, ground_alone, counts, log, alone)
    shapes = shapes.copy()
    shapes[parts.row] = on_grid(parts.shape)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, frame.index, crs=frame.crs))
    return frame[keep].reset_index(drop=True)


def _rounded(parts: Parts, share: Floats) -> tuple[Floats, Floats, Bools]:
    """Return shares of ground and of figures with strips left out, and which features are only strips.

    Buildings that say otherwise go before a strip of ground.
    """
    strip = parts.strip & (share <= np.maximum(parts.ground, STRIP_SHARE))
    nearly = parts.nearly & (share >= np.minimum(parts.ground, 1 - STRIP_SHARE))
    ground = np.where(strip, 0.0, np.where(nearly, 1.0, parts.ground))
    return ground, np.where(strip, 0.0, np.where(nearly, 1.0, share)), strip


def _built_inside(
    shapes: Shapes, ground: Floats, buildings: gpd.GeoDataFrame, boundary: shapely.Geometry
) -> Floats:
    """Return the share of the buildings of each estate that lies inside, NaN where they do not tell.

    Buildings inside only tell nothing of an estate that lies mostly outside, where the whole layer ends at
    the boundary: then those outside are not known.
    """
    found = np.full(len(shapes), np.nan)
    homes = buildings[(buildings["kind"] == "building").to_numpy()]
    footprints = homes.geometry.to_numpy()
    inner = shapely.point_on_surface(footprints)
    part = inside_part(footprints, inner, boundary)
    estate, building = shapely.STRtree(inner).query(shapes, predicate="intersects")
    reaches_out = bool((part == 0).any())
    for i in np.unique(estate):
        mine = building[estate == i]
        if not (reaches_out or ground[i] >= 0.5):
            continue
        weight = _weights(homes.iloc[mine], footprints[mine])
        found[i] = float((weight * part[mine]).sum() / weight.sum())
    return found


def _weights(homes: gpd.GeoDataFrame, footprints: Shapes) -> Floats:
    """Return what the buildings of an estate weigh: households, else floor area, else footprints."""
    area = shapely.area(footprints)
    for weight in (homes["hh"].to_numpy(float), floor_areas(homes)):
        if not np.isnan(weight).any() and weight.sum() > 0:
            return weight
    return area


def _shared(
    frame: gpd.GeoDataFrame,
    parts: Parts,
    ground: Floats,
    share: Floats,
    strip: Bools,
    built: Bools,
    counts: Counts,
    log: ProblemLog,
    said: Bools,
) -> tuple[gpd.GeoDataFrame, Bools]:
    """Return the frame with the figures that count inside, and which rows are not strips; each is said."""
    wanted = np.array(counts_of(frame.iloc[parts.row], counts), dtype=object)
    whole = wanted == Count.WHOLE
    strip = strip & ~whole
    before = {name: frame[name].to_numpy(float)[parts.row] for name in SUMMED}
    after, lost = {}, {}
    for name, values in before.items():
        part = np.where(whole, 1.0, ground if name in BY_GROUND else share)
        here = values * part
        after[name] = np.where(part < 1, np.floor(here + 0.5), values) if name in WHOLE else here
        lost[name] = np.where(part < 1, values - after[name], 0.0)
        column = frame[name].to_numpy(float).copy()
        column[parts.row] = after[name]
        frame = frame.assign(**{name: column})
    told = _figures(before, after)
    known = np.array([text is not None for text in told], dtype=bool)
    split = ~strip & ((share < 1) | whole)
    open_ = wanted == ""
    values = {
        "m2": shapely.area(parts.shape),
        "share": np.where(built, share, parts.ground),
        "what": [Text("homes") if b else Text("ground") for b in built],
        "figures": told,
        **{name: [None if x != x else x for x in lost[name].tolist()] for name in ("hh", "gfa_m2")},
    }
    for rows, kind in (
        (known & strip & open_, kinds.StripInside),
        (known & strip & ~open_, kinds.StripSettled),
        (~known & strip, kinds.BareStrip),
        (known & split & open_, kinds.PartInside),
        (known & split & ~open_ & ~whole, kinds.PartSettled),
        (known & split & whole, kinds.AllCounted),
    ):
        at = np.flatnonzero(rows & said)
        say_each(log, frame, parts.row[at], partial(_found, kind, values, at))
    keep = np.ones(len(frame), dtype=bool)
    keep[parts.row[strip]] = False
    return frame, keep


def _found(kind: type[Finding], values: Mapping[str, Sequence[object]], at: Ints, i: int) -> Finding:
    """Return the finding about feature ``at[i]`` of those across, with the values that its sentence has."""
    return kind(**{name: values[name][at[i]] for name in kind.fields})


def _figures(before: Mapping[str, Floats], after: Mapping[str, Floats]) -> list[Text | None]:
    """Return the first figure that is known of each feature, as it counts and as it is."""
    found: list[Text | None] = [None] * len(before["hh"])
    for name, text in reversed(FIGURES.items()):
        for i in np.flatnonzero(~np.isnan(before[name])):
            values = {"here": float(after[name][i]), "whole": float(before[name][i])}
            found[i] = Text(text.template, values)
    return found
