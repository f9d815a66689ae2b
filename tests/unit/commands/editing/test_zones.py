"""Editing commands, without a window: a whole morning of them on the drawn plan."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from bigmap.base import settings
from bigmap.base.errors import UserError
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents.build_scene import scene_of
from bigmap.commands.editing import draw, select, zones
from bigmap.commands.registry import COMMANDS, command, facts_of
from bigmap.commands.registry.context_menu import context_commands
from bigmap.mapview.messages import GiveUp
from bigmap.mapview.scene import pack_plan
from bigmap.session.document import Document, Pick
from bigmap.session.session import Session
from tests.helpers.plans import ORIGIN, SIDE, grid_plan


class User:
    """Answers what is laid down for him, and reads hints."""

    def __init__(self):
        self.answers, self.hints, self.sent = [], [], []

    def ask_text(self, title, value):
        return self.answers.pop(0)

    def ask_number(self, title, value, low, high):
        return self.answers.pop(0)

    def ask_colour(self, title, value):
        return self.answers.pop(0)

    def ask_one(self, title, names, at):
        return self.answers.pop(0)

    def send(self, message):
        self.sent.append(message)

    def hint(self, *texts):
        self.hints += [text.render("en") for text in texts]

    def run(self, title, work, done):
        done(work(Progress()))


@pytest.fixture
def desk():
    session = Session()
    session.open(Document(grid_plan(), (), b"scene"))
    return Context(session, User())


def rows_of(desk):
    """Return the zones as the rows of the drawing, north first."""
    zone = desk.session.tally.zone
    return ["".join("-" if z < 0 else str(z) for z in zone[i : i + 4]) for i in (8, 4, 0)]


def place(x, y):
    return ORIGIN[0] + x * SIDE, ORIGIN[1] + y * SIDE


def pick(desk, row, layer="zone"):
    desk.session.select(Pick(layer, row))


class TestDrawing:
    def test_paint(self, desk):
        pick(desk, 0)
        draw.take_tool(desk, "paint")
        draw.begin_stroke(desk)
        draw.paint(desk, [5])
        draw.paint(desk, [9])
        draw.end_stroke(desk)
        assert rows_of(desk) == ["00-2", "0012", "0022"]
        command("undo").run(desk)
        assert rows_of(desk) == ["01-2", "0112", "0022"]
        assert desk.ui.hints == []

    def test_without_a_zone_to_paint_with_one_is_asked_for(self, desk):
        draw.take_tool(desk, "paint")
        assert "Pick the zone" in desk.ui.hints[0]
        with pytest.raises(UserError):
            draw.begin_stroke(desk)
        draw.paint_with_zone_of(desk, 5)
        assert desk.session.hand.zone == 1

    def test_a_zone_that_is_gone_is_not_painted_with(self, desk):
        desk.session.choose([10, 11])
        zones.new_zone(desk)
        draw.paint_with(desk, 3)
        desk.session.undo()
        desk.session.hold(tool="paint")
        with pytest.raises(UserError):
            draw.begin_stroke(desk)

    @pytest.mark.parametrize(
        ("rule", "after", "hint"),
        [
            ("refuse", ["01-2", "0112", "0022"], "Zone W01 would lie in 2 pieces."),
            ("warn", ["01-2", "1112", "0022"], "Zone W01 lies in 2 pieces now."),
            (
                "mend",
                ["11-2", "1112", "0022"],
                "1 more units go along",
            ),
        ],
    )
    def test_a_stroke_that_breaks_a_zone(self, desk, rule, after, hint):
        draw.set_rule(desk, rule)
        assert settings.load()["edit_rule"] == rule
        assert Session().hand.rule == rule
        draw.paint_with(desk, 1)
        draw.take_tool(desk, "paint")
        draw.begin_stroke(desk)
        draw.paint(desk, [4])
        draw.end_stroke(desk)
        assert rows_of(desk) == after
        assert len(desk.ui.hints) == 1
        assert desk.ui.hints[0].startswith(hint)
        settings.remember(edit_rule="warn")

    def test_escape_by_steps(self, desk):
        desk.session.choose([1])
        draw.take_tool(desk, "erase")
        draw.begin_stroke(desk)
        draw.paint(desk, [5])
        assert rows_of(desk)[1] == "0-12"
        draw.escape(desk)
        assert rows_of(desk)[1] == "0112"
        assert "tool_erase" in facts_of(desk)
        draw.escape(desk)
        assert desk.ui.sent == [GiveUp(), GiveUp()]  # the map answers when nothing is under way there
        draw.lay_down(desk)
        assert command("escape").enabled(facts_of(desk))
        draw.escape(desk)
        assert not len(desk.session.chosen)
        assert not command("escape").enabled(facts_of(desk))

    def test_preview_and_busy(self, desk):
        draw.paint_with(desk, 1)
        draw.take_tool(desk, "paint")
        assert draw.preview(desk, [4]).broken == (0,)
        desk.session.set_busy(True)
        draw.begin_stroke(desk)
        draw.paint(desk, [4])
        draw.end_stroke(desk)
        assert rows_of(desk)[1] == "0112"

    def test_fill_draw_reassign_cut_drag(self, desk):
        draw.paint_with(desk, 2)
        draw.fill(desk, 10)
        assert rows_of(desk) == ["0122", "0112", "0022"]
        draw.draw_zone(desk, shapely.box(*place(2.9, 0), *place(4, 3)))
        assert rows_of(desk) == ["0123", "0113", "0023"]
        draw.reassign_ground(desk, shapely.box(*place(2, 0), *place(3, 1)))
        draw.cut_zone(desk, shapely.LineString([place(2.5, 2), place(4, 2)]))
        assert set(rows_of(desk)[0][3]) <= {"3", "4"}
        draw.drag_border(
            desk, 0, 1, shapely.LineString([place(1, 3), place(1.8, 3), place(1.8, 2), place(1, 2)])
        )
        assert rows_of(desk)[0][:2] == "00"
        draw.draw_zone(desk, shapely.box(*place(9, 9), *place(10, 10)))
        draw.cut_zone(desk, shapely.LineString([place(9, 9), place(10, 10)]))
        assert desk.ui.hints[-2:] == ["No unit lies mostly in this outline.", "This line crosses no zone."]

    def test_brush(self, desk):
        before = desk.session.hand.brush_m
        command("brush_larger").run(desk)
        assert desk.session.hand.brush_m > before
        draw.set_brush(desk, 1e9)
        assert desk.session.hand.brush_m == 2000


class TestZones:
    def test_chosen_units(self, desk):
        desk.session.choose([5, 9])
        pick(desk, 0)
        zones.give_chosen(desk)
        assert rows_of(desk) == ["00-2", "0012", "0022"]
        zones.erase_chosen(desk)
        assert rows_of(desk) == ["0--2", "0-12", "0022"]
        zones.new_zone(desk)
        assert rows_of(desk) == ["03-2", "0312", "0022"]
        desk.session.choose([6, 2])
        zones.merge(desk)
        assert len(desk.session.tally.live) == 3

    def test_names(self, desk):
        pick(desk, 1)
        desk.ui.answers = ["湖滨", "W77", "#112233", 1]
        zones.rename(desk)
        zones.renumber(desk)
        zones.recolour(desk)
        zones.give_to_operator(desk)
        zone = desk.session.tally.zones[1]
        assert (zone.name, zone.zone_id, zone.colour, zone.oper) == ("湖滨", "W77", "#112233", "Y02")
        desk.ui.answers = [None] * 4
        for run in (zones.rename, zones.renumber, zones.recolour, zones.give_to_operator):
            run(desk)
        assert desk.session.tally.zones[1] == zone
        zones.renumber_all(desk)
        assert desk.session.tally.zones[1].zone_id == "W02"
        assert desk.document.plan.zones["name"].tolist() == ["", "湖滨", ""]

    def test_locks(self, desk):
        pick(desk, 0)
        zones.lock(desk, True)
        desk.session.choose([5, 6])
        zones.lock_chosen(desk, True)
        zones.give_chosen(desk)
        assert rows_of(desk) == ["01-2", "0112", "0022"]
        zones.lock_all(desk, True)
        zones.lock_all(desk, False)
        assert not any(z.locked for z in desk.session.tally.zones)
        zones.give_chosen(desk)
        assert rows_of(desk)[1] == "0002"

    def test_parts_and_pockets(self, desk):
        pick(desk, 0)
        desk.ui.answers = [2, None]
        zones.split(desk)
        assert len(desk.session.tally.live) == 4
        zones.split(desk)
        desk.session.undo()
        desk.session.edit(*_cut_off(desk))
        pick(desk, 8, "unit")
        zones.hand_pocket(desk)
        assert rows_of(desk) == ["11-2", "1112", "0022"]
        desk.session.undo()
        pick(desk, 0)
        zones.hand_pocket(desk)
        assert rows_of(desk) == ["11-2", "1112", "0022"]
        zones.hand_pocket(desk)
        assert desk.ui.hints[-1] == "This zone lies in one piece already."
        zones.remove(desk)
        assert rows_of(desk)[2] == "--22"

    def test_without_a_zone_one_is_asked_for(self, desk):
        with pytest.raises(UserError, match="片区"):
            zones.remove(desk)


def _cut_off(desk):
    from bigmap.core.editing import gestures

    proposal = gestures.paint(desk.session.tally, [4], 1)
    return proposal.title, proposal.edit


class TestChoosing:
    def test_by_question(self, desk):
        desk.ui.answers = ["片区 == 'W01' and hh > 0", "  ", None]
        select.by_question(desk)
        assert desk.session.chosen.tolist() == [0, 1]
        select.by_question(desk)
        select.by_question(desk)
        select.choose_where(desk, "oper == 'Y02' and 户数 > 300", "add")
        assert desk.session.chosen.tolist() == [0, 1, 5]
        assert desk.ui.hints[-1] == "3 units chosen"

    def test_neighbourhood_and_zones(self, desk):
        desk.session.choose([0])
        select.grow(desk)
        assert desk.session.chosen.tolist() == [0, 1, 4]
        select.shrink(desk)
        assert desk.session.chosen.tolist() == [0]
        select.zones(desk)
        assert desk.session.chosen.tolist() == [0, 1, 4, 8]
        select.invert(desk)
        select.unassigned(desk)
        assert desk.session.chosen.tolist() == [10]
        select.alike(desk, "kind")
        assert desk.session.chosen.tolist() == [10]
        select.nothing(desk)
        with pytest.raises(UserError):
            select.zones(desk)
        with pytest.raises(UserError):
            select.alike(desk, "comm")
        with pytest.raises(UserError):
            select.alike(desk, "street")
        pick(desk, 3, "unit")
        select.alike(desk, "comm")
        assert len(desk.session.chosen) == 12

    def test_shapes(self, desk):
        draw.choose_ground(desk, shapely.box(*place(0, 0), *place(1.5, 0.5)))
        draw.choose_along(desk, shapely.LineString([place(3.5, 0.5), place(3.5, 2.5)]), "add")
        assert desk.session.chosen.tolist() == [0, 1, 3, 7, 11]


def test_one_unit_is_locked_where_it_is_picked_and_the_menu_offers_what_can_be_done(desk):
    both = {"lock", "unlock", "lock_chosen", "unlock_chosen"}
    pick(desk, 5, "unit")
    assert offered(desk) & both == {"lock", "lock_chosen"}
    command("lock_chosen").run(desk)
    assert np.flatnonzero(desk.session.tally.locked).tolist() == [5]
    draw.latch(desk, 5, alone=False)
    assert offered(desk) & both == {"unlock", "unlock_chosen"}
    command("unlock").run(desk)
    desk.session.choose([0, 7])  # of two zones
    assert both <= offered(desk)
    command("lock").run(desk)
    assert [zone.locked for zone in desk.session.tally.zones] == [True, False, True]


def offered(desk):
    """Return the commands of the menu under the mouse."""
    return {name for group in context_commands(facts_of(desk)) for name in group}


def test_shortcuts_are_used_once_and_every_tool_has_one():
    keys = [c.shortcut for c in COMMANDS if c.shortcut]
    assert len(set(keys)) == len(keys)
    assert all(c.shortcut for c in COMMANDS if c.id.startswith("tool_"))


def test_the_scene_is_that_of_the_edited_plan(desk):
    assert scene_of(desk.document) == b"scene"
    pick(desk, 0)
    desk.session.choose([5, 9])
    zones.give_chosen(desk)
    assert scene_of(desk.document) == pack_plan(desk.document.plan)


def test_the_scene_has_the_rows_that_are_edited(desk):
    desk.session.choose(np.arange(12)[np.isin(desk.session.tally.zone, (0, 1))])
    zones.merge(desk)
    assert len(scene_of(desk.document)) > 100
