"""Coordinate systems: which one numbers without a label are in, and which one the project uses."""

from bigmap.core.crs.guess import SURE, Candidate, guess
from bigmap.core.crs.systems import (
    Bounds,
    LonLat,
    contradicts,
    distance_m,
    epsg,
    far_from_meridian,
    in_china,
    in_degrees,
    is_metric,
    known,
    lacks_shift,
    meridian,
    middle,
    name_of,
    project_crs,
    to_lonlat,
)

__all__ = [
    "SURE",
    "Bounds",
    "Candidate",
    "LonLat",
    "contradicts",
    "distance_m",
    "epsg",
    "far_from_meridian",
    "guess",
    "in_china",
    "in_degrees",
    "is_metric",
    "known",
    "lacks_shift",
    "meridian",
    "middle",
    "name_of",
    "project_crs",
    "to_lonlat",
]
