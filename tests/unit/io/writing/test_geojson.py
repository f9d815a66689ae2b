"""GeoJSON is read back by others: GDAL, an independent checker, and bare arithmetic."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path

import geojson_validator
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.io.writing import geojson
from bigmap.io.writing.geojson import write_geojson

geojson_validator.configure_logging(enabled=False)

EPSG = 4548
CORNER = np.array([610437.0, 2708867.0])


def frame_of(*shapes: shapely.Geometry, **columns: list) -> gpd.GeoDataFrame:
    """Return a frame of shapes drawn in metres from a corner in Xiamen, with ids A, B, C…"""
    ids = [chr(ord("A") + i) for i in range(len(shapes))]
    placed = [s if s is None else shapely.transform(s, lambda xy: xy + CORNER) for s in shapes]
    return gpd.GeoDataFrame({"zone_id": ids, **columns}, geometry=placed, crs=EPSG)


def written(frame: gpd.GeoDataFrame, folder: Path) -> dict:
    """Write the frame and return the parsed file; the words NaN and Infinity are no JSON."""
    write_geojson(frame, folder / "a.geojson", "zone_id")
    text = (folder / "a.geojson").read_text(encoding="utf-8")
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} in GeoJSON"))


def rings(feature: dict) -> list[list[list[list[float]]]]:
    """Return the rings of each part."""
    shape = feature["geometry"]
    return [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]


def signed_area(ring: list[list[float]]) -> float:
    """Return the shoelace sum: above zero where the ring runs counter-clockwise."""
    (x0, y0) = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in pairwise(moved))


def assert_rfc7946(path: Path) -> None:
    assert geojson_validator.validate_structure(path, check_crs=True) == {}
    criteria = ["self_intersection", "inner_and_exterior_ring_intersect", "3d_coordinates"]
    found = geojson_validator.validate_geometries(
        path, criteria_problematic=[*criteria, "outside_lat_lon_boundaries"]
    )
    assert found["invalid"] == {}
    assert found["problematic"] == {}


WITH_HOLE = shapely.Polygon(
    [(0, 0), (0, 90), (90, 90), (90, 0)],  # clockwise, against the rule
    [[(30, 30), (60, 30), (60, 60), (30, 60)]],
)
BESIDE = shapely.box(90, 0, 120, 90)
ISLANDS = shapely.MultiPolygon([shapely.box(0, 100, 10, 110), shapely.box(50, 100, 60, 110)])


def test_gdal_reads_back_count_ids_text_and_area(tmp_path: Path):
    frame = frame_of(WITH_HOLE, BESIDE, ISLANDS, name=["筼筜里", "官任", "湖滨"], hh=[3, 0, 7])
    write_geojson(frame, tmp_path / "a.geojson", "zone_id")
    back = pyogrio.read_dataframe(tmp_path / "a.geojson")
    assert back.crs.to_epsg() == 4326
    assert back["zone_id"].tolist() == ["A", "B", "C"]
    assert back["id"].tolist() == ["A", "B", "C"]
    assert back["name"].tolist() == ["筼筜里", "官任", "湖滨"]
    assert back["hh"].tolist() == [3, 0, 7]
    # 7 decimals are 1 cm: a few cm of 390 m of border
    assert back.to_crs(EPSG).area.sum() == pytest.approx(10_100.0, rel=1e-3)


def test_an_independent_checker_finds_nothing(tmp_path: Path):
    write_geojson(frame_of(WITH_HOLE, BESIDE, ISLANDS), tmp_path / "a.geojson", "zone_id")
    assert_rfc7946(tmp_path / "a.geojson")


@pytest.mark.parametrize("part", [0, 1], ids=["exterior", "hole"])
def test_the_independent_checker_does_see_a_ring_turned_over(tmp_path: Path, part: int):
    data = written(frame_of(ISLANDS, WITH_HOLE), tmp_path)
    data["features"][1]["geometry"]["coordinates"][0][part].reverse()
    found = geojson_validator.validate_geometries(data, criteria_problematic=[])
    assert len(found["invalid"]) == 1


def test_exterior_rings_run_counter_clockwise_and_holes_clockwise(tmp_path: Path):
    for feature in written(frame_of(WITH_HOLE, BESIDE, ISLANDS), tmp_path)["features"]:
        for exterior, *holes in rings(feature):
            assert signed_area(exterior) > 0
            assert all(signed_area(hole) < 0 for hole in holes)


def test_ids_stand_at_the_feature_and_among_the_properties_as_text(tmp_path: Path):
    frame = frame_of(BESIDE, WITH_HOLE).assign(zone_id=[350203009001, 350203009002])
    for feature in written(frame, tmp_path)["features"]:
        assert isinstance(feature["id"], str)
        assert feature["properties"]["zone_id"] == feature["id"]


@pytest.mark.parametrize(
    ("shapes", "kind"),
    [((WITH_HOLE, BESIDE), "Polygon"), ((WITH_HOLE, ISLANDS, BESIDE), "MultiPolygon")],
)
def test_one_geometry_type_in_a_file(tmp_path: Path, shapes: tuple, kind: str):
    data = written(frame_of(*shapes), tmp_path)
    assert {f["geometry"]["type"] for f in data["features"]} == {kind}
    assert sum(len(rings(f)) for f in data["features"]) == sum(len(shapely.get_parts([s])) for s in shapes)


def test_lines_and_heights_are_dropped_and_missing_ground_is_null(tmp_path: Path):
    mixed = shapely.GeometryCollection([BESIDE, shapely.LineString([(0, 0), (1, 1)])])
    data = written(frame_of(mixed, shapely.force_3d(BESIDE, 5.0), None), tmp_path)
    first, second, third = (f["geometry"] for f in data["features"])
    assert first == second
    assert first["type"] == "MultiPolygon"
    assert {len(p) for p in first["coordinates"][0][0]} == {2}
    assert third is None


def test_there_is_no_crs_member_and_no_more_than_seven_decimals(tmp_path: Path):
    data = written(frame_of(WITH_HOLE, BESIDE), tmp_path)
    assert set(data) == {"type", "features"}
    for x, y in (p for f in data["features"] for part in rings(f) for ring in part for p in ring):
        assert (x, y) == (round(x, 7), round(y, 7))


def test_what_is_rounded_already_is_written_as_it_is(tmp_path: Path):
    fine = shapely.Polygon([(118.1, 24.1), (118.123456789, 24.1), (118.2, 24.2)])
    frame = gpd.GeoDataFrame({"zone_id": ["A"]}, geometry=[fine], crs="OGC:CRS84")
    write_geojson(frame, tmp_path / "a.geojson", "zone_id", decimals=None)
    (feature,) = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    assert shapely.normalize(shapely.Polygon(rings(feature)[0][0])) == shapely.normalize(fine)


def test_the_most_complete_row_comes_first_and_the_rest_keep_their_order(tmp_path: Path):
    frame = frame_of(
        *[BESIDE] * 4, oper=[None, "Y01", "Y02", None], width=[1.0, np.nan, 2.5, np.nan], hh=[1, 2, 3, 4]
    )
    data = written(frame, tmp_path)
    assert [f["id"] for f in data["features"]] == ["C", "A", "B", "D"]
    assert None not in data["features"][0]["properties"].values()
    assert [f["properties"]["oper"] for f in data["features"]] == ["Y02", None, "Y01", None]


def test_the_first_feature_alone_gives_the_schema(tmp_path: Path):
    columns = {"hh": [np.nan, 2.0], "name": ["", "x"], "inside": [True, False], "note": [None, None]}
    frame = frame_of(BESIDE, WITH_HOLE, **columns)
    data = written(frame, tmp_path)
    first = data["features"][0]["properties"]
    assert {name: type(value) for name, value in first.items()} == {
        "zone_id": str,
        "hh": float,
        "name": str,
        "inside": bool,
        "note": str,
    }
    assert [f["properties"].keys() for f in data["features"]] == [first.keys()] * 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Series([1.0, np.inf]), [1.0, None]),
        (pd.Series([2.5, "12"], dtype=object), ["2.5", "12"]),
        (pd.Series([3, 2.5], dtype=object), [3.0, 2.5]),
        (pd.Series([True, None], dtype="boolean"), [True, None]),
        (pd.Series(["350203009001001", None]), ["350203009001001", None]),
        (pd.Series([pd.Timestamp("2025-03-01 12:00"), pd.NaT]), ["2025-03-01", None]),
        (pd.Series([dt.date(2025, 3, 1), None], dtype=object), ["2025-03-01", None]),
        (pd.Series(["a", "b"], dtype="category"), ["a", "b"]),
        (pd.Series([np.nan, np.nan]), [None, None]),
    ],
    ids=["Int64", "inf", "mixed", "numbers", "boolean", "code", "time", "date", "category", "nothing"],
)
def test_a_column_has_one_type(tmp_path: Path, values: pd.Series, expected: list):
    data = written(frame_of(BESIDE, WITH_HOLE, v=values.array), tmp_path)
    found = [f["properties"]["v"] for f in data["features"]]
    assert found == expected
    assert [type(v) for v in found] == [type(v) for v in expected]


def test_nothing_is_an_empty_collection(tmp_path: Path):
    frame = frame_of(BESIDE).iloc[:0]
    assert written(frame, tmp_path) == {"type": "FeatureCollection", "features": []}
    assert geojson_validator.validate_structure(tmp_path / "a.geojson") == {}
    assert len(pyogrio.read_dataframe(tmp_path / "a.geojson")) == 0


def test_the_same_frame_gives_the_same_bytes_in_any_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    frame = frame_of(WITH_HOLE, BESIDE, ISLANDS, WITH_HOLE, ISLANDS)
    for name, chunk in (("a", 10_000), ("b", 10_000), ("c", 2), ("d", 5)):
        monkeypatch.setattr(geojson, "_CHUNK", chunk)
        write_geojson(frame, tmp_path / name, "zone_id")
    assert len({(tmp_path / name).read_bytes() for name in "abcd"}) == 1


@pytest.mark.parametrize("name", ["operator_id", "Name", "名称", "2nd", "a-b"])
def test_a_name_that_a_shapefile_would_cut_is_refused(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="at most 10 characters"):
        write_geojson(frame_of(BESIDE, **{name: [1]}), tmp_path / "a.geojson", "zone_id")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("codes", [["W01", "W01"], ["W01", None]])
def test_codes_must_be_unique_and_known(tmp_path: Path, codes: list):
    with pytest.raises(ValueError, match="not unique"):
        write_geojson(frame_of(BESIDE, WITH_HOLE).assign(zone_id=codes), tmp_path / "a", "zone_id")


def test_a_frame_without_a_crs_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="CRS"):
        write_geojson(frame_of(BESIDE).set_crs(None, allow_override=True), tmp_path / "a", "zone_id")


numbers = st.floats(allow_nan=True, allow_infinity=True)
texts = st.none() | st.text(max_size=8)


@given(
    seed=st.integers(0, 2**32 - 1),
    values=st.lists(st.tuples(numbers, texts, st.none() | st.booleans()), min_size=1, max_size=6),
)
def test_anything_becomes_valid_geojson(tmp_path_factory: pytest.TempPathFactory, seed: int, values: list):
    rng = np.random.default_rng(seed)
    shapes = [star_with_hole(rng) for _ in values]
    number, text, flag = (list(column) for column in zip(*values, strict=True))
    folder = tmp_path_factory.mktemp("any")
    data = written(frame_of(*shapes, v=number, t=text, b=pd.array(flag, dtype="boolean")), folder)
    assert_rfc7946(folder / "a.geojson")
    assert len(data["features"]) == len(values)
    by_id = {f["id"]: f for f in data["features"]}
    kept = [by_id[chr(ord("A") + i)]["properties"]["v"] for i in range(len(values))]
    assert kept == [v if np.isfinite(v) else None for v in number]


def star_with_hole(rng: np.random.Generator) -> shapely.Polygon:
    """Return a star-shaped polygon from 3 cm to 3 km across with a hole around its centre."""
    angle = (np.arange(8) + rng.uniform(0, 0.9, 8)) * np.pi / 4
    size = 10 ** rng.uniform(-1.5, 3.5)
    outer = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(0.5, 1.0, (8, 1)) * size
    return shapely.Polygon(outer, [outer * 0.4])
