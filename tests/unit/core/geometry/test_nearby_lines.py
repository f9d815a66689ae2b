"""What of lines lies near many boxes, against every segment and every box."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmap.core.geometry.nearby_lines import (
    Spans,
    held_m,
    joined_by,
    pairs_within,
    ring_edges,
    runs_near,
    spans_inside,
    union_by,
)


def drawn(seed):
    """Return some crooked lines and boxes of all sizes, in whole metres so that many touch."""
    rng = np.random.default_rng(seed)
    size = int(rng.choice([5, 50, 3000]))
    lines = [
        shapely.LineString(rng.integers(0, size, (rng.integers(2, 9), 2))) for _ in range(rng.integers(1, 5))
    ]
    low = rng.integers(-size, 2 * size, (rng.integers(1, 12), 2))
    return np.array(lines, dtype=object), np.hstack([low, low + rng.integers(1, size, low.shape)]).astype(
        float
    )


def naive(lines, boxes):
    """Every segment that meets each box, as a set of (box, line, ends)."""
    found = set()
    for place, box in enumerate(boxes):
        for number, line in enumerate(lines):
            xy = shapely.get_coordinates(line)
            for a, b in itertools.pairwise(xy):
                if shapely.intersects(shapely.LineString([a, b]), shapely.box(*box)):
                    found.add((place, number, *a, *b))
    return found


@given(st.integers(0, 10**6))
@settings(max_examples=150, deadline=None)
def test_runs_are_the_segments_that_meet_each_box(seed):
    lines, boxes = drawn(seed)
    runs = runs_near(lines, boxes)
    found = set()
    for shape, place, line in zip(runs.shapes, runs.place, runs.line, strict=True):
        xy = shapely.get_coordinates(shape)
        found |= {(place, line, *a, *b) for a, b in itertools.pairwise(xy)}
    assert found == naive(lines, boxes)


def test_a_run_lasts_as_long_as_segments_follow_each_other():
    """A line in and out of a box, and another through it: three runs."""
    lines = np.array(
        [
            shapely.LineString([(0, 1), (4, 1), (4, 2), (0, 2), (0, 9), (5, 9), (5, 3), (3, 3)]),
            shapely.LineString([(3.5, 0), (3.5, 9)]),
        ],
        dtype=object,
    )
    runs = runs_near(lines, np.array([[3.0, 0.0, 6.0, 4.0], [90.0, 90.0, 91.0, 91.0]]))
    assert runs.place.tolist() == [0, 0, 0]
    assert sorted(zip(runs.line.tolist(), shapely.get_num_points(runs.shapes).tolist(), strict=True)) == [
        (0, 3),
        (0, 4),
        (1, 2),
    ]


def test_unions_of_groups():
    shapes = shapely.box(np.arange(4), 0, np.arange(4) + 1, 1)
    united, groups = union_by(shapes, np.array([7, 2, 7, 5]))
    assert groups.tolist() == [2, 5, 7]
    assert shapely.area(united).tolist() == pytest.approx([1, 1, 2])
    assert len(union_by(shapes[:0], np.zeros(0, dtype=int))[0]) == 0


def drawn_polygon(rng):
    """Return some ground in whole metres: boxes and triangles, with holes, in one piece or several."""
    low = rng.integers(0, 8, (4, 2))
    boxes = shapely.box(*low.T, *(low + rng.integers(1, 7, low.shape)).T)
    triangle = shapely.polygons(rng.integers(0, 12, (1, 3, 2)).astype(float))
    ground = shapely.union_all([*boxes, *triangle[shapely.area(triangle) > 0]])
    hole = shapely.box(*(low[0] + 0.25), *(low[0] + 0.75))
    return shapely.difference(ground, hole) if rng.random() < 0.5 else ground


@given(st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_where_sides_lie_within_polygons(seed):
    """Against GEOS, far from the origin; many sides run along outlines, through vertices and holes."""
    rng = np.random.default_rng(seed)
    shift = np.array([512_000.0, 4_096_000.0])
    polygons = [shapely.transform(drawn_polygon(rng), lambda xy: xy + shift) for _ in range(3)]
    ends = rng.integers(-1, 14, (20, 2, 2)).astype(float)
    ends = ends[np.hypot(*(ends[:, 1] - ends[:, 0]).T) > 0] + shift
    side, polygon = (at.ravel() for at in np.mgrid[: len(ends), : len(polygons)])
    shapes = np.array(polygons, dtype=object)
    spans = spans_inside(ends[side], shapes, np.arange(len(side)), polygon, 1e-6)
    found = np.bincount(spans.side, spans.high - spans.low, len(side))
    exact = shapely.length(shapely.intersection(shapely.linestrings(ends)[side], shapes[polygon]))
    assert found == pytest.approx(exact, abs=1e-6)
    assert held_m(spans, np.ones(len(spans.side), int), 2, len(side)) == pytest.approx(0, abs=1e-9)


def test_a_side_along_an_outline_lies_within_and_one_off_it_does_not():
    ground = shapely.box([0.0], 0, 10, 10)
    ends = np.array([[[2.0, y], [8.0, y]] for y in (0.0, -1e-7, -1e-5, 1e-5)])
    rows = np.arange(4)
    spans = spans_inside(ends, ground, rows, rows * 0, 1e-6)
    assert np.bincount(spans.side, spans.high - spans.low, 4) == pytest.approx([6, 6, 0, 6])


def test_edges_of_polygons_are_those_of_their_rings():
    hole = shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2) - shapely.box(4, 4, 5, 5)
    several = shapely.union_all([hole, shapely.box(20, 0, 21, 1), shapely.box(30, 0, 31, 1)])
    shapes = np.array([shapely.box(0, 0, 1, 1), hole, several, shapely.Polygon(), hole], dtype=object)
    edges, owner = ring_edges(shapes)
    assert np.bincount(owner, minlength=5).tolist() == [4, 12, 20, 0, 12]
    length = np.bincount(owner, np.hypot(*(edges[:, 1] - edges[:, 0]).T), 5)
    assert length == pytest.approx(shapely.length(shapes))


@given(st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_what_spans_hold_together_is_counted_by_metres(seed):
    """Spans of whole metres with weights, against each metre by itself."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(1, 5)), int(rng.integers(0, 12))
    side, low, weight = rng.integers(0, n, k), rng.integers(0, 20, k), rng.integers(1, 3, k)
    high = low + rng.integers(0, 9, k)
    held = np.zeros((n, 40), dtype=int)
    for s, a, b, w in zip(side, low, high, weight, strict=True):
        held[s, a:b] += w
    spans = Spans(side, low.astype(float), high.astype(float))
    for least in (1, 2, 3):
        assert held_m(spans, weight, least, n).tolist() == (held >= least).sum(axis=1).tolist()


def test_pairs_within_groups():
    group, other = np.array([3, 1, 3, 9]), np.array([1, 1, 2, 3])
    pairs = pairs_within(group, other)
    assert list(zip(*(p.tolist() for p in pairs), strict=True)) == [(0, 3), (1, 0), (1, 1), (2, 3)]


def test_lines_of_groups_as_one_shape():
    lines = shapely.linestrings(np.arange(12.0).reshape(3, 2, 2))
    joined, groups = joined_by(lines, np.array([7, 2, 7]))
    assert groups.tolist() == [2, 7]
    assert shapely.get_num_geometries(joined).tolist() == [1, 2]
    assert len(joined_by(lines[:0], np.zeros(0, dtype=int))[0]) == 0
