"""Any place, any form of its numbers: the right reading comes first and nothing is moved."""

import contextlib

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from bigmap.core import crs as rules
from bigmap.core.crs import gcj02, local_grid

PLACES = st.tuples(st.floats(98, 122), st.floats(22, 45))
CORNERS = st.lists(st.tuples(st.floats(-5e5, 5e5), st.floats(-5e5, 5e5)), min_size=3, max_size=6, unique=True)


@given(place=PLACES, zone=st.integers(-1, 1), prefixed=st.booleans(), form=st.integers(0, 3))
def test_gauss_kruger_in_any_form_beside_a_layer_that_tells_its_place(place, zone, prefixed, form):
    meridian = round(place[0] / 3) + zone
    code = (4513 if prefixed else 4534) + meridian - 25
    assume(abs(place[0] - 3 * meridian) < 2.7)  # drawn in a neighbour's zone: 200 to 800 km east (R3)
    x, y = Transformer.from_crs(4490, code, always_xy=True).transform(*place)
    written = np.array([(x, y), (y, x), (1000 * x, 1000 * y), (1000 * y, 1000 * x)][form])
    best = rules.guess_crs((*(written - 300), *(written + 300)), place)[0]
    assert best.confidence >= rules.SURE
    assert rules.to_lonlat(best.crs, best.affine.points(written)) == pytest.approx(place, abs=1e-6)


@given(place=st.tuples(st.floats(74, 134), st.floats(18.2, 53)), datum=st.sampled_from(sorted(gcj02.DATUMS)))
def test_taking_a_shift_back_undoes_it(place, datum):
    back = gcj02.unshifted(gcj02.DATUMS[datum](place), datum)
    assert np.abs(back - place).max() * 111_000 < 1e-6


@given(
    corners=CORNERS,
    turn=st.floats(-np.pi, np.pi),
    scale=st.floats(0.99, 1.01),
    shift=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
)
def test_a_fit_finds_any_turn_and_shift(corners, turn, scale, shift):
    local = np.array(corners)
    assume(np.linalg.svd(local - local.mean(axis=0))[1].min() > 1000)
    c, s = scale * np.cos(turn), scale * np.sin(turn)
    target = local @ np.array([[c, s], [-s, c]]) + shift
    fit = local_grid.fit(local, target)
    assert fit.rms < 1e-4
    assert fit.affine.points(local) == pytest.approx(target, abs=1e-3)


@given(text=st.text(max_size=200) | st.sampled_from(["EPSG:", "PROJCS[", "GEOGCS[]", "+proj=tmerc", "{}"]))
def test_any_text_is_a_system_or_a_plain_refusal(text):
    with contextlib.suppress(CRSError):
        assert isinstance(rules.known(text), CRS)


@given(bounds=st.tuples(*[st.floats(-1e12, 1e12)] * 4), near=st.none() | PLACES)
def test_any_numbers_give_ranked_candidates_or_none(bounds, near):
    found = rules.guess_crs(bounds, near)
    assert [c.confidence for c in found] == sorted((c.confidence for c in found), reverse=True)
    assert all(0 < c.confidence <= 1 for c in found)
