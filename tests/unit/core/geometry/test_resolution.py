"""To which decimal place coordinates were rounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.core.geometry.resolution import resolution_of

BASE = {"metres": (610_437.9, 2_708_867.2), "degrees": (118.0894, 24.4798)}


@given(st.integers(0, 2**32 - 1), st.integers(0, 4))
def test_metres_rounded_to_a_decimal_place(seed, digits):
    xy = np.random.default_rng(seed).uniform(0, 5_000, (20, 2)) + BASE["metres"]
    assert resolution_of(np.round(xy, digits)) == 10.0**-digits


@given(st.integers(0, 2**32 - 1), st.integers(4, 9))
def test_degrees_rounded_to_a_decimal_place(seed, digits):
    xy = np.random.default_rng(seed).uniform(0, 0.1, (20, 2)) + BASE["degrees"]
    assert resolution_of(np.round(xy, digits)) == pytest.approx(10.0**-digits)


@pytest.mark.parametrize("place", list(BASE))
def test_numbers_that_nobody_rounded(place):
    xy = np.random.default_rng(1).uniform(0, 0.1, (200, 2)) + BASE[place]
    assert resolution_of(xy) == 0.0


def test_one_number_of_few_tells_that_the_others_are_round_by_chance():
    xy = np.tile([610_000.0, 2_708_000.0], (20, 1))
    assert resolution_of(xy) == 1.0
    xy[7, 0] += 0.3
    assert resolution_of(xy) == 0.1


def test_single_vertices_with_more_decimals_are_exceptions():
    xy = np.round(np.random.default_rng(2).uniform(0, 0.1, (100, 2)) + BASE["degrees"], 7)
    xy[:5] += 3.1e-9
    assert resolution_of(xy) == pytest.approx(1e-7)


def test_no_numbers_and_what_is_no_number():
    assert resolution_of(np.zeros((0, 2))) == 0.0
    assert resolution_of(np.array([[np.nan, np.inf], [1.5, 2.0]])) == 0.1
