"""Whatever hands do to a plan: units stay a partition, sums are kept, and everything can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.i18n import Text
from bigmap.core.editing import gestures
from bigmap.core.editing.gestures.exact_cut import cut_along
from bigmap.core.editing.tally import Tally
from bigmap.core.geometry.adjacency import pieces
from bigmap.core.planning.assignment import NOBODY
from bigmap.core.planning.plan import zones_of
from bigmap.core.planning.replan import edited
from bigmap.session.document import Document
from bigmap.session.session import Session
from tests.helpers.examples import few
from tests.helpers.grids import SIDE, grid_city

_TITLE = Text("Look")
_RULES = ("refuse", "warn", "mend")


class Hand:
    """Makes random gestures on a session, as a hand would."""

    def __init__(self, session, rng):
        self.session, self.rng = session, rng
        self.n = len(session.tally.zone)

    def go(self):
        rng, session = self.rng, self.session
        what = rng.choice([*_GESTURES, *_OFTEN])
        if what in ("stroke", "exact"):
            getattr(self, what)()
            return
        proposal = _GESTURES[what](self, session.tally)
        if proposal is not None:
            whole = gestures.kept_whole(session.tally, proposal, rng.choice(_RULES))
            session.edit(whole.title, whole.edit)

    def stroke(self):
        session, rng = self.session, self.rng
        row = self.row()
        session.begin(_TITLE)
        for _ in range(rng.integers(1, 5)):
            if row is not None:
                session.extend(gestures.paint(session.tally, self.units(), row).edit)
        session.so_far()
        session.abort() if rng.random() < 0.3 else session.commit()

    def exact(self):
        """Cut a zone, and the units under the line, exactly along it."""
        document, tally, row, line = self.session.document, self.session.tally, self.row(), self.line()
        if row is None or not line.length:
            return
        rows = tally.members(row)
        rows = rows[~tally.is_locked(rows)]
        plan, after, proposal = cut_along(
            document.built,
            tally.assignment,
            rows,
            line,
            lambda tally: gestures.split_by_line(tally, row, line),
            self.rng.choice(_RULES),
        )
        if proposal.edit:
            cut = replace(document.with_plan(plan, b""), assignment=after)
            self.session.advance(proposal.title, cut)
            self.n = len(plan.units)
            print("CUT", self.n)

    def units(self):
        middle = self.session.tally.unit_index.neighbours(self.rng.integers(0, self.n, 1))
        near = self.session.tally.unit_index.neighbours(middle) if len(middle) else middle
        return self.rng.choice(near, min(len(near), int(self.rng.integers(1, 7))), replace=False)

    def row(self):
        live = self.session.tally.live
        return int(self.rng.choice(live)) if live else None

    def line(self):
        around = self.session.tally.unit_index.units.polygons[self.rng.integers(0, self.n, 2)]
        ends = shapely.get_coordinates(shapely.centroid(around)) + self.rng.normal(0, SIDE / 3, (2, 2))
        return shapely.LineString(ends)


def _with_row(make):
    def gesture(hand, tally):
        row = hand.row()
        return None if row is None else make(hand, tally, row)

    return gesture


def _border(hand, tally):
    near = [(f.row, f.neighbours[0]) for f in map(tally.figures, tally.live) if f.neighbours]
    if not near:
        return None
    line = hand.line()
    return gestures.move_border(tally, *near[hand.rng.integers(0, len(near))], line) if line.length else None


_GESTURES = {
    "stroke": None,
    "exact": None,
    "paint": _with_row(lambda h, t, row: gestures.paint(t, h.units(), row)),
    "bucket": _with_row(lambda h, t, row: gestures.bucket(t, int(h.rng.integers(0, h.n)), row)),
    "erase": lambda h, t: gestures.erase(t, h.units()),
    "new": lambda h, t: gestures.new_zone(t, h.units(), "新"),
    "line": _with_row(lambda h, t, row: gestures.split_by_line(t, row, h.line())),
    "merge": _with_row(lambda h, t, row: gestures.merge_zones(t, [row, h.row()])),
    "border": _border,
    "pocket": lambda h, t: gestures.hand_pocket(t, int(h.rng.integers(0, h.n))),
    "lock": _with_row(lambda h, t, row: gestures.lock_zones(t, [row], bool(h.rng.random() < 0.3))),
    "lock_units": lambda h, t: gestures.lock_units(t, h.units(), bool(h.rng.random() < 0.5)),
    "unlock": lambda h, t: gestures.lock_all(t, False),
    "remove": _with_row(lambda h, t, row: gestures.remove_zone(t, row)),
    "rename": _with_row(lambda h, t, row: gestures.rename(t, row, str(h.rng.integers(0, 9)))),
    "renumber": _with_row(lambda h, t, row: gestures.renumber_all(t, "X")),
    "give": _with_row(lambda h, t, row: gestures.give(t, [row], h.rng.choice(["A", "B"]))),
}
_OFTEN = ["stroke", "stroke", "stroke", "paint", "paint", "new", "new", "line", "unlock"]


def written(session):
    """Return all that a plan says of itself, byte for byte."""
    assignment = session.document.assignment or session.tally.assignment
    zones = json.dumps([z and vars(z) for z in assignment.zones], ensure_ascii=False)
    plan = session.document.plan
    figures = plan.zones.drop(columns="geometry").to_csv().encode()
    shapes = b"".join(shapely.to_wkb(shapely.normalize(plan.zones.geometry.to_numpy())))
    return assignment.zone.tobytes() + assignment.locked.tobytes() + zones.encode() + figures + shapes


def session_of(seed, columns, rows, zones, *, holes=0.1):
    session = Session()
    session.open(Document(grid_city(columns, rows, zones, seed=seed, holes=holes, bare=0.1), (), b""))
    return session


def ground_of(session):
    """Return what no gesture may change, whatever units it cuts."""
    frame = session.document.built.units.frame
    return [frame[name].sum() for name in ("hh", "load", "gfa_m2", "site_m2")]


def assert_sound(session):
    """Compare with the naive twin, and hold the plan against what must always be true."""
    tally, document = session.tally, session.document
    made = document.built
    held = tally.zone[tally.zone != NOBODY]
    assert all(tally.zones[row] for row in np.unique(held))
    fresh = Tally.of(made, tally.assignment)
    assert tally.table().equals(fresh.table())
    assert tally.covered == fresh.covered
    label = pieces(made.graph, tally.zone)
    assert [len(np.unique(label[tally.zone == row])) for row in tally.live] == tally.table()[
        "pieces"
    ].tolist()
    twin = zones_of(made.units, tally.zone, len(tally.zones)).iloc[tally.live]
    table = tally.table()
    for name in ("units", "hh", "load", "gfa_m2", "site_m2", "compact"):
        assert table[name].to_numpy(float) == pytest.approx(twin[name].to_numpy(float), rel=1e-9, abs=1e-6)
    plan = document.plan
    shapes = plan.zones.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    bare = made.units.polygons[tally.zone == NOBODY]
    ground = shapely.area(made.units.polygons).sum()
    assert shapely.area(shapes).sum() + shapely.area(bare).sum() == pytest.approx(ground, rel=1e-12)
    naive = edited(made, tally.assignment)
    assert shapely.equals(shapes, naive.zones.geometry.to_numpy()).all()
    hh = made.units.frame["hh"].to_numpy()
    assert plan.zones["hh"].sum() + hh[tally.zone < 0].sum() == hh.sum()
    assert tally.covered.uncovered_m2 == pytest.approx(plan.coverage.uncovered_m2, rel=1e-9, abs=1e-3)


def gone_through(seed, columns, rows, zones, count, every):
    session = session_of(seed, columns, rows, zones)
    hand = Hand(session, np.random.default_rng(seed))
    start, ground = written(session), ground_of(session)
    for i in range(count):
        hand.go()
        if i % every == every - 1:
            assert_sound(session)
    assert_sound(session)
    assert ground_of(session) == pytest.approx(ground, rel=1e-9)
    end, steps = written(session), 0
    while session.history.undoable:
        session.undo()
        steps += 1
    assert written(session) == start
    while session.history.redoable:
        session.redo()
        steps -= 1
    assert steps == 0
    assert written(session) == end
    assert_sound(session)


@given(st.integers(0, 10**6), st.integers(2, 7), st.integers(2, 7), st.integers(1, 5), st.integers(1, 25))
@few()
def test_any_gestures(seed, columns, rows, zones, count):
    gone_through(seed, columns, rows, zones, count, every=10)


@pytest.mark.parametrize("seed", [1, 2])
def test_five_hundred_gestures(seed):
    gone_through(seed, 12, 10, 5, 500, every=100)


@given(st.integers(0, 10**6), st.sampled_from(["refuse", "mend"]))
@few()
def test_by_the_strict_rules_no_zone_gets_more_pieces(seed, rule):
    plan = grid_city(8, 7, 4, seed=seed, holes=0.05)
    tally, rng = Tally.of(plan), np.random.default_rng(seed)
    for _ in range(8):
        before = {f.row: f.pieces for f in map(tally.figures, tally.live)}
        units = rng.choice(len(plan.units), 5, replace=False)
        row = int(rng.choice(tally.live))
        proposal = gestures.kept_whole(tally, gestures.paint(tally, units, row), rule)
        if not proposal:
            assert proposal.told or (tally.zone[units] == row).all()
        tally.apply(proposal.edit)
        for figures in map(tally.figures, tally.live):
            assert figures.pieces <= max(1, before[figures.row])
