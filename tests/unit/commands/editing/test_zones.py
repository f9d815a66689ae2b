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
def context():
    session = Session()
    session.open(Document(grid_plan(), (), b"scene"))
    return Context(session, User())


def rows_of(context):
    """Return the zones as the rows of the drawing, north first."""
    zone = context.session.tally.zone
    return ["".join("-" if z < 0 else str(z) for z in zone[i : i + 4]) for i in (8, 4, 0)]


def place(x, y):
    return ORIGIN[0] + x * SIDE, ORIGIN[1] + y * SIDE


def pick(context, row, layer="zone"):
    context.session.select(Pick(layer, row))


class TestDrawing:
    def test_paint(self, context):
        pick(context, 0)
        draw.take_tool(context, "paint")
        draw.begin_stroke(context)
        draw.paint(context, [5])
        draw.paint(context, [9])
        draw.end_stroke(context)
        assert rows_of(context) == ["00-2", "0012", "0022"]
        command("undo").run(context)
        assert rows_of(context) == ["01-2", "0112", "0022"]
        assert context.ui.hints == []

    def test_without_a_zone_to_paint_with_one_is_asked_for(self, context):
        draw.take_tool(context, "paint")
        assert "Pick the zone" in context.ui.hints[0]
        with pytest.raises(UserError):
            draw.begin_stroke(context)
        draw.paint_with_zone_of(context, 5)
        assert context.session.hand.zone == 1

    def test_a_zone_that_is_gone_is_not_painted_with(self, context):
        context.session.choose([10, 11])
        zones.new_zone(context)
        draw.paint_with(context, 3)
        context.session.undo()
        context.session.hold(tool="paint")
        with pytest.raises(UserError):
            draw.begin_stroke(context)

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
    def test_a_stroke_that_breaks_a_zone(self, context, rule, after, hint):
        draw.set_rule(context, rule)
        assert settings.load()["edit_rule"] == rule
        assert Session().hand.rule == rule
        draw.paint_with(context, 1)
        draw.take_tool(context, "paint")
        draw.begin_stroke(context)
        draw.paint(context, [4])
        draw.end_stroke(context)
        assert rows_of(context) == after
        assert len(context.ui.hints) == 1
        assert context.ui.hints[0].startswith(hint)
        settings.remember(edit_rule="warn")

    def test_escape_by_steps(self, context):
        context.session.choose([1])
        draw.take_tool(context, "erase")
        draw.begin_stroke(context)
        draw.paint(context, [5])
        assert rows_of(context)[1] == "0-12"
        draw.escape(context)
        assert rows_of(context)[1] == "0112"
        assert "tool_erase" in facts_of(context)
        draw.escape(context)
        assert context.ui.sent == [GiveUp(), GiveUp()]  # the map answers when nothing is under way there
        draw.lay_down(context)
        assert command("escape").enabled(facts_of(context))
        draw.escape(context)
        assert not len(context.session.chosen)
        assert not command("escape").enabled(facts_of(context))

    def test_preview_and_busy(self, context):
        draw.paint_with(context, 1)
        draw.take_tool(context, "paint")
        assert draw.preview(context, [4]).broken == (0,)
        context.session.set_busy(True)
        draw.begin_stroke(context)
        draw.paint(context, [4])
        draw.end_stroke(context)
        assert rows_of(context)[1] == "0112"

    def test_fill_draw_reassign_cut_drag(self, context):
        draw.paint_with(context, 2)
        draw.fill(context, 10)
        assert rows_of(context) == ["0122", "0112", "0022"]
        draw.draw_zone(context, shapely.box(*place(2.9, 0), *place(4, 3)))
        assert rows_of(context) == ["0123", "0113", "0023"]
        draw.reassign_ground(context, shapely.box(*place(2, 0), *place(3, 1)))
        draw.cut_zone(context, shapely.LineString([place(2.5, 2), place(4, 2)]))
        assert set(rows_of(context)[0][3]) <= {"3", "4"}
        draw.drag_border(
            context, 0, 1, shapely.LineString([place(1, 3), place(1.8, 3), place(1.8, 2), place(1, 2)])
        )
        assert rows_of(context)[0][:2] == "00"
        draw.draw_zone(context, shapely.box(*place(9, 9), *place(10, 10)))
        draw.cut_zone(context, shapely.LineString([place(9, 9), place(10, 10)]))
        assert context.ui.hints[-2:] == ["No unit lies mostly in this outline.", "This line crosses no zone."]

    def test_brush(self, context):
        before = context.session.hand.brush_m
        command("brush_larger").run(context)
        assert context.session.hand.brush_m > before
        draw.set_brush(context, 1e9)
        assert context.session.hand.brush_m == 2000


