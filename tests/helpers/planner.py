"""A planner at the real window: only mouse and keys, each counted; waits for what they bring."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import shapely
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from bigmap.base.i18n import tr
from bigmap.session.session import Session
from bigmap.session.unsaved import unsaved
from bigmap.ui.map.map_widget import MapWidget
from bigmap.ui.window.window import Window
from tests.bench.bench_map import Driver

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
PATIENCE_S = 30
Place = tuple[float, float]


class Planner:
    """Opens a window and works in it.

    Attributes
    ----------
    window : Window
    page : Driver
        Asks the map page; changes nothing.
    counts : dict of str to int
        Clicks, drags, keys and words typed so far.
    pictures : pathlib.Path or None
        Folder for pictures of the window.
    """

    def __init__(self, app: Any, pictures: Path | None = None, size: tuple[int, int] = (1400, 900)) -> None:
        self.app, self.pictures = app, pictures
        self.window = Window(Session())
        self.window.resize(*size)
        self.window.show()
        self.page = Driver(app, self.window.map)
        self.page.value(
            "document.addEventListener('pointermove', (e) => (met = [e.clientX, e.clientY]), true) ?? 1"
        )
        self.counts = dict.fromkeys(("clicks", "drags", "keys", "words"), 0)
        self._asked: list[str] = []
        self._answering = False
        self._guard = QTimer(self.window, interval=100)
        self._guard.timeout.connect(self._close_unasked)
        self._guard.start()
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)

    @property
    def session(self) -> Session:
        return self.window.session

    def close(self) -> None:
        """Close the window; what was edited is thrown away."""
        if unsaved(self.session):
            with self.answering(self.press(tr("Throw away"))):
                self.window.close()
        else:
            self.window.close()

    def _close_unasked(self) -> None:
        """Close a dialog that nobody waits for, which would stop the day; `until` tells of it."""
        box = QApplication.activeModalWidget()
        if box is not None and not self._answering:
            texts = [label.text() for label in box.findChildren(QLabel) if label.text()]
            self._asked.append(f"{type(box).__name__}: {' '.join(texts)}")
            box.close()

    # --- waiting and looking ---

    def until(self, holds: Callable[[], Any], why: str = "") -> None:
        """Let the window work until something holds."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            self.app.processEvents()
            if self._asked:
                raise AssertionError(f"not expected: {self._asked.pop()}")
            if time.monotonic() > end:
                raise TimeoutError(why or "what was waited for did not come")

    def rest(self) -> None:
        """Wait until no work is under way and the maps are painted."""
        self.until(lambda: not self.window.lane.busy, "work did not end")
        self.painted()

    def painted(self) -> None:
        """Wait until every map in sight is painted; twice, since the window may answer a page meanwhile."""
        for shown in 2 * self.window.findChildren(MapWidget):
            if not shown.isVisible():
                continue
            told: list[bool] = []
            heard = shown.idle.connect(lambda told=told: told.append(True))
            shown.await_idle()
            self.until(lambda told=told: told, "the map was not painted")
            shown.idle.disconnect(heard)
        self.app.processEvents()

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """Keep a picture of the window, with what stands over it."""
        if self.pictures is None:
            return
        if widget is None:
            self.painted()
        picture = (widget or self.window).grab()
        picture.save(str(self.pictures / f"{name}.png"))

    # --- mouse and keys ---

    def click(self, widget: QWidget, at: QPoint | None = None, button: Qt.MouseButton = LEFT) -> None:
        """Click a widget."""
        self.counts["clicks"] += 1
        place = at if at is not None else widget.rect().center()
        QTest.mouseMove(widget, place)
        QTest.mouseClick(widget, button, NONE, place)

    def key(self, *keys: Qt.Key, on: QWidget | None = None, held: Qt.KeyboardModifier = NONE) -> None:
        """Press keys, by default where the map has them."""
        if QApplication.activeModalWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()  # what a desktop does when a dialog closes
            self.until(self.window.isActiveWindow)
        for key in keys:
            self.counts["keys"] += 1
            QTest.keyClick(on or self.target(), key, held)

    def write(self, field: QLineEdit, text: str) -> None:
        """Type a text over what stands in a field."""
        self.counts["words"] += 1
        field.selectAll()
        field.insert(text)  # at once, as from an input method or the clipboard

    def command(self, name: str) -> None:
        """Click a command: on its toolbar, else in its menu."""
        menus = self.window.menus
        action = menus.actions[name]
        assert action.isEnabled(), f"{name} cannot be done now"
        for bar in (menus.toolbar, menus.tools):
            button = bar.widgetForAction(action)
            if button is not None and button.isVisible():
                self.click(button)
                return
        bar = self.window.menuBar()
        inner = next((m for m in menus.submenus.values() if action in m.actions()), None)
        sought = inner.menuAction() if inner else action
        menu = next(m for m in menus.menus.values() if sought in m.actions())
        self.click(bar, bar.actionGeometry(menu.menuAction()).center())
        self.until(menu.isVisible)
        if inner:
            self.entry(menu, sought.text())
            self.until(inner.isVisible)
        self.entry(inner or menu, action.text())

    def entry(self, menu: QMenu, text: str) -> None:
        """Click an entry of an open menu."""
        action = next(a for a in menu.actions() if a.text() == text or a.text().startswith(text))
        assert action.isEnabled(), f"{text} cannot be chosen"
        self.click(menu, menu.actionGeometry(action).center())

    @contextmanager
    def answering(self, act: Callable[[Any], None]) -> Any:
        """Do what opens a dialog or a menu; answer it as soon as it stands there."""
        failed: list[BaseException] = []
        timer, seen = QTimer(), []

        def look() -> None:
            widget = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if widget is None or not widget.isVisible():
                return
            timer.stop()
            seen.append(widget)
            try:
                act(widget)
            except BaseException as error:  # noqa: BLE001 - told below, out of the event loop
                failed.append(error)
                widget.close()

        timer.timeout.connect(look)
        timer.start(5)
        self._answering = True
        try:
            yield
            self.until(lambda: seen, "nothing was asked")
        finally:
            self._answering = False
        if failed:
            raise failed[0]

    def file(self, path: Path) -> Callable[[QFileDialog], None]:
        """Return how a file dialog is answered."""

        def act(dialog: QFileDialog) -> None:
            field = dialog.findChild(QLineEdit, "fileNameEdit")
            self.write(field, str(path))
            if field.completer() is not None:
                field.completer().popup().hide()
            self.app.processEvents()
            box, accept = dialog.findChild(QDialogButtonBox), QDialogButtonBox.ButtonRole.AcceptRole
            self.click(next(b for b in box.buttons() if box.buttonRole(b) == accept))

        return act

    def press(self, text: str) -> Callable[[QWidget], None]:
        """Return how a dialog is answered by one of its buttons."""

        def act(dialog: QWidget) -> None:
            self.app.processEvents()
            buttons = dialog.findChildren(QAbstractButton)
            button = next(b for b in buttons if b.isVisible() and text in b.text())
            assert button.isEnabled(), f"{text} cannot be pressed"
            self.click(button)

        return act

    def click_zone(self, row: int) -> None:
        """Click the row of a zone in its table."""
        table = self.window.results.zones
        at = next(i for i, r in enumerate(table.shown_rows()) if r["row"] == row)
        index = table.model().index(at, 0)
        table.scrollTo(index)
        self.click(table.viewport(), table.visualRect(index).center())
        self.rest()

    # --- on the map ---

    def target(self) -> QWidget:
        proxy = self.window.map.view.focusProxy()
        assert proxy is not None
        return proxy

    def pixel(self, place: Place) -> QPoint:
        """Return where a place in the project CRS lies on the map."""
        x, y = place
        px, py = self.page.value(
            "(([x0, y0]) => (p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint("
            f"[{y} - y0, {x} - x0])))(bigmap.view.scene.origin)"
        )
        return QPoint(round(px), round(py))

    def inside(self, unit: int) -> Place:
        """Return a place in a unit."""
        return shapely.point_on_surface(self.session.tally.unit_index.units.polygons[unit]).coords[0]

    def look_at(self, box: Sequence[float]) -> None:
        """Bring a box of the project CRS into sight, as the wheel would; not counted."""
        west, south, east, north = box
        x0, y0 = self.page.value("bigmap.view.scene.origin")
        corners = f"[[{south - y0}, {west - x0}], [{north - y0}, {east - x0}]]"
        self.page.value(f"bigmap.view.map.fitBounds({corners}, {{animate: false}}) && 1")
        self.rest()

    def move(self, place: Place) -> QPoint:
        """Move the mouse there, and wait until the page has seen it."""
        at = self.pixel(place)
        QTest.mouseMove(self.target(), at - QPoint(1, 1))
        QTest.mouseMove(self.target(), at)
        self.page.until(f"window.met?.[0] === {at.x()} && window.met[1] === {at.y()}", 2)
        return at

    def _button(self, down: bool, at: QPoint, held: Qt.KeyboardModifier) -> None:
        (QTest.mousePress if down else QTest.mouseRelease)(self.target(), LEFT, held, at)
        self.page.until(f"!bigmap.view.toolbox.tool || {'' if down else '!'}bigmap.view.toolbox.held", 2)

    def map_click(self, place: Place, held: Qt.KeyboardModifier = NONE) -> None:
        """Click the map."""
        self.counts["clicks"] += 1
        at = self.move(place)
        self._button(True, at, held)
        self._button(False, at, held)
        self.rest()

    def map_drag(self, way: Sequence[Place], name: str = "") -> None:
        """Drag over the map; a picture is taken before letting go."""
        self.counts["drags"] += 1
        self._button(True, self.move(way[0]), NONE)
        for place in way[1:]:
            at = self.move(place)
        self.page.until("!bigmap.view.toolbox.frame", 2)
        if name:
            self.picture(name)
        self._button(False, at, NONE)
        self.rest()

    def map_menu(self, place: Place, text: str) -> None:
        """Click the map with the right button, and an entry of the menu that comes."""
        self.counts["clicks"] += 1
        at = self.move(place)
        with self.answering(lambda menu: self.entry(menu, text)):
            QTest.mouseClick(self.target(), RIGHT, NONE, at)
        self.rest()
