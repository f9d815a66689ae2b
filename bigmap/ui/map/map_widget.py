"""The map: folium's document in a web view, and the bridge to it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bigmap.mapview import messages
from bigmap.mapview.gesture_messages import GESTURES
from bigmap.mapview.messages import (
    Assign,
    Await,
    BadMessage,
    Base,
    Drawn,
    Dropped,
    Failed,
    Gaps,
    Idle,
    Locks,
    Look,
    Mark,
    Measuring,
    Message,
    Moved,
    PageReady,
    Picked,
    Pointer,
    PreviewResult,
    Reassign,
    Select,
    SetTheme,
    Show,
)
from bigmap.mapview.page import window_page
from bigmap.ui.map.url_scheme import HOME, NAME, Gate, Library
from bigmap.ui.widgets.day_night import is_night, shade

log = logging.getLogger(__name__)
Pictures = Callable[[int, int, int], bytes | None]
_STANDING = ("set_texts", "set_theme", "colour", "show", "zones", "base", "select", "tool")
"""Orders that hold until the next of their kind; told again to a page that comes up new."""
_OF_SCENE = ("zones", "select")
"""Those that end with the scene."""
_MANY = 2000
"""Units from which on an assignment travels as a packet."""
BACKGROUND = "#f3f4f1"
"""Colour of the page where there is no ground, by day (``map.css``, and ``dark.json`` for the night)."""


class Bridge(QObject):
    """One slot in, one signal out; the page knows it as ``host``."""

    send = Signal(str)
    came = Signal(object)
    refused = Signal()

    @Slot(str, result=str)
    def receive(self, text: str) -> str:
        """Take a message of the page; an error here would reach the page as an empty text only."""
        try:
            message = messages.parse_from_page(text)
        except BadMessage as error:
            log.error("the map page sent a message that is not understood: %s", error)
            self.refused.emit()
            return '{"ok": false}'
        self.came.emit(message)
        return '{"ok": true}'


class MapPage(QWebEnginePage):
    """A page that stays at home and whose console goes to the log."""

    def acceptNavigationRequest(
        self, url: QUrl | str, _type: QWebEnginePage.NavigationType, _main: bool
    ) -> bool:
        """Follow no link out of the map."""
        return QUrl(url).scheme() == NAME

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, text: str, line: int, source: str
    ) -> None:
        """Log what the page writes to its console."""
        severe = level == QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel
        log.log(logging.ERROR if severe else logging.INFO, "map page: %s (%s:%d)", text, source, line)


class MapWidget(QWidget):
    """Shows scenes and reports clicks.

    Orders wait until the page is ready. When its process dies it is loaded again, told all that holds, and
    looks where it looked.

    Attributes
    ----------
    picked : Signal(Picked)
        The map was clicked.
    drawn : Signal(int)
        The scene of this number stands on the screen.
    pointed : Signal(Pointer)
        The mouse moved over the map, or left it.
    moved : Signal(Moved)
        The user moved the map.
    measuring : Signal(Measuring)
        Somebody measures and waits for figures.
    dropped : Signal()
        The tool in hand wants to be laid down.
    gesture : Signal(Gesture)
        A tool says what a hand on the map means (`bigmap.mapview.gesture_messages`).
    ready : Signal()
        The page has come up.
    lost : Signal()
        The page is gone, with the gesture that was under way on it; it comes back by itself.
    idle : Signal()
        The answer to `await_idle`: what is shown is on the screen, whole, so that `grab` has it.
    gate : Gate
        Counts what the page asked for.
    """

    picked = Signal(object)
    drawn = Signal(int)
    pointed = Signal(object)
    moved = Signal(object)
    measuring = Signal(object)
    dropped = Signal()
    gesture = Signal(object)
    ready = Signal()
    lost = Signal()
    idle = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.profile = QWebEngineProfile(self)  # without a name: nothing is written to disk
        self.gate = Gate(self)
        self._library = Library(window_page(), self)
        self.profile.setUrlRequestInterceptor(self.gate)
        self.profile.installUrlSchemeHandler(NAME.encode(), self._library)
        self.bridge = Bridge(self)
        self.bridge.came.connect(self._hear)
        self.bridge.refused.connect(lambda: self.would([], False, []))  # a gesture may wait for its answer
        self._standing: dict[str, Message] = {}
        self._assigned: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] = []
        self._packets: dict[type[Gaps | Locks | Mark], bytes] = {}
        self._listening = False
        self._awaited: Await | None = None
        self._awaits = 0
        self.where: Moved | None = None
        self._back: Look | None = None
        self.view = self._make_view()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)

    def _make_view(self) -> QWebEngineView:
        view = QWebEngineView(self)
        page = MapPage(self.profile, view)
        channel = QWebChannel(page)
        channel.registerObject("host", self.bridge)
        page.setWebChannel(channel)
        page.settings().setAttribute(QWebEngineSettings.WebAttribute.PluginsEnabled, False)
        view.setPage(page)
        view.setAcceptDrops(False)  # dropped files are for the window
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        page.renderProcessTerminated.connect(self._revive)
        page.load(QUrl(HOME))
        return view

    def show_scene(self, scene: bytes | None) -> int:
        """Show a packed scene, or nothing; return the number `drawn` will report."""
        number = self._library.hold(scene) if scene else 0
        for kind in _OF_SCENE:
            self._standing.pop(kind, None)
        self._assigned.clear()
        self._packets.clear()
        self.send(Show(number))
        self._await_again()
        return number

    def put_under(self, order: Base, hosts: frozenset[str], pictures: Pictures | None) -> None:
        """Put a basemap under the plan: what the page is told, whom it may ask, what answers for a file."""
        self.gate.hosts = hosts
        self._library.pictures = pictures
        self.send(order)

    def assign(self, units: npt.ArrayLike, zones: npt.ArrayLike) -> None:
        """Show that units (rows of the scene) went to zones (rows, -1 for none), in the scene on show.

        Colours follow at once, borders and names some frames later; nothing is packed anew.
        """
        rows, to = np.asarray(units, dtype="<i4"), np.asarray(zones, dtype="<i4")
        self._assigned.append((rows, to))
        if len(rows) < _MANY:
            self.send(Assign(rows.tolist(), to.tolist()))
        else:
            self._reassign(rows, to)

    def _reassign(self, rows: npt.NDArray[np.int32], to: npt.NDArray[np.int32]) -> None:
        if self._listening:
            self.send(Reassign(self._library.hold_packet(rows.tobytes() + to.tobytes())))

    def tell(self, kind: type[Gaps | Locks | Mark], what: bytes | npt.ArrayLike) -> None:
        """Tell what travels as a packet and holds in the scene on show until the next of its kind."""
        packet = what if isinstance(what, bytes) else np.asarray(what, dtype="<i4").tobytes()
        self._packets[kind] = packet
        if self._listening:
            self.send(kind(self._library.hold_packet(packet)))

    def would(self, units: npt.ArrayLike, broken: bool, resisted: npt.ArrayLike) -> None:
        """Answer what the gesture under way would do (`PreviewResult`)."""
        rows, stuck = np.asarray(units, dtype="<i4"), np.asarray(resisted, dtype="<i4").tolist()
        many = len(rows) >= _MANY
        packet = self._library.hold_packet(rows.tobytes()) if many else 0
        self.send(PreviewResult([] if many else rows.tolist(), packet, broken, stuck))

    def send(self, message: Message) -> None:
        """Give the page an order, as soon as it is ready."""
        if message.kind in _STANDING:
            self._standing[message.kind] = message
        if isinstance(message, Look):
            self.where = Moved(message.x, message.y, message.zoom)
        if self._listening:
            self.bridge.send.emit(messages.dump(message))

    def await_idle(self) -> None:
        """Have `idle` told once, as soon as all that the page was told stands on the screen."""
        self._awaits += 1
        shown = self._standing.get("show")
        scene = shown.scene if isinstance(shown, Show) else 0
        self._awaited = Await(self._awaits, scene, self.width(), self.height())
        self.send(self._awaited)

    def _await_again(self) -> None:
        """Ask anew where an answer is still awaited: it would be about what is gone."""
        if self._awaited is not None:
            self.await_idle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Await the map in its new size."""
        super().resizeEvent(event)
        self._await_again()

    def dress(self) -> None:
        """Wear the theme in use."""
        self.view.page().setBackgroundColor(QColor(shade(BACKGROUND)))
        self.send(SetTheme("dark" if is_night() else "light"))

    def _hear(self, message: Message) -> None:
        match message:
            case PageReady():
                self._tell_standing()
                self.ready.emit()
            case Drawn(scene):
                self._back = None
                self.drawn.emit(scene)
            case Idle(number):
                self._hear_idle(number)
            case Moved() if self._back is None:  # a page that comes back looks at the whole ground first
                self.where = message
                self.moved.emit(message)
            case Dropped():
                self.dropped.emit()
            case Failed(text):
                log.error("map page: %s", text)
            case _ if isinstance(message, GESTURES):
                self.gesture.emit(message)
            case Picked() | Pointer() | Measuring():
                {Picked: self.picked, Pointer: self.pointed, Measuring: self.measuring}[type(message)].emit(
                    message
                )

    def _hear_idle(self, number: int) -> None:
        if self._awaited is not None and self._awaited.number == number:
            self._awaited = None
            self.idle.emit()

    def _tell_standing(self) -> None:
        self._listening = True
        for kind in _STANDING:
            if kind in self._standing:
                self.bridge.send.emit(messages.dump(self._standing[kind]))
        if self._assigned:
            rows, to = (np.concatenate(parts) for parts in zip(*self._assigned, strict=True))
            self._assigned = [(rows, to)]  # in the order they came: the last one holds
            self._reassign(rows, to)
        for order, packet in self._packets.items():
            self.send(order(self._library.hold_packet(packet)))
        if self._back is not None:
            self.send(self._back)
        self._await_again()

    def _revive(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        self._listening = False
        if status == QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            return
        log.warning("the map's process ended (%s, %d); loading it again", status.name, code)
        if self.where is not None and self._standing.get("show") != Show(0):
            self._back = Look(self.where.x, self.where.y, self.where.zoom)
        if isinstance(chosen := self._standing.get("select"), Select):
            self._standing["select"] = replace(chosen, fly=False)
        self.lost.emit()
        self.view.page().load(QUrl(HOME))

    def close_page(self) -> None:
        """Delete the page before its profile: Qt wants it in this order."""
        import shiboken6

        if shiboken6.isValid(self.view):
            self._listening = False
            self._library.stop_painting()
            shiboken6.delete(self.view)
