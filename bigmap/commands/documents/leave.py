"""Before something is lost for good: what was edited or kept and not exported is asked for."""

from __future__ import annotations

from collections.abc import Callable

from bigmap.base.i18n import Text, tr
from bigmap.commands.context import Context
from bigmap.commands.documents import export
from bigmap.session.document import Document
from bigmap.session.unsaved import DESK, unsaved, unsaved_check


def leave(desk: Context, go_on: Callable[[], None], *, scenarios: bool = True) -> None:
    """Go on with what makes an end of the plan on the desk: at once, or after the planner was asked.

    He exports first, or throws away, or nothing happens; an export that is given up or fails ends in nothing.

    Parameters
    ----------
    desk : Context
    go_on : callable
    scenarios : bool
        Whether scenarios are lost too.
    """
    session = desk.session
    states = {name: d for name, d in unsaved(session).items() if scenarios or name == DESK}
    check = unsaved_check(session)
    lost = [
        *(str(Text("scenario {name}", {"name": n}) if n else Text("the edited plan")) for n in states),
        *([str(Text("the repaired zones of {file}", {"file": check.file.name}))] if check else []),
    ]
    if not lost:
        go_on()
        return
    text = Text("Not exported yet, and lost if you go on: {what}.", {"what": tr(", ").join(lost)})
    answer = desk.ui.ask_unsaved(text)
    if answer == "discard":
        go_on()
    elif answer == "export":
        export.export_states(desk, states, check, go_on)


def standing(desk: Context) -> list[Document | None]:
    """Return what stands on the desk and among the scenarios, to be seen to be the same later."""
    return [desk.session.document, *desk.session.scenarios.values()]
