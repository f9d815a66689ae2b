"""The scene: everything the map shows of a plan, as one binary packet.

Layout: four bytes length of the header (little endian), the header as UTF-8 JSON, zeros up to a multiple
of eight, then the arrays one after the other, each padded to eight bytes. In the header stands
``arrays: {name: [type, offset, count]}`` with offsets from the end of the padding; the types are
``f4 u4 i4 u1``, little endian. ``shapes`` names the layers of polygons (``.xy .rings .polygons .owner``),
``texts`` the columns of texts (``.utf8 .starts``).

Coordinates are metres in the project CRS, as float32 offsets from ``origin`` in float64: exact to 4 mm at
50 km.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from bigmap.base.arrays import Ints
from bigmap.core.coverage.gap import Gap, gap_shapes
from bigmap.core.coverage.service_matrix import comparable_code
from bigmap.core.planning.plan import Plan
from bigmap.core.units import unknown
from bigmap.core.units.model import KINDS
from bigmap.mapview import styles

VERSION = 2
_ALIGN = 8
_UNTOLD = 2**32 - 1  # households that nobody tells; the page knows it too


@dataclass
class _Packet:
    """Header and arrays while they are gathered."""

    origin: npt.NDArray[np.float64]
    head: dict[str, Any] = field(default_factory=dict)
    shapes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    def add_shapes(self, name: str, shapes: npt.ArrayLike) -> None:
        """Add polygons: vertices, where each ring and each polygon starts, the row each belongs to."""
        self.shapes.append(name)
        kind, xy, starts = shapely.to_ragged_array(_areal(np.asarray(shapes, dtype=object)))
        rings, *outer = starts
        if kind == shapely.GeometryType.MULTIPOLYGON:
            polygons, features = outer
            owner = np.repeat(np.arange(len(features) - 1), np.diff(features))
        else:
            (polygons,) = outer
            owner = np.arange(len(polygons) - 1)
        held = np.diff(polygons) > 0  # an empty polygon is no polygon
        polygons, owner = np.append(polygons[:-1][held], polygons[-1]), owner[held]
        self.arrays[f"{name}.xy"] = (xy[:, :2] - self.origin).astype("<f4").ravel()
        self.arrays[f"{name}.rings"] = rings.astype("<u4")
        self.arrays[f"{name}.polygons"] = polygons.astype("<u4")
        self.arrays[f"{name}.owner"] = owner.astype("<u4")

    def add_texts(self, name: str, values: pd.Series) -> None:
        """Add a column of texts as UTF-8, with where each starts; nothing stands for ''."""
        self.texts.append(name)
        column = pa.array(values, type=pa.string(), from_pandas=True)
        _, starts, data = column.buffers()
        self.arrays[f"{name}.starts"] = np.frombuffer(starts, "<u4", len(column) + 1, 4 * column.offset)
        self.arrays[f"{name}.utf8"] = np.frombuffer(data or b"", "<u1")

    def to_bytes(self) -> bytes:
        directory, blocks, offset = {}, [], 0
        for name, array in self.arrays.items():
            block = array.tobytes()
            directory[name] = [array.dtype.str[1:], offset, len(array)]
            blocks.append(block + bytes(-len(block) % _ALIGN))
            offset += len(blocks[-1])
        named = {"shapes": self.shapes, "texts": self.texts, "arrays": directory}
        head = {"v": VERSION, "origin": self.origin.tolist(), **self.head, **named}
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        front = len(text).to_bytes(4, "little") + text
        return b"".join([front, bytes(-len(front) % _ALIGN), *blocks])


def pack_plan(plan: Plan) -> bytes:
    """Return the scene of a plan: its units, zones and gaps."""
    packet = _ground(plan, plan.zone_of_unit)
    ground = plan.graph, plan.zone_of_unit, len(plan.zones)
    pairs = partial(styles.zone_neighbours, *ground)
    _add_zones(packet, plan.zones, plan.operators, styles.zone_colours(*ground), pairs)
    _add_gaps(packet, plan.coverage.gaps)
    return packet.to_bytes()


def pack_check(plan: Plan, zones: gpd.GeoDataFrame, gaps: Sequence[Gap]) -> bytes:
    """Return the scene of foreign ``zones`` (project CRS) over the units of a plan, with their ``gaps``."""
    packet = _ground(plan, np.full(len(plan.units), -1))
    packet.head["overlay"] = True
    shapes = zones.geometry.to_numpy()
    pairs = partial(styles.foreign_neighbours, shapes)
    _add_zones(packet, zones, plan.operators, styles.foreign_zone_colours(shapes), pairs)
    _add_gaps(packet, gaps)
    return packet.to_bytes()


def pack_gaps(zone: npt.NDArray[np.int64], gaps: Sequence[Gap]) -> bytes:
    """Return the gaps of a plan that is edited, for its scene on show: of which units each is.

    The page has the ground of the units; a gap of several units has inner borders there.

    Parameters
    ----------
    zone : array of int
        Zone row of each unit.
    gaps : sequence of Gap
        Of its ``members``, or of all units of its zone.
    """
    held = [np.flatnonzero(np.isin(zone, g.zone_rows)) if g.members is None else g.members for g in gaps]
    packet = _Packet(np.zeros(2))
    packet.arrays["gap_units"] = np.concatenate([*held, []]).astype("<u4")
    packet.arrays["gap_starts"] = np.cumsum([0, *map(len, held)]).astype("<u4")
    packet.head = _gap_head(gaps)
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
        "load_field": plan.units.load_field,
        "balance_breaks": list(styles.BALANCE_BREAKS),
        "balance_colours": list(styles.BALANCE_COLOURS),
    }
    packet.add_texts("unit_ids", frame["unit_id"])
    packet.add_texts("unit_names", frame["name"])
    packet.add_shapes("units", frame.geometry.to_numpy())
    packet.add_shapes("buildings", plan.sources.buildings.geometry.to_numpy())
    packet.arrays["unit_kind"] = pd.Categorical(frame["kind"], categories=KINDS).codes.astype("<u1")
    packet.arrays["unit_zone"] = np.asarray(zone_of_unit).astype("<i4")
    households = unknown.of_units(frame, "hh")
    packet.arrays["unit_hh"] = np.where(np.isnan(households), _UNTOLD, households).astype("<u4")
    packet.arrays["unit_m2"] = frame["site_m2"].to_numpy().astype("<f4")
    _add_load(packet, frame)
    _add_phase(packet, frame)
    packet.add_shapes("boundary", [plan.sources.boundary])
    packet.add_shapes("exclusions", plan.units.exclusions)
    packet.add_shapes("communities", plan.sources.communities.geometry.to_numpy())
    return packet


def _add_load(packet: _Packet, frame: gpd.GeoDataFrame) -> None:
    """Add the load of each unit, and its load per hectare in classes by each method."""
    load = frame["load"].fillna(0).to_numpy(float)
    density = 1e4 * load / np.maximum(frame["site_m2"].to_numpy(float), 1.0)
    packet.arrays["unit_load"] = load.astype("<f4")
    packet.arrays["unit_density"] = density.astype("<f4")
    packet.head |= {
        "load_breaks": {name: classes(density) for name, classes in styles.METHODS.items()},
        "load_colours": list(styles.LOAD_COLOURS),
    }


def _add_phase(packet: _Packet, frame: gpd.GeoDataFrame) -> None:
    """Add the phase of each unit, where the plan has phases."""
    if "phase" not in frame:
        return
    packet.head |= {
        "phases": list(styles.PHASE_COLOURS),
        "phase_colours": list(styles.PHASE_COLOURS.values()),
    }
    codes = pd.Categorical(frame["phase"], categories=list(styles.PHASE_COLOURS)).codes
    packet.arrays["unit_phase"] = np.maximum(codes, 0).astype("<u1")  # an unknown phase is none


def _areal(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the shapes, each polygons only; what has none becomes an empty one, so that rows stay."""
    kinds = shapely.get_type_id(shapes)
    plain = np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    if plain.all() and len(shapes):
        return shapes
    found = np.full(len(shapes) or 1, shapely.Polygon(), dtype=object)
    found[: len(shapes)][plain] = shapes[plain]
    for row in np.flatnonzero(kinds == shapely.GeometryType.GEOMETRYCOLLECTION):
        parts = shapely.get_parts(shapes[row])
        found[row] = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return found


