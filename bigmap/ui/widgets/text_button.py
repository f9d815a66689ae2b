"""Buttons that know what they say, so that another language needs no other buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton

from bigmap.base.i18n import Text

T = TypeVar("T")
Entry = tuple[Text, Callable[[], None]]
"""What can be done: its name, and what does it."""


class TextButton(QPushButton):
    """A button for one entry, or with a menu of several.

    Parameters
    ----------
    name : str
        Object name, for the style sheet.
    text : Text
    act : callable, optional
    entries : sequence of Entry
        What stands in its menu.
    sign : str
        Stands in the button in place of the text, which is in the tip then.
    """

    def __init__(
        self,
        name: str,
        text: Text,
        act: Callable[[], None] | None = None,
        entries: Sequence[Entry] = (),
        sign: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._text, self._sign = text, sign
        self._entries = [entry for entry, _ in entries]
        if act is not None:
            self.clicked.connect(lambda _=False: act())
        if entries:
            menu = QMenu(self)
            for _, do in entries:
                menu.addAction("").triggered.connect(lambda _=False, do=do: do())
            self.setMenu(menu)
        self.write()

    def write(self) -> None:
        """Write everything in the language in use."""
        self.setText(self._sign or str(self._text))
        self.setToolTip(str(self._text))
        self.setAccessibleName(str(self._text))
        menu = self.menu()
        for action, text in zip(menu.actions() if menu else (), self._entries, strict=True):
            action.setText(str(text))


class OfferRow(QHBoxLayout):
    """The best of what can be done as a button, and the rest in a menu beside it.

    Attributes
    ----------
    buttons : list of TextButton
    """

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(12, 6, 12, 8)
        self.setSpacing(4)
        self.buttons: list[TextButton] = []
        self._offered: list[object] = []

    def offer(self, offers: Sequence[T], entry_of: Callable[[T], Entry]) -> None:
        """Offer other things; those that are offered already are written anew."""
        if list(offers) == self._offered:
            for button in self.buttons:
                button.write()
            return
        for button in self.buttons:
            self.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        self._offered = list(offers)
        entries = [entry_of(offer) for offer in offers]
        self.buttons = [TextButton("repair", *entry) for entry in entries[:1]]
        if len(entries) > 1:
            self.buttons.append(TextButton("repair", Text("More"), entries=entries[1:]))
        for i, button in enumerate(self.buttons):
            self.addWidget(button, 1 - i)
