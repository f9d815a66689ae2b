"""What of lines lies near many boxes, against every segment and every box."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmap.core.geometry.nearby_lines import runs_near, union_by


def drawn(seed):
    """Return some crooked lines and boxes of all sizes, in whole metres so that many touch."""
    rng = np.random.default_rng(seed)
    size = int(rng.choice([5, 50, 3000]))
    lines = [
        shapely.LineString(rng.integers(0, size, (rng.integers(2, 9), 2))) for _ in range(rng.integers(1, 5))
    ]
    low = rng.integers(-size, 2 * size, (rng.integers(1, 12), 2))
    return np.array(lines, dtype=object), np.hstack([low, low + rng.integers(0, size, low.shape)]).astype(
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