def _add_zones(
    packet: _Packet,
    zones: gpd.GeoDataFrame,
    operators: pd.DataFrame,
    colours: list[str],
    pairs: Callable[[], tuple[Ints, Ints]],
) -> None:
    row_of = {
        comparable_code(name): i for key in ("name", "operator_id") for i, name in enumerate(operators[key])
    }
    owner = [row_of.get(comparable_code(code), -1) for code in zones["oper"]]
    packet.add_shapes("zones", zones.geometry.to_numpy())
    packet.head |= {
        "zone_ids": _texts(zones["zone_id"]),
        "zone_names": _texts(zones["name"]) if "name" in zones else [""] * len(zones),
        "zone_operators": owner,
        "zone_colours": colours,
        "zone_labels": _label_points(zones.geometry.to_numpy(), packet.origin),
        "operator_names": _texts(operators["name"]) if row_of else [],
        "operator_colours": styles.operator_colours(len(operators), owner, pairs),
    }


def _add_gaps(packet: _Packet, gaps: Sequence[Gap]) -> None:
    packet.add_shapes("gaps", gap_shapes(gaps))
    packet.head |= _gap_head(gaps)


def _gap_head(gaps: Sequence[Gap]) -> dict[str, Any]:
    return {
        "gap_ids": [gap.gap_id for gap in gaps],
        "gap_kinds": [gap.kind.value for gap in gaps],
        "gap_m2": [round(gap.area_m2, 1) for gap in gaps],
    }


def _label_points(shapes: npt.NDArray[np.object_], origin: npt.NDArray[np.float64]) -> list[list[float]]:
    """Return about the middle of the roundest part of each shape, as offsets from the origin in metres.

    A coarse circle in a coarse outline; where that lies outside the shape itself any point in it is taken.
    A zone without ground has the origin.
    """
    found = np.zeros((len(shapes), 2))
    solid = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    found[solid] = _middles(shapes[solid]) - origin
    return np.round(found, 2).tolist()


def _middles(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    order = np.lexsort((shapely.area(parts), owner))
    last = np.append(owner[order][1:] != owner[order][:-1], True)[: len(order)]
    largest = np.full(len(shapes), shapely.Point(), dtype=object)
    largest[owner[order][last]] = parts[order][last]
    around = shapely.length(largest)
    rough = shapely.simplify(largest, around / 200)
    points = shapely.get_point(shapely.maximum_inscribed_circle(rough, tolerance=around / 100), 0)
    inside = shapely.contains_properly(largest, points)
    points[~inside] = shapely.point_on_surface(largest[~inside])
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _texts(values: pd.Series) -> list[str]:
    return list(values.fillna("").astype(str))
