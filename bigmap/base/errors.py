"""The two exceptions that are not defects: the user can mend it, or the user stopped it."""

from __future__ import annotations

from typing import Any

from bigmap.base.i18n import Text


class UserError(Exception):
    """Input or options that cannot be used; the message says what, where and the way out.

    Parameters
    ----------
    template : str
        English sentence with ``{names}``, translated when shown.
    **values
        Values for the names.
    """

    def __init__(self, template: str, /, **values: Any) -> None:
        self.text = Text(template, values)
        super().__init__(template)

    def __str__(self) -> str:
        return self.text.render()


class Cancelled(Exception):
    """The user stopped the work; nothing was changed."""
