import numpy as np
import pytest
import shapely

from bigmap.base.errors import UserError
from bigmap.core.crs import local_grid as grid
from tests.helpers.districts import XIAMEN, point_in


def turned(xy, degrees=0.35, scale=0.99997, shift=(4_000.0, -7_000.0)):
    c, s = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    return np.asarray(xy) @ np.array([[c, s], [-s, c]]) + shift


CORNERS = np.array([(0.0, 0.0), (900.0, 100.0), (300.0, 1200.0)])


def test_three_points_find_shift_turn_and_scale():
    fit = grid.fit(CORNERS, turned(CORNERS))
    assert fit.affine.turn == pytest.approx(0.35)
    assert fit.affine.scale == pytest.approx(0.99997)
    assert fit.rms < 1e-8
    assert fit.affine.points([(50.0, 60.0)]) == pytest.approx(turned([(50.0, 60.0)]))


def test_two_points_are_enough_and_leave_nothing_over():
    fit = grid.fit(CORNERS[:2], turned(CORNERS[:2]))
    assert fit.residuals == pytest.approx([0, 0], abs=1e-8)
    assert fit.affine.points(CORNERS) == pytest.approx(turned(CORNERS))


def test_a_wrong_point_shows_in_the_residuals():
    local = np.vstack([CORNERS, [(1000.0, 1100.0)]])
    target = turned(local)
    target[3, 0] += 8.0
    fit = grid.fit(local, target)
    assert fit.residuals.argmax() == 3
    assert 2 < fit.residuals.max() < 8
    assert fit.rms == pytest.approx(np.sqrt((fit.residuals**2).mean()))


def test_exchanged_axes_are_found_from_three_points():
    fit = grid.fit(CORNERS[:, ::-1], turned(CORNERS))
    assert fit.affine.swaps
    assert fit.rms < 1e-8
    assert fit.affine.turn == pytest.approx(0.35)
    assert fit.affine.scale == pytest.approx(0.99997)


@pytest.mark.parametrize(
    ("local", "target"),
    [
        (CORNERS[:1], CORNERS[:1]),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (CORNERS[[0, 0, 0]], CORNERS),
        (CORNERS, CORNERS[[1, 1, 1]]),
        ([(0, 0), (np.nan, 5)], CORNERS[:2]),
    ],
)
def test_points_that_tell_nothing_are_refused(local, target):
    with pytest.raises(UserError, match=r"控制点|ontrol point"):
        grid.fit(local, target)


def test_a_grid_from_parameters():
    """The numbers of 118.0894 E, 24.4798 N in a grid with its meridian at 118.5 E, as published."""
    own = grid.LocalGrid(118.5, 100_000, -2_700_000)
    assert point_in(own.crs) == pytest.approx((58_376.1, 8_542.2), abs=0.1)
    assert point_in(own.proj) == pytest.approx((58_376.1, 8_542.2), abs=0.1)


def test_the_template_moves_the_origin_by_whole_hundred_kilometres():
    natural = point_in(grid.LocalGrid(118.5, 0, 0).crs)
    found = grid.template(118.5, natural, (60_000.0, 20_000.0))
    assert (found.x_0, found.y_0) == (100_000, -2_700_000)
    assert grid.template(118.5, natural, (8_000.0, 8_000.0)) is None


def test_moves_of_shapes_and_boxes():
    assert grid.AS_IT_IS.shapes(shapes := np.array([shapely.Point(*XIAMEN)])) is shapes
    swapped = grid.SWAPPED.shapes(np.array([shapely.Point(1, 2), None], dtype=object))
    assert swapped[0].equals(shapely.Point(2, 1))
    assert swapped[1] is None
    assert grid.MILLIMETRES.bounds((1000, 2000, 3000, 4000)) == (1, 2, 3, 4)
    assert grid.SWAPPED_MILLIMETRES.points((2000, 1000)) == pytest.approx((1, 2))
