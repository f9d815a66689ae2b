"""The scene, read back by its own description."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from bigmap.core.coverage.gap import Gap, GapCause, GapKind, Remedy
from bigmap.mapview.scene import pack_check, pack_gaps, pack_plan
from bigmap.ui.printing.colours import sheet_operator_colours, sheet_zone_colours
from tests.helpers.plans import EPSG, KINDS, NAMES, ZONE, box_of, grid_plan


def unpack(scene: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    length = int.from_bytes(scene[:4], "little")
    head = json.loads(scene[4 : 4 + length])
    start = -(-(4 + length) // 8) * 8
    arrays = {
        name: np.frombuffer(scene, f"<{kind}", count, start + offset)
        for name, (kind, offset, count) in head["arrays"].items()
    }
    return head, arrays


def shapes_of(head: dict[str, Any], arrays: dict[str, np.ndarray], name: str) -> list[shapely.Polygon]:
    """Return the polygons of a layer in the project CRS."""
    xy = arrays[f"{name}.xy"].reshape(-1, 2) + head["origin"]
    rings, polygons = arrays[f"{name}.rings"], arrays[f"{name}.polygons"]
    found = []
    for first, last in itertools.pairwise(polygons):
        parts = [xy[rings[r] : rings[r + 1]] for r in range(first, last)]
        found.append(shapely.Polygon(parts[0], parts[1:]))
    return found


def texts_of(arrays: dict[str, np.ndarray], name: str) -> list[str]:
    """Return a column of texts."""
    utf8, starts = arrays[f"{name}.utf8"].tobytes(), arrays[f"{name}.starts"]
    return [utf8[a:b].decode() for a, b in itertools.pairwise(starts)]


@pytest.fixture
def packed() -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    return unpack(pack_plan(grid_plan()))


def test_units_come_back(packed) -> None:
    head, arrays = packed
    assert head["v"] == 2
    assert texts_of(arrays, "unit_names") == NAMES
    assert [head["kinds"][code] for code in arrays["unit_kind"]] == KINDS
    assert arrays["unit_zone"].tolist() == ZONE
    for row, shape in enumerate(shapes_of(head, arrays, "units")):
        assert shape.equals_exact(box_of(row), 1e-3)


def test_arrays_are_aligned(packed) -> None:
    head, _ = packed
    assert all(offset % 8 == 0 for _, offset, _ in head["arrays"].values())


def test_zones_gaps_and_operators_come_back(packed) -> None:
    head, arrays = packed
    assert head["zone_ids"] == ["W01", "W02", "W03"]
    assert head["zone_operators"] == [0, 1, 1]
    assert len(set(head["zone_colours"])) == 3  # all three touch
    assert head["gap_kinds"] == ["gap"]
    assert shapes_of(head, arrays, "gaps")[0].equals_exact(box_of(10), 1e-3)
    for row, (x, y) in enumerate(head["zone_labels"]):
        assert (
            grid_plan()
            .zones.geometry[row]
            .contains(shapely.Point(x + head["origin"][0], y + head["origin"][1]))
        )


def test_holes_and_several_parts_keep_their_owner() -> None:
    plan = grid_plan()
    ring = box_of(5).difference(box_of(5).buffer(-20))
    zones = gpd.GeoDataFrame(
        {"zone_id": ["a", "b"], "oper": [None, "Y02"]},
        geometry=[shapely.MultiPolygon([ring, box_of(0)]), box_of(3)],
        crs=EPSG,
    )
    head, arrays = unpack(pack_check(plan, zones, plan.coverage.gaps))
    assert head["overlay"]
    assert arrays["zones.owner"].tolist() == [0, 0, 1]
    assert sum(s.area for s in shapes_of(head, arrays, "zones")) == pytest.approx(
        zones.geometry.area.sum(), rel=1e-6
    )
    assert head["zone_operators"] == [-1, 1]
    assert set(arrays["unit_zone"].tolist()) == {-1}


GAP = Gap("G0001", GapKind.GAP, 1.0, (), GapCause.MISSING_UNIT, Remedy.ADD_UNIT)


def test_gaps_of_an_edited_plan_are_told_by_their_units() -> None:
    bare, idle = replace(GAP, members=np.array([4, 7])), replace(GAP, gap_id="G0002", zone_rows=(1,))
    head, arrays = unpack(pack_gaps(np.array([0, 1, 1, 0]), [bare, idle]))
    assert (head["gap_ids"], head["gap_kinds"]) == (["G0001", "G0002"], ["gap", "gap"])
    assert arrays["gap_units"].tolist() == [4, 7, 1, 2]
    assert arrays["gap_starts"].tolist() == [0, 2, 4]
    assert unpack(pack_gaps(np.array([0]), []))[1]["gap_starts"].tolist() == [0]


def test_a_plan_without_operators_or_gaps_can_be_packed() -> None:
    plan = grid_plan()
    plan.operators = plan.operators.iloc[:0]
    plan.coverage.gaps = ()
    plan.zones["oper"] = None
    head, arrays = unpack(pack_plan(plan))
    assert head["operator_names"] == []
    assert head["zone_operators"] == [-1, -1, -1]
    assert len(arrays["gaps.owner"]) == 0


def test_same_plan_same_bytes() -> None:
    assert pack_plan(grid_plan()) == pack_plan(grid_plan())


def test_no_two_of_many_operators_look_alike_on_the_map_nor_on_the_sheet():
    plan = grid_plan()
    ids = [f"E{i:02d}" for i in range(14)]
    many = pd.DataFrame({"operator_id": ids, "name": ids})
    plan = replace(plan, operators=many, zones=plan.zones.assign(oper=["E00", "E12", "E13"]))
    colours = unpack(pack_plan(plan))[0]["operator_colours"]
    assert len(set(colours)) == 14
    assert sheet_operator_colours(plan) == dict(zip(ids, colours, strict=True))
    assert len(set(sheet_zone_colours(plan, "operator"))) == 3
