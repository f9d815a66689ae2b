"""Rounding to 7 decimals keeps polygons valid and neighbours' borders equal."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from bigmap.io.writing.lonlat import polygons_to_lonlat

CRS_XIAMEN = CRS.from_epsg(4548)
BACK = Transformer.from_crs(4326, 4548, always_xy=True)
CORNER = np.array([610437.0, 2708867.0])


def moved(*shapes: shapely.Geometry) -> np.ndarray:
    """Return shapes drawn in metres from a corner in Xiamen, in longitude and latitude."""
    return polygons_to_lonlat([shapely.transform(s, lambda xy: xy + CORNER) for s in shapes], CRS_XIAMEN)


def in_metres(shapes: np.ndarray) -> np.ndarray:
    return shapely.transform(shapes, lambda xy: np.column_stack(BACK.transform(*xy.T)))


def is_round(shape: shapely.Geometry, decimals: int = 7) -> bool:
    xy = shapely.get_coordinates(shape)
    return bool((np.round(xy, decimals) == xy).all())


def cracked_grid(seed: int, n: int = 5) -> list[shapely.Polygon]:
    """Return n x n cells that share jittered corners on the 1 cm grid; every third row is 1 to 4 cm high."""
    rng = np.random.default_rng(seed)
    height = np.where(np.arange(n) % 3 == 1, rng.integers(1, 5, n) / 100, 30.0)
    y = np.concatenate([[0.0], np.cumsum(height)])
    x = np.arange(n + 1)[:, None] * 20.0 + rng.integers(-300, 300, (n + 1, n + 1)) / 100
    corner = np.round(np.stack([x, np.broadcast_to(y, x.shape)], axis=-1), 2)
    return [
        shapely.Polygon([corner[i, j], corner[i + 1, j], corner[i + 1, j + 1], corner[i, j + 1]])
        for i in range(n)
        for j in range(n)
    ]


def test_longitude_comes_first_and_is_where_proj_says():
    (box,) = moved(shapely.box(0, 0, 100, 100))
    expected = Transformer.from_crs(4548, 4326, always_xy=True).transform(*CORNER)
    distance = np.abs(shapely.get_coordinates(box) - expected).max(axis=1).min()
    assert distance <= 0.5e-7
    assert 118 < box.centroid.x < 119
    assert 24 < box.centroid.y < 25


def test_ordinary_ground_has_seven_decimals():
    assert all(is_round(s) for s in moved(shapely.box(0, 0, 9, 9), shapely.box(9, 0, 19, 9)))


def test_a_sliver_keeps_more_decimals_together_with_its_neighbours_and_nobody_else():
    # a strip of 2 mm between two boxes, and a box far from it
    left = shapely.box(0, 0, 10, 10)
    strip = shapely.box(10, 0, 10.002, 10)
    right = shapely.box(10.002, 0, 20, 10)
    far = shapely.box(100, 0, 110, 10)
    result = moved(left, strip, right, far)
    assert shapely.is_valid(result).all()
    assert shapely.coverage_is_valid(result[:3])
    assert not is_round(result[1])
    assert is_round(result[1], 9)
    assert is_round(result[3])
    # 2 mm x 10 m, at 9 decimals (0.1 mm) within a tenth
    metres = in_metres(result)
    assert shapely.area(metres[1]) == pytest.approx(0.02, rel=0.1)


@given(offset=st.floats(0, 0.02), width=st.floats(0.0005, 0.005))
def test_polygons_a_few_millimetres_apart_are_not_pushed_into_one_another(offset: float, width: float):
    # the right edge of the left box is slanted, so that rounding can push a corner of the other across it
    left = shapely.Polygon([(0, 0), (10, 0), (10 + offset, 10), (0, 10)])
    right = shapely.Polygon(
        [(10 + offset * 0.5 + width, 5), (20, 0), (20, 10), (10 + offset * 0.7 + width, 7)]
    )
    result = moved(left, right)
    assert shapely.coverage_is_valid(result)
    assert shapely.intersection(*result).area == 0.0


def test_polygons_that_overlapped_before_do_and_are_no_reason_for_more_decimals():
    result = moved(shapely.box(0, 0, 10, 10), shapely.box(5, 5, 15, 15))
    assert all(is_round(shape) for shape in result)
    assert shapely.intersection(*result).area > 0


def test_equal_neighbouring_vertices_are_written_once():
    dense = shapely.Polygon([(0, 0), (5, 0), (5.001, 0), (5.002, 0), (9, 0), (9, 9), (0, 9)])
    (result,) = moved(dense)
    xy = shapely.get_coordinates(result)
    assert is_round(result)
    assert (np.abs(np.diff(xy, axis=0)).max(axis=1) > 0).all()
    assert len(xy) < shapely.get_num_coordinates(dense)


@given(seed=st.integers(0, 2**32 - 1))
def test_a_coverage_stays_one_and_keeps_its_area(seed: int):
    cells = cracked_grid(seed)
    result = moved(*cells)
    assert shapely.coverage_is_valid(result)
    assert shapely.is_valid(result).all()
    assert (shapely.area(result) > 0).all()
    metres = in_metres(result)
    # 390 m of outline, each vertex at most 1 cm off: the error lies on the outline alone
    assert shapely.area(metres).sum() == pytest.approx(shapely.area(cells).sum(), abs=390 * 0.01)


def test_the_area_of_a_district_survives_to_a_millionth():
    side = np.arange(41) * 100.0
    cells = [shapely.box(x, y, x + 100, y + 100) for x in side[:-1] for y in side[:-1]]
    metres = in_metres(moved(*cells))
    assert shapely.area(metres).sum() == pytest.approx(16e6, rel=1e-6)


def test_a_bow_tie_is_mended_and_what_is_no_polygon_is_left_out():
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    mended, line, nothing = moved(bow_tie, shapely.LineString([(0, 0), (1, 1)]), shapely.Polygon())
    assert mended.is_valid
    assert mended.geom_type == "MultiPolygon"
    assert line is None
    assert nothing is None
