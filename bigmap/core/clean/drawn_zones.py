"""Zones that somebody else drew, read as every other layer is: areas, also of closed lines, one a zone.

What bears one code is one zone, and what bears no code but one name. Features of one code whose names or
operators contradict each other are kept apart, as are all features where code or name tells none from
another; either is said.
"""

from __future__ import annotations

import re
import unicodedata

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.arrays import Ints, Shapes
from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import drawn_zones as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean import points as dots
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.clean.validity import GRID_M, put_right
from bigmap.core.clean.vertices import Surroundings
from bigmap.core.sources.layers import LayerSet, Role

_NO_CODE = re.compile(r"0*")  # what a new shapefile has in its field Id
_NO_NAME = re.compile(
    r"((untitled|unnamed|未命名|无标题)\W*)?(polygon|path|polyline|shape|多边形|路径|折线|图形)\W*\d*"
    r"|(untitled|unnamed|未命名|无标题)\W*\d*|",
    re.IGNORECASE,
)
"""What programs write where nobody has named anything."""
_BETWEEN = "\x1f"  # in no text of a layer; pandas of lowest versions ends a text at "\0"


def drawn_zones(layers: LayerSet, crs: CRS, problems: ProblemLog | None = None) -> gpd.GeoDataFrame:
    """Return the drawn zones in the project CRS: ``zone_id``, ``oper`` (None where unknown), ``geometry``.

    ``resolution_m`` is what their file was rounded to (`Layer.resolution_m`).

    Parameters
    ----------
    layers : LayerSet
    crs : pyproj.CRS
        Metric.
    problems : ProblemLog, optional
        Gets what was mended or left out, and which features are one zone; ``layers.problems`` otherwise.

    Raises
    ------
    UserError
        If no layer of zones holds an area.
    """
    log = layers.problems if problems is None else problems
    found = layers.of(Role.ZONES)
    if not found:
        raise UserError("No layer of zones was given: name the file of the zones to check.")
    frames = [
        layer.frame.to_crs(crs).assign(file=layer.file.name, resolution_m=layer.resolution_m)
        for layer in found
    ]
    drawn, lone = dots.split_points(gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=crs))
    around = Surroundings.of([drawn])
    drawn = put_right(drawn, (2,), around, log)
    if not len(drawn):
        files = ", ".join(dict.fromkeys(layer.file.name for layer in found))
        raise UserError("{file} holds no areas and no closed lines: choose a layer of zones.", file=files)
    drawn = drawn.assign(code=_comparable(drawn["code"], _NO_CODE), name=_comparable(drawn["name"], _NO_NAME))
    if len(lone):
        drawn = dots.take_point_attributes(drawn, dots.points_in_place(lone, around, log), log)
    return _named(_dissolved(drawn, log))


def _dissolved(drawn: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return one row a zone; that several features are one is said."""
    drawn = _with_telling_titles(drawn, log)
    zone = _zone_of(drawn, log)
    out = drawn.iloc[np.unique(zone, return_index=True)[1]].reset_index(drop=True)
    shapes, several = out.geometry.to_numpy().copy(), np.flatnonzero(np.bincount(zone) > 1)
    before = np.bincount(zone, shapely.area(drawn.geometry.to_numpy()))[several]
    for row in several:
        own = drawn[zone == row]
        shapes[row] = shapely.union_all(own.geometry.to_numpy(), grid_size=GRID_M)
        for column in ("name", "oper"):
            out.loc[row, column] = next((text for text in own[column] if text), "")
        out.loc[row, "resolution_m"] = own["resolution_m"].max()
    titles, n = _titles(out)[several], np.bincount(zone)[several]
    after, pieces = shapely.area(shapes[several]), shapely.get_num_geometries(shapes[several])
    say_each(
        log,
        out,
        several,
        lambda i: kinds.ZoneInFeatures(
            zone=titles[i], n=n[i], before=before[i], after=after[i], pieces=pieces[i]
        ),
    )
    return out.set_geometry(gpd.GeoSeries(shapes, crs=drawn.crs))


def _comparable(texts: pd.Series, nothing: re.Pattern[str]) -> list[str]:
    """Return codes or names as they are compared, '' for those that name nothing."""
    plain = [unicodedata.normalize("NFKC", text).strip() for text in texts]
    return ["" if nothing.fullmatch(text) else text for text in plain]


def _titles(frame: gpd.GeoDataFrame) -> Shapes:
    """Return the code of each row, its name where it has none."""
    return frame["code"].where(frame["code"] != "", frame["name"]).to_numpy(object)


def _with_telling_titles(drawn: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the features without a code, or without a name, that all of them bear: it tells none apart."""
    for column in ("code", "name"):
        title = str(drawn[column].iloc[0])
        if len(drawn) > 1 and title and (drawn[column] == title).all():
            file = str(drawn["file"].iloc[0])
            log.add(kinds.ZoneTitleUseless(n=len(drawn), title=title), file=file)
            drawn = drawn.assign(**{column: ""})
        if (drawn["code"] != "").any():
            break
    return drawn


def _zone_of(drawn: gpd.GeoDataFrame, log: ProblemLog) -> Ints:
    """Return the number of the zone of each feature, in the order of the first feature of each."""
    titles = _titles(drawn)
    title = pd.Series(titles).where(titles != "", [f"{_BETWEEN}{row}" for row in range(len(drawn))])
    told = drawn[["name", "oper"]].replace("", None).reset_index(drop=True)
    differs = (told.groupby(title).transform("nunique") > 1).any(axis=1).to_numpy()
    told_apart = _BETWEEN + told["name"].fillna("") + _BETWEEN + told["oper"].fillna("")
    zone = title.where(~differs, title + told_apart)
    first = np.flatnonzero(differs & ~title.duplicated().to_numpy())
    of_title, called = zone.groupby(title), titles[first]
    n, zones = (of_title.transform(how).to_numpy()[first] for how in ("size", "nunique"))
    say_each(log, drawn, first, lambda i: kinds.ZoneTitleShared(n=n[i], title=called[i], zones=zones[i]))
    return pd.factorize(zone)[0].astype(np.int64)


def _named(drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name each zone by its code, else its name, else a number; never one twice."""
    ids = pd.Series(_titles(drawn))
    ids = ids.where(ids != "", [f"Z{i + 1:02d}" for i in range(len(ids))])
    while (again := ids.groupby(ids).cumcount()).any():
        ids = ids.where(again == 0, ids + "-" + (again + 1).astype(str))
    operator = drawn["oper"].where(drawn["oper"] != "", None).to_numpy()
    columns = {"zone_id": ids, "oper": operator, "resolution_m": drawn["resolution_m"].to_numpy()}
    return gpd.GeoDataFrame(columns, geometry=drawn.geometry.to_numpy(), crs=drawn.crs)
