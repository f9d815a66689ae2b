"""Layers whose label puts them far from the others: which label is wrong, told by the numbers themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pyproj import CRS, Geod

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import georeferencing as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core import crs as crs_rules

_FAR_M = 60_000.0
"""Farther apart than this, layers of one office do not lie."""
_GEOD = Geod(ellps="GRS80")

Labelled = tuple[str, CRS | None]


def set_outliers_aside(
    layers: Sequence[Labelled], boxes: Sequence[crs_rules.Bounds], log: ProblemLog
) -> list[int]:
    """Return the layers whose label puts them elsewhere while another reading puts them among the others.

    Parameters
    ----------
    layers : sequence of (str, pyproj.CRS or None)
        Name of the file and the system it claims; None for a layer that waits for the others.
    boxes : sequence of tuple of float
    log : ProblemLog
        Gets each label set aside.

    Raises
    ------
    UserError
        If two layers contradict each other and neither is more to be trusted.
    """
    homes = {
        i: crs_rules.to_lonlat(crs, crs_rules.middle(boxes[i]))
        for i, (_, crs) in enumerate(layers)
        if crs is not None
    }
    aside: list[int] = []
    for i in sorted(homes, key=lambda i: _trust(layers[i][1], boxes[i])):
        others = [j for j in homes if j != i and j not in aside]
        if not others:
            break
        lon, lat = np.median([homes[j] for j in others], axis=0)
        away = _apart(homes[i], (lon, lat))
        if away < _FAR_M or not _fits(boxes[i], (float(lon), float(lat)), layers[i][1]):
            continue
        _refuse_a_draw(i, others, layers, boxes)
        name = crs_rules.name_of(layers[i][1] or crs_rules.epsg(4490))
        log.add(kinds.CrsElsewhere(crs=name, km=away / 1000), file=layers[i][0])
        aside.append(i)
    return aside


def _trust(crs: CRS | None, box: crs_rules.Bounds) -> int:
    """Return how much the numbers tell by themselves: degrees and zone numbers more than bare metres."""
    return int(any(c.confidence >= crs_rules.SURE and c.crs == crs for c in crs_rules.guess_crs(box)))


def _fits(box: crs_rules.Bounds, near: crs_rules.LonLat, crs: CRS | None) -> bool:
    found = crs_rules.guess_crs(box, near)
    return bool(found) and found[0].confidence >= crs_rules.SURE and found[0].crs != crs


def _refuse_a_draw(
    i: int, others: Sequence[int], layers: Sequence[Labelled], boxes: Sequence[crs_rules.Bounds]
) -> None:
    """Raise where one label stands against one, each on bare metres."""
    if len(others) > 1 or _trust(layers[others[0]][1], boxes[others[0]]) > _trust(layers[i][1], boxes[i]):
        return
    (one, first), (two, second) = layers[i], layers[others[0]]
    if first is not None and second is not None:
        raise UserError(
            "{one} says {first} and {two} says {second}, which puts them far apart; one must be wrong: "
            "correct its .prj.",
            one=one,
            first=crs_rules.name_of(first),
            two=two,
            second=crs_rules.name_of(second),
        )


def _apart(one: crs_rules.LonLat, two: crs_rules.LonLat) -> float:
    metres = float(_GEOD.inv(*one, *two)[2])
    return metres if np.isfinite(metres) else float("inf")
