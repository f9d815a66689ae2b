"""Where things go on a sheet: nothing overlaps, scales are round, every row is printed once."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from bigmap.ui.printing.layout import (
    PAPERS,
    Box,
    Demand,
    blank_page,
    column_widths,
    continuation_frames,
    map_page,
    paper_name,
    paper_size,
    place_tables,
    rows_that_fit,
    table_height,
)
from bigmap.ui.printing.scale import SCALES, bar_step, fit_view, round_scale

SMALL = Demand(table=4, coverage=4, extra=(2,), legend=3, notes=8.0)
LARGE = Demand(table=301, coverage=4, extra=(12, 60), legend=9, notes=16.0)


@pytest.mark.parametrize("demand", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("landscape", [True, False], ids=["landscape", "portrait"])
@pytest.mark.parametrize("paper", PAPERS)
def test_parts_stay_apart_and_on_the_paper(paper, landscape, demand):
    width, height = paper_size(paper, landscape)
    boxes = map_page(width, height, demand).boxes()
    paper_box = Box(0, 0, width, height).inset(8 - 1e-9)
    for name, box in boxes.items():
        assert box.w > 0, name
        assert box.h >= (0 if name == "spare" else 3), name
        assert box.x >= paper_box.x, name
        assert box.y >= paper_box.y, name
        assert box.right <= paper_box.right, name
        assert box.bottom <= paper_box.bottom, name
    for (a, one), (b, other) in combinations(boxes.items(), 2):
        assert not one.overlaps(other), (a, b)


@pytest.mark.parametrize("landscape", [True, False], ids=["landscape", "portrait"])
@pytest.mark.parametrize("paper", PAPERS)
def test_the_map_is_the_largest_part(paper, landscape):
    width, height = paper_size(paper, landscape)
    page = map_page(width, height, LARGE)
    assert page.map.w * page.map.h > 0.4 * width * height
    assert rows_that_fit(page.table, page.page.unit) >= 8


@pytest.mark.parametrize(
    ("needed", "scale"),
    [
        (1, 500),
        (500, 500),
        (501, 1000),
        (2400, 2500),
        (2501, 5000),
        (12254, 15000),
        (26229, 50000),
        (50001, 75000),
        (90000, 100000),
        (240000, 250000),
        (400000, 500000),
        (600000, 750000),
    ],
)
def test_scales_are_round_and_large_enough(needed, scale):
    assert round_scale(needed) == scale


def test_no_scale_is_skipped():
    assert [round_scale(s) for s in SCALES] == list(SCALES)


def test_the_view_holds_the_bounds_and_keeps_lengths():
    frame = Box(10, 20, 250, 200)
    view = fit_view((610000.0, 2708000.0, 611200.0, 2709500.0), frame, pad=2)
    (x0, y0), (x1, y1) = view.to_page(np.array([[610000.0, 2709500.0], [611200.0, 2708000.0]]))
    assert view.scale == 10000
    assert x1 - x0 == pytest.approx(1200 / 10000 * 1000)
    assert y1 - y0 == pytest.approx(1500 / 10000 * 1000)
    assert not Box(x0, y0, x1 - x0, y1 - y0).overlaps(Box(0, 0, 10, 500))
    assert y0 >= frame.y + 2
    assert y1 <= frame.bottom - 2
    assert view.ground(1.0) == 10.0


@pytest.mark.parametrize("scale_m", [300.0, 1200.0, 9000.0, 60000.0])
def test_the_scale_bar_is_round_and_not_too_long(scale_m):
    view = fit_view((0.0, 0.0, scale_m, scale_m), Box(0, 0, 250, 250), pad=2)
    step = bar_step(view, 90.0)
    assert 4 * step / view.ground(1.0) <= 90
    assert 4 * step / view.ground(1.0) > 30
    assert float(f"{step:.2g}") == step


def test_papers_are_known_by_their_size():
    assert paper_name(420, 297) == "A3"
    assert paper_name(209.97, 297.04) == "A4"
    assert paper_name(216, 279) == "216×279 mm"


def test_tables_beside_the_map_are_whole_and_in_order():
    spare = Box(300, 100, 120, table_height(5, 1.0) + table_height(3, 1.0) + 5)
    boxes = place_tables([5, 3, 1], spare, 1.0)
    assert [rows_that_fit(b, 1.0) for b in boxes] == [5, 3]
    assert not boxes[0].overlaps(boxes[1])
    assert boxes[1].bottom <= spare.bottom
    assert place_tables([50, 1], spare, 1.0) == []


@pytest.mark.parametrize("landscape", [True, False], ids=["landscape", "portrait"])
@pytest.mark.parametrize("paper", PAPERS)
def test_continuation_frames_stand_side_by_side(paper, landscape):
    page = blank_page(*paper_size(paper, landscape))
    frames = continuation_frames(page)
    assert all(not a.overlaps(b) for a, b in pairwise(frames))
    assert frames[-1].right == pytest.approx(page.body.right)
    assert all(f.w > 90 * page.unit for f in frames)


def test_columns_fill_the_width_and_cut_only_what_may_be_cut():
    assert column_widths([10, 20], [False, True], 40) == [15, 25]
    assert column_widths([10, 50, 10], [False, True, False], 60) == [10, 40, 10]
    narrow = column_widths([30, 10, 30], [False, True, False], 35)
    assert sum(narrow) == pytest.approx(35)
    assert min(narrow) > 0
