import numpy as np
import pytest

from bigmap.core.crs import gcj02
from tests.helpers.districts import XIAMEN

SHIFTS = {
    (118.0894, 24.4798): ((504, -293), (1157, 400)),
    (116.3975, 39.9087): ((533, 155), (1078, 858)),
}
"""Published shifts, metres east and north, GCJ-02 and BD-09; of Beijing somewhere in its middle."""


def test_point_a_of_xiamen():
    assert gcj02.to_gcj02(XIAMEN) == pytest.approx((118.0943771, 24.4771532), abs=1e-7)
    assert gcj02.to_bd09(XIAMEN) == pytest.approx((118.1008206, 24.4834112), abs=1e-7)


@pytest.mark.parametrize(("place", "shifts"), SHIFTS.items())
def test_size_and_direction_of_the_shift(place, shifts):
    tolerance = 1.0 if place == XIAMEN else 100.0
    found = gcj02.vectors(place)
    assert found["gcj02"] == pytest.approx(shifts[0], abs=tolerance)
    assert found["bd09"] == pytest.approx(shifts[1], abs=tolerance)


@pytest.mark.parametrize("datum", gcj02.DATUMS)
def test_the_inverse_leaves_less_than_a_micrometre(datum):
    lon, lat = np.meshgrid(np.linspace(75, 134, 30), np.linspace(18.2, 53, 30))
    true = np.column_stack([lon.ravel(), lat.ravel()])
    left = gcj02.unshifted(gcj02.DATUMS[datum](true), datum) - true
    assert np.abs(left).max() * 111_000 < 1e-6


@pytest.mark.parametrize("place", [(37.6, 55.7), (114.16, 22.3), (121.5, 25.0), (139.7, 35.7)])
def test_maps_are_shifted_in_mainland_china_only(place):
    assert gcj02.vectors(place) == {}


@pytest.mark.parametrize("place", [(114.06, 22.54), (118.1, 24.5), (119.3, 26.1)])
def test_shenzhen_xiamen_and_fuzhou_are_the_mainland(place):
    assert set(gcj02.vectors(place)) == {"gcj02", "bd09"}