class TestZones:
    def test_chosen_units(self, context):
        context.session.choose([5, 9])
        pick(context, 0)
        zones.give_chosen(context)
        assert rows_of(context) == ["00-2", "0012", "0022"]
        zones.erase_chosen(context)
        assert rows_of(context) == ["0--2", "0-12", "0022"]
        zones.new_zone(context)
        assert rows_of(context) == ["03-2", "0312", "0022"]
        context.session.choose([6, 2])
        zones.merge(context)
        assert len(context.session.tally.live) == 3

    def test_names(self, context):
        pick(context, 1)
        context.ui.answers = ["湖滨", "W77", "#112233", 1]
        zones.rename(context)
        zones.renumber(context)
        zones.recolour(context)
        zones.give_to_operator(context)
        zone = context.session.tally.zones[1]
        assert (zone.name, zone.zone_id, zone.colour, zone.oper) == ("湖滨", "W77", "#112233", "Y02")
        context.ui.answers = [None] * 4
        for run in (zones.rename, zones.renumber, zones.recolour, zones.give_to_operator):
            run(context)
        assert context.session.tally.zones[1] == zone
        zones.renumber_all(context)
        assert context.session.tally.zones[1].zone_id == "W02"
        assert context.document.plan.zones["name"].tolist() == ["", "湖滨", ""]

    def test_locks(self, context):
        pick(context, 0)
        zones.lock(context, True)
        context.session.choose([5, 6])
        zones.lock_chosen(context, True)
        zones.give_chosen(context)
        assert rows_of(context) == ["01-2", "0112", "0022"]
        zones.lock_all(context, True)
        zones.lock_all(context, False)
        assert not any(z.locked for z in context.session.tally.zones)
        zones.give_chosen(context)
        assert rows_of(context)[1] == "0002"

    def test_parts_and_pockets(self, context):
        pick(context, 0)
        context.ui.answers = [2, None]
        zones.split(context)
        assert len(context.session.tally.live) == 4
        zones.split(context)
        context.session.undo()
        context.session.edit(*_cut_off(context))
        pick(context, 8, "unit")
        zones.hand_pocket(context)
        assert rows_of(context) == ["11-2", "1112", "0022"]
        context.session.undo()
        pick(context, 0)
        zones.hand_pocket(context)
        assert rows_of(context) == ["11-2", "1112", "0022"]
        zones.hand_pocket(context)
        assert context.ui.hints[-1] == "This zone lies in one piece already."
        zones.remove(context)
        assert rows_of(context)[2] == "--22"

    def test_without_a_zone_one_is_asked_for(self, context):
        with pytest.raises(UserError, match="片区"):
            zones.remove(context)


def _cut_off(context):
    from bigmap.core.editing import gestures

    proposal = gestures.paint(context.session.tally, [4], 1)
    return proposal.title, proposal.edit


class TestChoosing:
    def test_by_question(self, context):
        context.ui.answers = ["片区 == 'W01' and hh > 0", "  ", None]
        select.by_question(context)
        assert context.session.chosen.tolist() == [0, 1]
        select.by_question(context)
        select.by_question(context)
        select.choose_where(context, "oper == 'Y02' and 户数 > 300", "add")
        assert context.session.chosen.tolist() == [0, 1, 5]
        assert context.ui.hints[-1] == "3 units chosen"

    def test_neighbourhood_and_zones(self, context):
        context.session.choose([0])
        select.grow(context)
        assert context.session.chosen.tolist() == [0, 1, 4]
        select.shrink(context)
        assert context.session.chosen.tolist() == [0]
        select.zones(context)
        assert context.session.chosen.tolist() == [0, 1, 4, 8]
        select.invert(context)
        select.unassigned(context)
        assert context.session.chosen.tolist() == [10]
        select.alike(context, "kind")
        assert context.session.chosen.tolist() == [10]
        select.nothing(context)
        with pytest.raises(UserError):
            select.zones(context)
        with pytest.raises(UserError):
            select.alike(context, "comm")
        with pytest.raises(UserError):
            select.alike(context, "street")
        pick(context, 3, "unit")
        select.alike(context, "comm")
        assert len(context.session.chosen) == 12

    def test_shapes(self, context):
        draw.choose_ground(context, shapely.box(*place(0, 0), *place(1.5, 0.5)))
        draw.choose_along(context, shapely.LineString([place(3.5, 0.5), place(3.5, 2.5)]), "add")
        assert context.session.chosen.tolist() == [0, 1, 3, 7, 11]


def test_one_unit_is_locked_where_it_is_picked_and_the_menu_offers_what_can_be_done(context):
    both = {"lock", "unlock", "lock_chosen", "unlock_chosen"}
    pick(context, 5, "unit")
    assert offered(context) & both == {"lock", "lock_chosen"}
    command("lock_chosen").run(context)
    assert np.flatnonzero(context.session.tally.locked).tolist() == [5]
    draw.toggle_lock(context, 5, alone=False)
    assert offered(context) & both == {"unlock", "unlock_chosen"}
    command("unlock").run(context)
    context.session.choose([0, 7])  # of two zones
    assert both <= offered(context)
    command("lock").run(context)
    assert [zone.locked for zone in context.session.tally.zones] == [True, False, True]


def offered(context):
    """Return the commands of the menu under the mouse."""
    return {name for group in context_commands(facts_of(context)) for name in group}


def test_shortcuts_are_used_once_and_every_tool_has_one():
    keys = [c.shortcut for c in COMMANDS if c.shortcut]
    assert len(set(keys)) == len(keys)
    assert all(c.shortcut for c in COMMANDS if c.id.startswith("tool_"))


def test_the_scene_is_that_of_the_edited_plan(context):
    assert scene_of(context.document) == b"scene"
    pick(context, 0)
    context.session.choose([5, 9])
    zones.give_chosen(context)
    assert scene_of(context.document) == pack_plan(context.document.plan)


def test_the_scene_has_the_rows_that_are_edited(context):
    context.session.choose(np.arange(12)[np.isin(context.session.tally.zone, (0, 1))])
    zones.merge(context)
    assert len(scene_of(context.document)) > 100
