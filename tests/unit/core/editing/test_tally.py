"""Figures after edits are those of the full computation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.core.coverage.proof import cover_plan
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import UnitIndex
from bigmap.core.geometry.adjacency import Graph, merged, pieces
from bigmap.core.planning.assignment import NOBODY, Edit, Zone
from bigmap.core.planning.plan import zones_of
from tests.helpers.examples import few
from tests.helpers.grids import grid_city
from tests.helpers.plans import grid_plan

SUMS = ("load", "hh", "gfa_m2", "site_m2", "sweep_m2")


def assert_full(tally, plan):
    """Compare every figure with its naive twin."""
    k = len(tally.zones)
    zones = zones_of(plan.units, tally.zone, k)
    zones["oper"] = [zone.oper if zone else None for zone in tally.zones]
    graph = plan.graph
    between = merged(graph, tally.zone, k)
    label = pieces(graph, tally.zone)
    for figures in map(tally.figures, tally.live):
        row = figures.row
        twin = zones.iloc[row]
        assert figures.units == twin["units"]
        for name in SUMS:
            assert figures.sums[name] == pytest.approx(twin[name], rel=1e-12, abs=1e-6)
        assert figures.compact == pytest.approx(twin["compact"], rel=1e-9, abs=1e-12)
        assert figures.pieces == len(np.unique(label[tally.zone == row]))
        near = np.concatenate([between.right[between.left == row], between.left[between.right == row]])
        assert figures.neighbours == tuple(np.unique(near).tolist())
    filled = zones[zones["units"] > 0]
    number = np.full(k + 1, -1)
    number[filled.index] = np.arange(len(filled))
    proof = cover_plan(plan.units, graph, number[tally.zone], filled.reset_index(drop=True), tally.duties)
    for name in ("land", "inside", "outside", "households"):
        ours, theirs = getattr(tally.covered, name), getattr(proof, name)
        assert ours.covered == pytest.approx(theirs.covered, rel=1e-9, abs=1e-3)
        assert ours.of == pytest.approx(theirs.of, rel=1e-12)
    assert tally.covered.uncovered_m2 == pytest.approx(proof.uncovered_m2, rel=1e-9, abs=1e-3)


def test_the_drawn_plan_in_numbers():
    # 街心公园 育秀里   (gap)   吕岭花园      W01 W02  -  W03
    # 体育中心 振兴新村 湖滨中路 仙岳里        W01 W02 W02 W03
    # 筼筜一里 筼筜二里 湖滨南路 官任小区      W01 W01 W03 W03
    tally = Tally.of(grid_plan())
    first = tally.figures(0)
    assert (first.units, first.pieces, first.neighbours) == (4, 1, (1, 2))
    assert first.sums["hh"] == 200
    assert first.plane_m2 == 40_000
    assert first.border_m == pytest.approx(1000)  # an L of four squares
    assert tally.border_m(0, 1) == pytest.approx(300)
    assert tally.border_m(1, NOBODY) == pytest.approx(200)
    assert tally.covered.uncovered_m2 == 10_000
    assert tally.covered.land.value == pytest.approx(11 / 12)
    assert tally.target == pytest.approx((200 + 334 + 440) / 3)
    assert first.off == pytest.approx(200 / tally.target - 1)


def test_a_preview_changes_nothing_and_says_what_an_edit_does():
    tally = Tally.of(grid_plan())
    before = tally.table()
    edit = tally.assignment.move([4], 1)  # 体育中心 from W01 to W02: 街心公园 is cut off
    shown = tally.after(edit)
    assert tally.table().equals(before)
    assert shown.broken == (0,)
    assert [f.pieces for f in shown.before] == [1, 1]
    assert [(f.row, f.units, f.pieces) for f in shown.after] == [(0, 3, 2), (1, 4, 1)]
    change = tally.apply(edit)
    assert change.units.tolist() == [4]
    assert change.zones == (0, 1)
    assert change.operators == ("Y01", "Y02")
    assert tally.figures(0) == shown.after[0]
    assert tally.figures(1) == shown.after[1]


def test_zones_come_and_go():
    tally = Tally.of(grid_plan())
    start = tally.assignment
    new = start.call({3: Zone("W04", oper="Y01")}).then(start.move([10, 11], 3))
    assert [f.row for f in tally.after(new).after] == [2, 3]
    assert 3 in tally.apply(new).zones
    assert tally.figures(3).sums["hh"] == 90
    with pytest.raises(ValueError, match="not there"):
        tally.apply(tally.assignment.call({3: None}))
    tally.apply(new.inverse())
    assert tally.assignment == start
    assert tally.live == [0, 1, 2]


def test_an_edit_of_another_state_changes_nothing():
    tally = Tally.of(grid_plan())
    edit = tally.assignment.move([4], 1)
    tally.apply(edit)
    before = tally.table()
    with pytest.raises(ValueError, match="another state"):
        tally.apply(edit)
    assert tally.table().equals(before)


def test_an_operator_that_serves_another_zone_is_told():
    tally = Tally.of(grid_plan())
    change = tally.apply(tally.assignment.alter([0], oper="Y02"))
    assert (change.zones, change.operators) == ((0,), ("Y01", "Y02"))
    assert not len(change.units)


def test_a_barrier_is_still_a_border():
    plan = grid_plan()
    graph = plan.graph
    kept = ~((graph.left == 0) & (graph.right == 1))  # a river between 筼筜一里 and 筼筜二里
    cut = Graph(graph.n, graph.left[kept], graph.right[kept], graph.border_m[kept])
    tally = Tally.of(plan, unit_index=UnitIndex(plan.units, cut, borders=graph))
    assert tally.figures(0).pieces == 2
    assert tally.figures(0).border_m == pytest.approx(1000)


def test_figures_of_nothing_and_of_missing_numbers():
    plan = grid_plan()
    frame = plan.units.frame.assign(staff=[np.nan, 2.5] + [0.5] * 10)
    tally = Tally.of(replace(plan, units=replace(plan.units, frame=frame)))
    assert tally.figures(0).sums["staff"] == 3.5
    tally.apply(tally.assignment.move(tally.members(0), NOBODY))
    empty = tally.figures(0)
    assert (empty.units, empty.pieces, empty.compact, empty.border_m) == (0, 0, 0.0, 0.0)


@few()
@given(st.integers(0, 10**6), st.integers(2, 9), st.integers(1, 7), st.data())
def test_after_any_edits_the_figures_are_those_of_the_full_computation(seed, columns, rows, data):
    plan = grid_city(columns, rows, data.draw(st.integers(1, columns)), seed=seed, holes=0.15, bare=0.1)
    k = len(plan.zones)
    tally = Tally.of(plan)
    start, done = tally.assignment, []
    for _ in range(data.draw(st.integers(1, 8))):
        units = data.draw(st.lists(st.integers(0, len(plan.units) - 1), max_size=12))
        edit = tally.assignment.move(units, data.draw(st.integers(-1, k - 1)))
        if data.draw(st.booleans()):
            oper = data.draw(st.sampled_from(["A", "B", None]))
            edit = edit.then(tally.assignment.alter([data.draw(st.integers(0, k - 1))], oper=oper))
        preview = tally.after(edit)
        tally.apply(edit)
        assert preview.after == tuple(tally.figures(f.row) for f in preview.after)
        done.append(edit)
    assert_full(tally, plan)
    table = tally.table()
    for edit in reversed(done):
        tally.apply(edit.inverse())
    assert tally.assignment == start
    assert tally.table().equals(Tally.of(plan).table())
    for edit in done:
        tally.apply(edit)
    assert tally.table().equals(table)
    assert not tally.after(Edit()).after
