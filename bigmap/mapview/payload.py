"""The scene: everything the map shows of a plan, as one binary packet.

Layout: four bytes length of the header (little endian), the header as UTF-8 JSON, zeros up to a multiple
of eight, then the arrays one after the other, each padded to eight bytes. In the header stands
``arrays: {name: [type, offset, count]}`` with offsets from the end of the padding; the types are
``f4 u4 i4 u1``, little endian.

Coordinates are metres in the project CRS, as float32 offsets from ``origin`` in float64: exact to 4 mm at
50 km.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.core.plan import Plan
from bigmap.core.units import KINDS
from bigmap.mapview import styles

VERSION = 1
_ALIGN = 8


@dataclass
class _Packet:
    """Header and arrays while they are gathered."""

    origin: npt.NDArray[np.float64]
    head: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    def add_shapes(self, name: str, shapes: npt.ArrayLike) -> None:
        """Add polygons: vertices, where each ring and each polygon starts, the row each belongs to."""
        parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
        areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        parts, owner = parts[areal], owner[areal]
        rings, polygon = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        self.arrays[f"{name}.xy"] = (xy - self.origin).astype("<f4").ravel()
        self.arrays[f"{name}.rings"] = _starts(ring, len(rings))
        self.arrays[f"{name}.polygons"] = _starts(polygon, len(parts))
        self.arrays[f"{name}.owner"] = owner.astype("<u4")

    def to_bytes(self) -> bytes:
        directory, blocks, offset = {}, [], 0
        for name, array in self.arrays.items():
            block = array.tobytes()
            directory[name] = [array.dtype.str[1:], offset, len(array)]
            blocks.append(block + bytes(-len(block) % _ALIGN))
            offset += len(blocks[-1])
        head = {"v": VERSION, "origin": self.origin.tolist(), **self.head, "arrays": directory}
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        front = len(text).to_bytes(4, "little") + text
        return b"".join([front, bytes(-len(front) % _ALIGN), *blocks])


def pack_plan(plan: Plan) -> bytes:
    """Return the scene of a plan: its units, zones and gaps."""
    packet = _ground(plan, plan.zone_of_unit)
    colours = styles.zone_colours(plan.graph, plan.zone_of_unit, len(plan.zones))
    _add_zones(packet, plan.zones, plan.operators, colours)
    _add_gaps(packet, plan.coverage.gaps)
    return packet.to_bytes()


def pack_check(plan: Plan, zones: gpd.GeoDataFrame, gaps: gpd.GeoDataFrame) -> bytes:
    """Return the scene of foreign ``zones`` (project CRS) over the units of a plan, with their ``gaps``."""
    packet = _ground(plan, np.full(len(plan.units), -1))
    packet.head["overlay"] = True
    _add_zones(packet, zones, plan.operators, styles.foreign_zone_colours(zones.geometry.to_numpy()))
    _add_gaps(packet, gaps)
    return packet.to_bytes()


def _ground(plan: Plan, zone_of_unit: npt.ArrayLike) -> _Packet:
    """Return a packet with the units, the boundary, the exclusions and the communities."""
    frame = plan.units.frame
    west, south, east, north = (float(v) for v in plan.sources.boundary.bounds)
    packet = _Packet(np.array([(west + east) / 2, (south + north) / 2]))
    packet.head = {
        "half": [(east - west) / 2, (north - south) / 2],
        "overlay": False,
        "kinds": list(KINDS),
        "kind_colours": [styles.KIND_COLOURS[kind] for kind in KINDS],
        "nobody": styles.NOBODY,
        "gap_colours": styles.GAP_COLOURS,
        "unit_ids": _texts(frame["unit_id"]),
        "unit_names": _texts(frame["name"]),
        "communities": _texts(plan.sources.communities["name"]),
    }
    packet.add_shapes("units", frame.geometry.to_numpy())
    packet.arrays["unit_kind"] = np.array([KINDS.index(k) for k in frame["kind"]], dtype="<u1")
    packet.arrays["unit_zone"] = np.asarray(zone_of_unit).astype("<i4")
    packet.arrays["unit_hh"] = frame["hh"].fillna(0).to_numpy().astype("<u4")
    packet.arrays["unit_m2"] = frame["site_m2"].to_numpy().astype("<f4")
    packet.add_shapes("boundary", [plan.sources.boundary])
    packet.add_shapes("exclusions", plan.units.exclusions)
    packet.add_shapes("communities", plan.sources.communities.geometry.to_numpy())
    return packet


def _add_zones(packet: _Packet, zones: gpd.GeoDataFrame, operators: pd.DataFrame, colours: list[str]) -> None:
    row_of = {code: row for row, code in enumerate(operators["operator_id"])}
    packet.add_shapes("zones", zones.geometry.to_numpy())
    packet.head |= {
        "zone_ids": _texts(zones["zone_id"]),
        "zone_operators": [row_of.get(code, -1) for code in zones["oper"]],
        "zone_colours": colours,
        "zone_labels": _label_points(zones.geometry.to_numpy(), packet.origin),
        "operator_names": _texts(operators["name"]) if row_of else [],
        "operator_colours": styles.operator_colours(len(row_of)),
    }


def _add_gaps(packet: _Packet, gaps: gpd.GeoDataFrame) -> None:
    packet.add_shapes("gaps", gaps.geometry.to_numpy())
    packet.head |= {
        "gap_ids": _texts(gaps["gap_id"]),
        "gap_kinds": _texts(gaps["kind"]),
        "gap_m2": [round(float(v), 1) for v in gaps["area_m2"]],
    }


def _label_points(shapes: npt.NDArray[np.object_], origin: npt.NDArray[np.float64]) -> list[list[float]]:
    """Return the middle of the roundest part of each shape, as offsets from the origin in metres.

    A zone without ground has the origin.
    """
    points = []
    for shape in shapes:
        if shape is None or shape.is_empty:
            points.append([0.0, 0.0])
            continue
        largest = max(shapely.get_parts(shape), key=shapely.area)
        rough = largest.simplify(shapely.length(largest) / 500)
        circle = shapely.maximum_inscribed_circle(rough, tolerance=shapely.length(rough) / 200)
        points.append(np.round(shapely.get_coordinates(circle)[0] - origin, 2).tolist())
    return points


def _starts(member: npt.NDArray[np.int64], groups: int) -> npt.NDArray[Any]:
    """Return where each of ``groups`` runs of ``member`` starts, and the end of the last."""
    return np.concatenate([[0], np.cumsum(np.bincount(member, minlength=groups))]).astype("<u4")


def _texts(values: pd.Series) -> list[str]:
    return ["" if pd.isna(v) else str(v) for v in values]
