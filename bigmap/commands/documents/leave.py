"""Before something is lost for good: what was edited or kept and not exported is asked for."""

from __future__ import annotations

from collections.abc import Callable

from bigmap.base.i18n import Text, tr
from bigmap.commands.context import Context
from bigmap.commands.documents import export
from bigmap.session.document import Document
from bigmap.session.unsaved import OPEN, unsaved, unsaved_check


def leave(context: Context, go_on: Callable[[], None], *, scenarios: bool = True) -> None:
    """Go on with what closes the open plan: at once, or after the planner was asked.

    He exports first, or throws away, or nothing happens; an export that is given up or fails ends in nothing.

    Parameters
    ----------
    context : Context
    go_on : callable
    scenarios : bool
        Whether scenarios are lost too.
    """
    session = context.session
    states = {name: d for name, d in unsaved(session).items() if scenarios or name == OPEN}
    check = unsaved_check(session)
    lost = [
        *(str(Text("scenario {name}", {"name": n}) if n else Text("the edited plan")) for n in states),
        *([str(Text("the repaired zones of {file}", {"file": check.file.name}))] if check else []),
    ]
    if not lost:
        go_on()
        return
    text = Text("Not exported yet, and lost if you go on: {what}.", {"what": tr(", ").join(lost)})
    answer = context.ui.ask_unsaved(text)
    if answer == "discard":
        go_on()
    elif answer == "export":
        export.export_states(context, states, check, go_on)


def standing(context: Context) -> list[Document | None]:
    """Return the open document and the scenarios, to be compared later."""
    return [context.session.document, *context.session.scenarios.values()]
