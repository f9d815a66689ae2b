"""Areas, widths, compactness."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer
from shapely import box

from bigmap.core.geometry.measures import AreaMeter, compactness, width_m


def geodesic_area(shape, crs):
    """The independent way: geodesic polygon area of the densified outline."""
    move = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    dense = shapely.segmentize(shape, 1.0)
    lonlat = shapely.transform(dense, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))
    geod = Geod(a=crs.ellipsoid.semi_major_metre, rf=crs.ellipsoid.inverse_flattening)
    return abs(geod.geometry_area_perimeter(lonlat)[0])


@pytest.mark.parametrize(
    ("epsg", "x", "y"),
    [
        (4548, 610_438, 2_708_867),
        (4549, 306_297, 2_709_771),
        (2384, 610_000, 2_708_000),
        (32637, 390_000, 6_170_000),
    ],
)
def test_agrees_with_geodesic_polygons(epsg, x, y):
    crs = CRS.from_epsg(epsg)
    shape = box(x, y, x + 1000, y + 1000)
    assert AreaMeter(crs, (x, y)).area_m2([shape])[0] == pytest.approx(geodesic_area(shape, crs), rel=1e-8)


def test_the_area_error_of_the_grid_is_taken_out():
    # At 118.09 E the CM 117 grid shows 302 m² too much in a square kilometre.
    crs = CRS.from_epsg(4548)
    shape = box(609_938, 2_708_367, 610_938, 2_709_367)
    assert 1e6 - AreaMeter(crs, (610_438, 2_708_867)).area_m2([shape])[0] == pytest.approx(302, abs=5)


def test_parts_sum_to_the_whole_to_floating_point():
    crs = CRS.from_epsg(4548)
    whole = box(609_000, 2_708_000, 612_000, 2_711_000)
    parts = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(np.random.default_rng(0).uniform(0, 1, (50, 2))))
    )
    parts = shapely.transform(parts, lambda xy: xy * 1000 + (610_000, 2_709_000))
    covered = shapely.coverage_clean(np.array([*parts, whole]), merge_strategy="min_index")
    meter = AreaMeter(crs, (610_500, 2_709_500))
    united = shapely.coverage_union_all(covered)
    assert meter.area_m2(covered).sum() == pytest.approx(meter.area_m2([united])[0], rel=1e-12)


def test_width_is_about_that_of_a_strip():
    assert width_m([box(0, 0, 1000, 3)])[0] == pytest.approx(3, rel=0.01)
    assert width_m([shapely.Polygon()])[0] == 0


def test_compactness_of_a_disc_and_a_square():
    assert compactness([shapely.Point(0, 0).buffer(1, quad_segs=64)])[0] == pytest.approx(1, abs=1e-3)
    assert compactness([box(0, 0, 1, 1)])[0] == pytest.approx(np.pi / 4)
