"""Undo and redo of everything the user did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents import defaults
from bigmap.commands.documents.remember_imports import remember_options_for
from bigmap.session.editor import DocumentStep, Step


def undo(context: Context) -> None:
    """Go back to where the plan stood before the last step."""
    _step(context, context.session.undo, context.session.history.before)


def redo(context: Context) -> None:
    """Take the step again that was taken back last."""
    _step(context, context.session.redo, context.session.history.after)


def _step(context: Context, take: Callable[[], None], steps: Sequence[tuple[Text, Step]]) -> None:
    """Take the first of some steps: to another document when that is ready, off the UI thread."""
    title, step = steps[0] if steps else (Text(""), None)
    if context.session.stroke is not None or not isinstance(step, DocumentStep) or step.document.at_hand:
        _take(context, take)
        return
    document = step.document

    def work(progress: Progress) -> None:
        progress.step(0.0, title)
        document.make_ready()

    context.ui.run(title, work, lambda _: _take(context, take))


def _take(context: Context, take: Callable[[], None]) -> None:
    """Take a step, and remember how the document is read then, where it is another one."""
    left = context.document
    take()
    if context.document.built is left.built:
        return
    context.keep(lambda: remember_options_for(context.document, left.sources))
    if context.document.built.rules.instead != left.built.rules.instead:
        defaults.remember_balance(context.document)
