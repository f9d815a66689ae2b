import numpy as np
import pytest
import shapely

from bigmap.core.crs.registration import RasterGrid


def test_a_picture_counts_the_cells_whose_centre_is_inside():
    """A ring with a hole, two overlapping areas: as shapely tells it, cell by cell."""
    ring = shapely.box(3, 3, 41, 37).difference(shapely.box(11, 9, 30, 28))
    shapes = np.array([ring, shapely.box(35, 30, 55, 50), shapely.Point(20, 20).buffer(6)], dtype=object)
    grid = RasterGrid(0.0, 0.0, 1.0, 64)
    x, y = np.meshgrid(np.arange(64) + 0.5, np.arange(64) + 0.5)
    inside = shapely.contains_xy(shapely.union_all(shapes), x.ravel(), y.ravel()).reshape(64, 64)
    assert (grid._filled(shapes) == inside).all()


def test_lines_are_drawn_where_they_run_and_cut_at_the_edge():
    line = shapely.LineString([(-1e7, 2.5), (1e7, 2.5)])
    picture = RasterGrid(0.0, 0.0, 1.0, 8)._drawn(np.array([line]))
    assert picture[2].all()
    assert picture.sum() == 8


@pytest.mark.parametrize("move", [(0.0, 0.0), (372.0, -105.0), (-900.0, 1440.0)])
def test_two_pictures_of_one_layer_meet_at_their_move(move):
    rng = np.random.default_rng(3)
    corners = rng.uniform(-2000, 2000, (150, 2))
    shapes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 60, corners[:, 1] + 90)
    other = shapely.transform(shapes, lambda xy: xy + move)
    grid = RasterGrid.around([shapes, other])
    pictures = {n: grid.spectrum(s, outlined=False) for n, s in enumerate((shapes, other))}
    met = grid.meeting(0, 1, pictures, sign=1)
    assert met.move == pytest.approx(move, abs=grid.cell / 2)
    assert met.height > 12
    assert met.over_next > 1.6


def test_an_empty_picture_meets_nothing():
    grid = RasterGrid(-3072.0, -3072.0, 12.0, 512)
    nothing = grid.spectrum(np.array([], dtype=object), outlined=False)
    assert grid.meeting(0, 1, {0: nothing, 1: nothing}, sign=1).height == 0
