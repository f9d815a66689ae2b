"""Ground wider than the grid of 1 cm holds is refused with the way out; a centimetre less is cut."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from bigmap.base import i18n
from bigmap.base.errors import UserError
from bigmap.cli import main
from bigmap.core.clean.extent import WIDEST_M, refuse_wide_ground, refuse_wide_layers
from bigmap.core.geometry.noding import WIDEST_STEPS, snap_round
from bigmap.core.sources.layers import Layer, Role


@pytest.fixture(autouse=True)
def english():
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


def frame(*shapes, crs=4326, names=None):
    return gpd.GeoDataFrame(
        {"name": names or [""] * len(shapes), "file": "街道边界.shp"}, geometry=list(shapes), crs=crs
    )


def wide_layer(*shapes, **options):
    return Layer(Role.BOUNDARY, Path("街道边界.shp"), frame(*shapes, **options))


@pytest.mark.parametrize("way", [(1, 0.01), (0.01, 1)])
def test_the_limit_itself_is_cut_and_a_centimetre_more_is_refused(way):
    corner = np.array([500_000, 2_000_000])
    size = np.array(way) * WIDEST_M
    refuse_wide_ground(box(*corner, *(corner + size)), frame())
    more = size + np.array(way) * 0.01
    with pytest.raises(UserError, match=r"600 km each way"):
        refuse_wide_ground(box(*corner, *(corner + more)), frame(box(0, 0, 1, 1)))


def test_signs_are_exact_up_to_the_limit():
    """Crossings of segments from end to end of the widest grid, against Python's own whole numbers."""
    rng = np.random.default_rng(1)
    segments = rng.integers(0, WIDEST_STEPS, (60, 4))
    found = {tuple(xy) for xy in snap_round(segments).xy.tolist()}
    for i, (ax, ay, bx, by) in enumerate(segments.tolist()):
        for cx, cy, dx, dy in segments[:i].tolist():
            c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
            a = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
            b = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
            if c * d < 0 and a * b < 0:
                x = round_half_up((bx - ax) * a + ax * (a - b), a - b)
                y = round_half_up((by - ay) * a + ay * (a - b), a - b)
                assert any((x + i, y + j) in found for i in (-1, 0, 1) for j in (-1, 0, 1))
    assert 2 * WIDEST_STEPS**2 < 2**53


def round_half_up(up, down):
    return (2 * up + down) // (2 * down)


def test_a_stray_vertex_far_away_refuses_nothing():
    near = [Point(118 + i / 100, 24.5).buffer(0.01) for i in range(9)]
    refuse_wide_layers([wide_layer(*near, Point(0, 0).buffer(0.01))])


def test_features_of_a_wide_boundary_are_proposed_by_name():
    parts = [box(100 + 5 * i, 30, 105 + 5 * i, 34) for i in range(4)]
    with pytest.raises(UserError) as refused:
        refuse_wide_layers([wide_layer(*parts, names=["甲市", "乙市", "丙市", "丁市"])])
    assert "each of its 4 features, such as 甲市, 乙市, 丙市" in refused.value.text.render("en")


@pytest.mark.parametrize("bounds", [(-20, 5, 145, 75), (-20, -35, 145, 35), (73.5, 18, 135, 53.5)])
@pytest.mark.parametrize("command", ["plan", "check"])
def test_continents_are_refused_by_a_sentence_that_is_true(tmp_path, capsys, bounds, command):
    """165° by 70°, the same across the equator, and all of China."""
    west, south, east, north = bounds
    frame(box(*bounds)).to_file(tmp_path / "街道边界.geojson")
    middle = (west + east) / 2, (south + north) / 2
    zones = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[Point(middle).buffer(1)], crs=4326)
    (tmp_path / "zones").mkdir()
    zones.to_file(tmp_path / "zones" / "zones.geojson")
    told = [str(tmp_path / "街道边界.geojson")]
    if command == "check":
        told = [str(tmp_path / "zones" / "zones.geojson"), *told]
    code = main.main([command, *told, "--out", str(tmp_path / "out"), "--lang", "en", "--quiet"])
    said = capsys.readouterr().err
    assert code == main.UNUSABLE
    assert "km wide" in said
    assert "Make one plan for each city or district" in said
    assert not (tmp_path / "out").exists()
