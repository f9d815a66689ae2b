"""Sharing figures out over the pieces of a feature."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bigmap.core.units.attributes import apportioned


def test_whole_numbers_go_by_largest_remainder():
    parts = apportioned(np.array([10.0]), np.zeros(3, int), np.array([1.0, 1.0, 1.0]), whole=True)
    assert sorted(parts) == [3, 3, 4]


def test_figures_without_a_whole_go_by_share():
    parts = apportioned(np.array([9.0]), np.zeros(2, int), np.array([1.0, 2.0]), whole=False)
    assert parts.tolist() == [3.0, 6.0]


@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.lists(st.floats(0.1, 1e6), min_size=1, max_size=6)),
        min_size=1,
        max_size=8,
    )
)
def test_nothing_is_lost_and_nothing_is_negative(features):
    values = np.array([float(v) for v, _ in features])
    feature = np.concatenate([np.full(len(w), i) for i, (_, w) in enumerate(features)])
    weight = np.concatenate([w for _, w in features])
    parts = apportioned(values, feature, weight, whole=True)
    assert np.bincount(feature, weights=parts).tolist() == values.tolist()
    assert (parts >= 0).all()
    assert (parts == np.round(parts)).all()
