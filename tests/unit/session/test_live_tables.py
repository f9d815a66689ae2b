"""Rows that follow edits are those of the whole plan made anew."""

from __future__ import annotations

import numpy as np
import pytest

from bigmap.base.i18n import Text
from bigmap.core.editing import gestures
from bigmap.core.planning.assignment import NOBODY
from bigmap.session.document import Document
from bigmap.session.live_tables import LiveTables
from bigmap.session.session import Session
from tests.helpers.grids import grid_city

SAME = (
    *("zone_id", "name", "oper", "units", "pieces", "hh", "load", "site_m2", "gfa_m2", "sweep_m2", "compact"),
    *("staff_n", "cost_y", "income_y", "balance_y", "cover_ratio", "gap_hh", "even_fee", "rich"),
)
OPERATORS = (
    "operator_id",
    "name",
    "zones",
    "hh",
    "load",
    "site_m2",
    "balance_y",
    "cover_ratio",
    "rich",
    "share",
)


def same(mine, naive, columns):
    for name in columns:
        a, b = [row[name] for row in mine], list(naive[name])
        if isinstance(b[0], str) or b[0] is None or name in ("oper", "rich"):
            none = [None if v != v else v for v in b]  # NaN
            assert [None if v != v else v for v in a] == none, name
        else:
            np.testing.assert_allclose(
                np.array(a, float), np.array(b, float), rtol=1e-9, atol=1e-6, err_msg=name
            )


@pytest.mark.parametrize("seed", range(4))
def test_rows_after_edits_are_those_of_the_plan_made_anew(seed):
    rng = np.random.default_rng(seed)
    session = Session()
    session.open(Document(grid_city(9, 7, 6, seed=seed, holes=0.1, bare=0.1), (), b""))
    live = LiveTables(session.document.built, session.tally)
    session.assignment_changed.connect(live.follow)
    for _ in range(12):
        tally = session.tally
        units = rng.choice(len(tally.zone), 4, replace=False)
        session.edit(Text("Look"), tally.move(units, rng.choice([NOBODY, *tally.live])))
        if rng.random() < 0.2:
            session.undo()
    plan = session.document.plan
    filled = [row for row in live.zones.values() if row["units"]]
    same(filled, plan.zones, SAME)
    same(live.operators, plan.operators, OPERATORS)
    if all(row["pieces"] == 1 for row in filled):
        same(live.operators, plan.operators, ("pieces",))
    for column, key in (("hh", "hh"), ("gfa_m2", "gfa_m2"), ("sweep_m2", "sweep_m2")):
        share = plan.coverage.figures[key].all
        ours = session.tally.served(column)
        assert (ours.covered, ours.of) == pytest.approx((share.covered, share.of))
    bare = [gap.area_m2 for gap in plan.coverage.gaps if gap.kind in ("gap", "sliver")]
    found = [gap for gap in live.gaps() if gap.kind == "gap"]
    assert sorted(gap.area_m2 for gap in found) == pytest.approx(sorted(bare), rel=1e-6)
    for gap in found:
        assert gap.zones == tuple(session.tally.zones[row].zone_id for row in gap.zone_rows)


def test_zones_come_and_go():
    session = Session()
    session.open(Document(grid_city(6, 4, 3), (), b""))
    live = LiveTables(session.document.built, session.tally)
    session.assignment_changed.connect(live.follow)
    before = sorted(live.zones)
    made = gestures.new_zone(session.tally, [0, 1])
    session.edit(made.title, made.edit)
    assert len(live.zones) == len(before) + 1
    assert live.zones[max(live.zones)]["units"] == 2
    assert sum(row["off"] for row in live.zones.values()) == pytest.approx(0)
    session.undo()
    assert sorted(live.zones) == before
    assert sum(row["off"] for row in live.zones.values()) == pytest.approx(0)
