"""Undo and redo of everything the user did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents import defaults
from bigmap.commands.documents.remember_imports import remember_options_for
from bigmap.session.editor import Desktop, Step


def undo(desk: Context) -> None:
    """Go back to where the plan stood before the last step."""
    _step(desk, desk.session.undo, desk.session.history.before)


def redo(desk: Context) -> None:
    """Take the step again that was taken back last."""
    _step(desk, desk.session.redo, desk.session.history.after)


def _step(desk: Context, take: Callable[[], None], steps: Sequence[tuple[Text, Step]]) -> None:
    """Take the first of some steps: to another document when that is ready, off the UI thread."""
    title, step = steps[0] if steps else (Text(""), None)
    if desk.session.stroke is not None or not isinstance(step, Desktop) or step.document.at_hand:
        _take(desk, take)
        return
    document = step.document

    def work(progress: Progress) -> None:
        progress.step(0.0, title)
        document.make_ready()

    desk.ui.run(title, work, lambda _: _take(desk, take))


def _take(desk: Context, take: Callable[[], None]) -> None:
    """Take a step, and remember how the document is read then, where it is another one."""
    left = desk.document
    take()
    if desk.document.made is left.made:
        return
    desk.keep(lambda: remember_options_for(desk.document, left.sources))
    if desk.document.made.rules.instead != left.made.rules.instead:
        defaults.remember_balance(desk.document)
