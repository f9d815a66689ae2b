"""Colours: neighbours differ, and red is for gaps alone."""

from __future__ import annotations

import colorsys
import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.core.geometry.adjacency import build_graph
from bigmap.mapview import styles


@given(st.integers(2, 6), st.integers(2, 6), st.data())
def test_neighbouring_zones_differ(columns: int, rows: int, data: st.DataObject) -> None:
    boxes = [shapely.box(x, y, x + 1, y + 1) for y in range(rows) for x in range(columns)]
    zones = data.draw(
        st.integers(1, 11)
    )  # fewer than colours, so that a colouring exists for any neighbourhood
    zone = np.array(data.draw(st.lists(st.integers(0, zones - 1), min_size=len(boxes), max_size=len(boxes))))
    graph = build_graph(np.array(boxes))
    colours = styles.zone_colours(graph, zone, zones)
    assert len(colours) == zones
    for a, b in zip(zone[graph.left], zone[graph.right], strict=True):
        assert a == b or colours[a] != colours[b]


def test_foreign_zones_that_overlap_differ() -> None:
    shapes = np.array([shapely.box(i, 0, i + 1.5, 1) for i in range(8)])
    colours = styles.foreign_zone_colours(shapes)
    assert all(a != b for a, b in itertools.pairwise(colours))


def test_colours_are_spread() -> None:
    assert len(set(styles.operator_colours(12))) == 12
    boxes = np.array(
        [shapely.box(10 * i, 0, 10 * i + 1, 1) for i in range(12)]
    )  # nobody is anybody's neighbour
    assert len(set(styles.zone_colours(build_graph(boxes), np.arange(12), 12))) == 12


@pytest.mark.parametrize("operators", [13, 24, 36])
def test_no_two_operators_look_alike(operators: int) -> None:
    assert len(set(styles.operator_colours(operators))) == operators
    assert styles.operator_colours(operators)[:12] == list(styles.PALETTE)


@given(st.integers(37, 60), st.integers(0, 2**32 - 1))
def test_more_operators_than_colours_differ_from_their_neighbours(operators: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    zones = 3 * operators
    owner = rng.integers(-1, operators, zones)
    pairs = rng.integers(0, zones, (2, 4 * zones))
    colours = styles.operator_colours(operators, owner, lambda: (pairs[0], pairs[1]))
    assert len(set(colours)) == len(styles.OPERATOR_PALETTE)
    for a, b in owner[pairs].T:
        assert min(a, b) < 0 or a == b or colours[a] != colours[b]


def test_no_ground_is_red() -> None:
    for colour in (*styles.OPERATOR_PALETTE, *styles.KIND_COLOURS.values()):
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        hue, lightness, _ = colorsys.rgb_to_hls(red, green, blue)
        assert lightness > 0.55, colour  # pastel: black text is read on it
        assert 20 / 360 < hue < 345 / 360 or lightness > 0.8, colour
    red, green, blue = (int(styles.GAP_COLOURS["gap"][i : i + 2], 16) for i in (1, 3, 5))
    assert red > 200 > 60 > max(green, blue) - 1
