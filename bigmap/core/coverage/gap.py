"""A gap: a place where a coverage fails, as a record, and the one table that is made of such records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from bigmap.base.arrays import Ints, Shapes

_SEPARATOR = ";"


class GapKind(StrEnum):
    """What is wrong at a place."""

    GAP = "gap"
    """Ground in no zone."""
    SLIVER = "sliver"
    """A gap too small or too narrow to be ground of its own."""
    OVERLAP = "overlap"
    """Ground in two zones."""
    SPLIT_UNIT = "split_unit"
    """What a second zone has of an estate or a building."""
    NO_OPERATOR = "no_operator"
    """A zone that nobody serves."""
    SERVICE_HOLE = "service_hole"
    """Ground of a zone with an operator, where nobody does some of the services."""
    OUTSIDE = "outside"
    """What a zone has beyond the boundary; no coverage counts it."""


class GapCause(StrEnum):
    """Why it is wrong."""

    BOUNDARY_MISMATCH = "boundary_mismatch"
    STRIP = "strip"
    UNPLANNED_LAND = "unplanned_land"
    DUPLICATE = "duplicate"
    MISSING_UNIT = "missing_unit"
    UNIT_CUT = "unit_cut"
    NO_OPERATOR = "no_operator"
    CONTRACT_ENDED = "contract_ended"
    OPERATOR_UNKNOWN = "operator_unknown"
    SERVICE_MISSING = "service_missing"
    BEYOND_BOUNDARY = "beyond_boundary"
    """The zone reaches beyond the boundary."""
    APART_FROM_BOUNDARY = "apart_from_boundary"
    """Nothing of the zone lies inside the boundary."""


class Remedy(StrEnum):
    """What is suggested to do about it."""

    GIVE = "give_to_a"
    """Give all of it to the first of its zones."""
    SPLIT = "split"
    """Split it between its zones."""
    ADD_UNIT = "add_unit"
    """No zone lies beside it: make a zone of it."""
    ASSIGN_OPERATOR = "assign_operator"
    CUT_OFF = "cut_off"
    """Take it off the zone, or give a boundary that reaches further."""


@dataclass(frozen=True)
class Gap:
    """One place where a coverage fails.

    Attributes
    ----------
    gap_id : str
        'G0001'; 'O0001' for ground that two zones have.
    kind : GapKind
    area_m2 : float
        Ellipsoidal.
    zones : tuple of str
        Codes of the zones along its border or over it, the first one being who would get it.
    cause : GapCause
    remedy : Remedy
    near_name : str
        Name of the nearest road or estate, '' where none has one.
    units : tuple of str
        Codes of the units that hold most of it, the largest part first.
    services : tuple of str
        Service items that nobody does.
    width_m : float or None
        2A/P; None while a plan is edited, as its ground is not drawn yet.
    inside : bool or None
        Whether it lies inside the walls of an estate; None while a plan is edited.
    geometry : Polygon or MultiPolygon or None
        In the CRS of its `Coverage`; None while a plan is edited.
    members : ndarray of int or None
        Rows of the units that it consists of, where it is ground without a zone of a plan being edited.
    zone_rows : tuple of int
        Rows of ``zones`` in a plan being edited.
    """

    gap_id: str
    kind: GapKind
    area_m2: float
    zones: tuple[str, ...]
    cause: GapCause
    remedy: Remedy
    near_name: str = ""
    units: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    width_m: float | None = None
    inside: bool | None = None
    geometry: shapely.Geometry | None = None
    members: Ints | None = field(default=None, compare=False)
    zone_rows: tuple[int, ...] = ()


def gaps_frame(gaps: Sequence[Gap], crs: CRS | None) -> gpd.GeoDataFrame:
    """Return a row a gap as files and tables hold it: codes as text, lists of codes apart by ';'."""
    columns = {
        "gap_id": [gap.gap_id for gap in gaps],
        "kind": [gap.kind.value for gap in gaps],
        "area_m2": [gap.area_m2 for gap in gaps],
        "width_m": [gap.width_m for gap in gaps],
        "inside": [gap.inside for gap in gaps],
        "near_name": [gap.near_name for gap in gaps],
        "zones": _joined(gap.zones for gap in gaps),
        "units": _joined(gap.units for gap in gaps),
        "services": _joined(gap.services for gap in gaps),
        "cause": [gap.cause.value for gap in gaps],
        "suggest": [gap.remedy.value for gap in gaps],
    }
    return gpd.GeoDataFrame(columns, geometry=gap_shapes(gaps), crs=crs)


def gap_shapes(gaps: Iterable[Gap]) -> Shapes:
    """Return the geometries of gaps as an array."""
    return np.array([gap.geometry for gap in gaps], dtype=object)


def _joined(lists: Iterable[tuple[str, ...]]) -> list[str]:
    return [_SEPARATOR.join(codes) for codes in lists]
