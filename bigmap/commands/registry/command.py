"""What a command is: a thing a user can do, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bigmap.base.i18n import Text
from bigmap.commands.context import Context


class Menu(StrEnum):
    """The menus, in their order; the value is the English title."""

    FILE = "&File"
    EDIT = "&Edit"
    CHOOSE = "&Choose"
    ZONES = "&Zones"
    PLAN = "&Plan"
    VIEW = "&View"
    HELP = "&Help"


WHY = {
    "idle": Text("Wait until the work under way is done, or stop it."),
    "busy": Text("No work is under way."),
    "plan": Text("Nothing is open yet: open a folder of layers first."),
    "own_zones": Text("Other zones are being checked: go back to the plan first."),
    "checking": Text("No other zones are being checked."),
    "operators": Text("There are no operators: add a table of operators to the folder."),
    "undoable": Text("Nothing was done that could be taken back."),
    "redoable": Text("Nothing was taken back."),
    "chosen": Text("Choose units on the map first."),
    "units_at_hand": Text("Choose units on the map first, or click on one."),
    "something_held": Text("Nothing is under way, and nothing is chosen."),
    "phases": Text("No estate tells in what phase it is: give its layer the column phase."),
    "scenarios": Text("No scenario is kept yet: keep this state as one first."),
    "comparable": Text("There is only this state: nothing was changed yet."),
    "mendable": Text("There is no gap that could be repaired."),
}
"""Why a command cannot be carried out while a fact does not hold."""
_OF_PLAN = (
    "own_zones",
    "mendable",
    "operators",
    "chosen",
    "units_at_hand",
    "phases",
    "comparable",
    "scenarios",
)


@dataclass(frozen=True)
class Command:
    """One thing a user can do.

    Attributes
    ----------
    id : str
        Stable name.
    title : str
        English template of the menu entry.
    run : callable
        Called with the `Context`.
    menu : Menu
    group : int
        Commands of one menu are separated where the group changes.
    shortcut : str
        A standard key of Qt ('Open') or a sequence ('Ctrl+Shift+O'); empty for none.
    icon : str
        Name of a file in ``resources/icons``; a command with an icon is on a toolbar.
    short : str
        English template of the toolbar text, the title if empty.
    when : tuple of str
        Facts (`bigmap.session.document.Session.facts`) that must hold.
    on : str
        Fact that shows the command as chosen; empty for a command that is no choice.
    within : str
        English title of the submenu it stands in, '' for none.
    whole : bool
        Whether it needs the whole plan (`bigmap.session.document.Document.plan`), which takes its time to
        make after an edit.
    """

    id: str
    title: str
    run: Callable[[Context], None]
    menu: Menu
    group: int = 0
    shortcut: str = ""
    icon: str = ""
    short: str = ""
    when: tuple[str, ...] = ()
    on: str = ""
    whole: bool = False
    within: str = ""

    def enabled(self, facts: frozenset[str]) -> bool:
        """Return whether all facts hold that the command needs."""
        return facts.issuperset(self.when)

    def why_not(self, facts: frozenset[str]) -> Text | None:
        """Return why the command cannot be carried out now; None where it can."""
        missing = next((fact for fact in self.when if fact not in facts), None)
        if missing in _OF_PLAN and "plan" not in facts:
            missing = "plan"
        return WHY[missing] if missing else None

    @property
    def choice(self) -> str:
        """What it is one of several ways of ('tool', 'rule', 'by' …): one of them holds; '' for none."""
        kind, _, which = self.on.partition("_")
        return kind if which else ""


PLAN = ("idle", "plan")
OWN = ("idle", "own_zones")
CHOSEN = (*OWN, "chosen")
"""The usual facts: a plan is open; its own zones are on show; units of it are chosen."""
