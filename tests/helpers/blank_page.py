"""A map page without a browser, for tests of the window around it: it comes up and has drawn at once."""

from __future__ import annotations

import json

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from bigmap.mapview.messages import Drawn, Idle, Message, PageReady
from bigmap.ui.map.map_widget import MapWidget


class BlankPage(QWidget):
    """Stands where the web view stands and answers over the same bridge, after the caller is done."""

    def __init__(self, widget: MapWidget) -> None:
        super().__init__(widget)
        self._bridge = widget.bridge
        self._bridge.send.connect(self._take)
        self._shown = 0
        self._answer(PageReady())

    def page(self) -> BlankPage:
        return self

    def setBackgroundColor(self, colour: QColor) -> None:
        """Keep the colour of the style."""

    def _take(self, order: str) -> None:
        told = json.loads(order)
        if told["kind"] == "show":
            self._shown = told["scene"]
            self._answer(Drawn(self._shown))
        elif told["kind"] == "await":
            self._answer(Idle(told["number"]))

    def _answer(self, message: Message) -> None:
        QTimer.singleShot(0, self, lambda: self._send(message))

    def _send(self, message: Message) -> None:
        if (
            not isinstance(message, Drawn) or message.scene == self._shown
        ):  # not one that another has replaced
            self._bridge.came.emit(message)


def blank_page(widget: MapWidget) -> BlankPage:
    """Return what stands for the web view of a map, as `MapWidget._make_view` does for the real one."""
    return BlankPage(widget)
