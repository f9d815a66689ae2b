"""The table of commands, and commands that need no window."""

from __future__ import annotations

import pytest

from bigmap.base import i18n, settings
from bigmap.base.errors import UserError
from bigmap.commands.context import Context
from bigmap.commands.documents import export
from bigmap.commands.planning import zoning
from bigmap.commands.registry import COMMANDS, Menu, command, facts_of
from bigmap.commands.viewing import view
from bigmap.session.document import Checked, Document, Pick
from bigmap.session.session import Session
from tests.helpers.plans import grid_plan


@pytest.fixture
def context() -> Context:
    session = Session()
    session.replace(Document(grid_plan(), (), b""))
    return Context(session, None)  # type: ignore[arg-type] # nobody is asked


def test_ids_are_unique_and_every_menu_is_used() -> None:
    assert len({c.id for c in COMMANDS}) == len(COMMANDS)
    assert {c.menu for c in COMMANDS} == set(Menu)


def test_commands_ask_for_facts_that_exist(context: Context) -> None:
    known = {
        "idle",
        "busy",
        "plan",
        "own_zones",
        "checking",
        "undoable",
        "redoable",
        "chosen",
        "units_at_hand",
        "something_held",
        "mendable",
        "operators",
        "phases",
        "comparable",
        "scenarios",
    }
    assert {fact for c in COMMANDS for fact in c.when} <= known


@pytest.mark.parametrize(
    ("busy", "enabled", "disabled"),
    [
        (False, ["build", "export", "open_folder"], ["cancel", "end_check"]),
        (True, ["cancel"], ["build", "export"]),
    ],
)
def test_what_can_be_done(context: Context, busy: bool, enabled: list[str], disabled: list[str]) -> None:
    context.session.set_busy(busy)
    facts = facts_of(context)
    assert all(command(name).enabled(facts) for name in enabled)
    assert not any(command(name).enabled(facts) for name in disabled)


@pytest.mark.parametrize(
    ("found", "pick"),
    [
        ((5, 1, -1), Pick("unit", 5)),
        ((10, -1, 0), Pick("gap", 0)),
        ((-1, -1, -1), None),
    ],
)
def test_what_a_click_chooses(context: Context, found: tuple[int, int, int], pick: Pick | None) -> None:
    view.picked(context, *found)
    assert context.session.selection == pick


def test_in_a_check_a_click_chooses_the_foreign_zone(context: Context) -> None:
    from dataclasses import replace
    from pathlib import Path

    document = context.session.document
    assert document is not None
    checked = Checked(Path("z.shp"), document.plan.zones, document.plan.coverage)
    context.session.replace(replace(document, checked=checked))
    view.picked(context, 5, 1, -1)
    assert context.session.selection == Pick("zone", 1)


def test_language_is_switched_told_and_remembered(context: Context) -> None:
    before, heard = i18n.current(), []
    context.session.language_changed.connect(lambda: heard.append(i18n.current()))
    view.set_language(context, "en")
    view.set_language(context, "zh")
    assert heard == ["en", "zh"]
    assert settings.load()["language"] == "zh"
    assert "lang_zh" in facts_of(context)
    i18n.use(before)


@pytest.mark.parametrize("run", [export.export, export.write_pdf, export.preview_sheet, zoning.build])
def test_without_a_plan_the_user_is_told_what_to_do(run) -> None:
    with pytest.raises(UserError):
        run(Context(Session(), None))  # type: ignore[arg-type]
