"""The main window: assembles the parts and links them; it knows no geometry and decides nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QCursor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import Text, tr
from bigmap.base.progress import Progress
from bigmap.commands.context import Context, List, UserPort
from bigmap.commands.documents import open_document
from bigmap.commands.documents.leave import leave
from bigmap.commands.planning.data_repairs import DataRepair, repair
from bigmap.commands.planning.gaps import fill_open, repair_one, title_of
from bigmap.commands.registry import Command, Menu, command, facts_of
from bigmap.commands.registry.context_menu import context_commands
from bigmap.core.coverage.repair import RepairProposal
from bigmap.core.editing.changes import Change, Preview
from bigmap.core.planning.assignment import NOBODY
from bigmap.core.planning.plan import Plan
from bigmap.mapview.measure import measured
from bigmap.mapview.messages import Colour, Measuring, SetTexts
from bigmap.mapview.vocabulary import page_words
from bigmap.session.document import Document
from bigmap.session.session import Session
from bigmap.ui.map.gesture_panel import GesturePanel
from bigmap.ui.map.lock_marks import LockMarks
from bigmap.ui.map.map_widget import MapWidget
from bigmap.ui.map.second_map import SecondMap
from bigmap.ui.map.tool_controller import ToolController
from bigmap.ui.panels.side_panels import ResultsPanel, SourcesPanel
from bigmap.ui.widgets.defects import Defects
from bigmap.ui.widgets.dialog import temporary
from bigmap.ui.widgets.qt_texts import translate_qt
from bigmap.ui.widgets.theme import apply_theme
from bigmap.ui.window.banner import Banner
from bigmap.ui.window.menus import Menus
from bigmap.ui.window.panel_layout import PanelLayout
from bigmap.ui.window.place import remember_place, restore_place, take_place
from bigmap.ui.window.selection_sync import SelectionSync
from bigmap.ui.window.status_bar import StatusBar
from bigmap.ui.window.user_port import WindowPort
from bigmap.ui.window.welcome import Welcome
from bigmap.ui.window.worker_lane import WorkerLane

_FRAME_MS = 30  # between two looks at a stroke under way


class Window(QMainWindow):
    """The window on one session.

    Parameters
    ----------
    session : Session, optional
    ui : UserPort, optional
        Who answers questions; the user behind dialogs by default, somebody quicker in tests.
    """

    def __init__(self, session: Session | None = None, ui: UserPort | None = None) -> None:
        super().__init__()
        self.session = session or Session()
        self.lane = WorkerLane(self)
        self.map = MapWidget()
        self.context = Context(self.session, ui or WindowPort(self, self, self.session, self.lane, self.map))
        self.defects = Defects(self.context)
        self.sources, self.results, self.welcome = SourcesPanel(), ResultsPanel(), Welcome()
        self.banner, self.compare = Banner(), SecondMap(self.context, self.map)
        self.status = StatusBar()
        self.menus = Menus(self, self.do)
        self.hand = ToolController(self.context, self.map, self.defects, self._show_menu)
        self.padlocks = LockMarks(self.session, self.map)
        self.pointing = SelectionSync(self.context, self.map, self.sources, self.results)
        self._stale = False
        self._lay_out()
        self._link()
        self.setAcceptDrops(True)
        self.retranslate()

    # --- making ---

    def _lay_out(self) -> None:
        middle, board = QWidget(), QWidget()
        self.board, line = board, QHBoxLayout(board)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.gesture = GesturePanel(board)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        self.maps = QSplitter(Qt.Orientation.Horizontal)
        self.maps.setHandleWidth(4)
        self.maps.addWidget(self.map)
        self.maps.addWidget(self.compare)
        line.addWidget(self.menus.tools)
        line.addWidget(self.maps, 1)
        column.addWidget(board, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((self.sources, 1), (middle, 6), (self.results, 2)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.splitter)
        self.setCentralWidget(self.stack)
        self.setStatusBar(self.status)
        self.panels = PanelLayout(self.session, self.splitter, self.sources, self.results)
        self.status.add_buttons(self.panels.make_buttons(self.menus.actions))
        maps = (self.banner, self.menus.tools, self.map, self.compare)
        self.panels.order_focus(self.menus.toolbar, *maps, foot=self.status)
        take_place(self)

    def _link(self) -> None:
        session = self.session
        session.document_replaced.connect(self._show_document)
        session.assignment_changed.connect(self._edited)
        session.settled.connect(self._settle)
        session.previewed.connect(self.gesture_shows)
        session.chosen_changed.connect(lambda: self.status.show_chosen(session))
        session.theme_changed.connect(self.dress)
        session.colouring_changed.connect(self._colour)
        session.comparing_changed.connect(self._make_room)
        session.language_changed.connect(self.retranslate)
        session.facts_changed.connect(lambda: self.menus.follow(self.facts()))
        self._frame = QTimer(self, singleShot=True, interval=_FRAME_MS)
        self._frame.timeout.connect(lambda: self.defects.attempt(self._follow))
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self.lane.started.connect(self._begin)
        self.lane.moved.connect(self.status.move_to)
        self.lane.searching.connect(self.status.searching)
        self.status.kept.connect(self.lane.keep_best)
        self.lane.stopping.connect(self.status.stopping)
        self.lane.ended.connect(self._end)
        self.lane.refused.connect(self.context.ui.refuse)
        self.lane.failed.connect(lambda error: self.defects.confess(error, unchanged=True))
        self.status.stopped.connect(lambda: self.do(command("cancel")))
        self.banner.closed.connect(lambda: self.do(command("end_check")))
        self.banner.problems_wanted.connect(lambda: self.sources.problems.step(1))
        self.welcome.wanted.connect(lambda name: self.do(command(name)))
        self.map.pointed.connect(self.status.point_at)
        self.map.measuring.connect(self._measure)
        self.results.gaps_panel.repair_wanted.connect(self._repair_gap)
        self.results.gaps_panel.under_wanted.connect(lambda: self.do(command("repair_under")))
        problems = self.sources.problems
        problems.wanted.connect(lambda name: self.do(command(name)))
        problems.repair_wanted.connect(self._repair)

    # --- doing ---

    def do(self, what: Command) -> None:
        """Carry out a command, if it is possible now; tell the user what he can mend."""
        if not what.enabled(self.facts()):
            return
        document = self.session.document
        if what.whole and document is not None and not document.is_whole:
            title = Text("Bringing the plan up to date")
            self.lane.run(title, lambda bar: _whole(document, bar, title), lambda _: self.do(what))
            return
        self.defects.attempt(lambda: what.run(self.context))
        self.menus.follow(self.facts())

    def facts(self) -> frozenset[str]:
        """Return what holds now."""
        return facts_of(self.context)

    def open_paths(self, paths: list[Path]) -> None:
        """Open a folder or files."""
        self.defects.attempt(lambda: open_document.open_paths(self.context, paths))

    def _begin(self, title: Text) -> None:
        self.session.set_busy(True)
        self.status.begin(title)

    def _end(self) -> None:
        self.session.set_busy(False)
        self.status.end()

    # --- showing ---

    def _show_document(self) -> None:
        document = self.session.document
        self.stack.setCurrentWidget(self.splitter if document else self.welcome)
        self.map.show_scene(document.scene if document else None)
        self.hand.show_document()
        self.padlocks.show_document()
        if document is not None:
            self.context.ui.renew_base(document)
        self.banner.show_document(document)
        self.status.show_document(document)
        if document is not None:
            self.sources.show_document(document)
            self.sources.follow(self.session)
            self.results.show_session(self.session)
            self.hand.show_gaps(self.results.gaps.rows_model.rows)
        self._title()

    def _edited(self, _: Change) -> None:
        """Follow an edit: at once, or during a stroke with the next frame, which may take in several."""
        self._stale = True
        if self.session.stroke is None:
            self._follow()
        elif not self._frame.isActive():
            self._frame.start()

    def _follow(self) -> None:
        """Bring tables, charts and figures up to what was edited; the map is not for this."""
        session = self.session
        self._frame.stop()
        if not self._stale or session.document is None or session.document.checked is not None:
            return
        self._stale = False
        with session.whole():
            self.results.follow(session)
            self.gesture_shows(session.so_far())

    def _settle(self) -> None:
        """Show what a gesture came to."""
        document = self.session.document
        if document is None:
            return
        self._follow()
        self.gesture_shows(None)
        self.hand.show_gaps(self.results.gaps.rows_model.rows)
        self.status.show_document(document)
        self.sources.follow(self.session)
        pick = self.session.selection
        if pick is not None and pick.layer == "zone" and not document.zone_id(pick.row):
            self.session.select(None)
        else:
            self.pointing.show()
            self.pointing.highlight(fly=False)

    def gesture_shows(self, found: Preview | None) -> None:
        """Show what a gesture does to the zones it touches, in a corner of the map; None when it is over."""
        self.gesture.show_preview(found)
        self.gesture.move(self.map.mapTo(self.board, QPoint(12, 12)))

    def _colour(self) -> None:
        self.map.send(Colour(self.session.colouring, self.session.classing))

    def _make_room(self) -> None:
        """Let two maps have the room of the layers, which are not needed for comparing."""
        self.panels.follow()
        self.maps.setSizes([1000, 1000])

    def _measure(self, what: Measuring) -> None:
        if self.session.document is not None:
            self.map.send(measured(self.session.document.built, what))

    def _show_menu(self) -> None:
        """Show what can be done to what lies under the mouse."""
        with temporary(self.menus.menu_of(self, context_commands(self.facts()))) as menu:
            menu.exec(QCursor.pos())

    def _repair(self, what: DataRepair) -> None:
        self.do(
            Command(
                "repair",
                what.title.template,
                lambda context: repair(context, what),
                Menu.PLAN,
                when=("idle", "own_zones"),
            )
        )

    def _repair_gap(self, what: RepairProposal) -> None:
        gap = next((gap for gap in self.results.gaps.rows_model.rows if gap.gap_id == what.gap_id), None)
        if gap is not None and gap.members is not None:  # of a plan being edited
            to = dict(zip(gap.zones, gap.zone_rows, strict=True))
            fill_open(self.context, gap.members, to.get(what.zone, NOBODY))
            return
        self.do(
            Command(
                "repair_gap",
                title_of(what).template,
                lambda context: repair_one(context, what),
                Menu.PLAN,
                when=("idle", "plan"),
            )
        )

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        translate_qt()
        self.menus.retranslate()
        self.menus.follow(self.facts())
        self.welcome.retranslate()
        self.map.dress()
        self.map.send(SetTexts(page_words()))
        self.compare.retranslate()
        self._colour()
        document = self.session.document
        self.status.show_document(document)
        self.status.show_chosen(self.session)
        self.banner.show_document(document)
        if document is not None:
            self.sources.retranslate()
            self.results.retranslate(self.session)
            self.results.show_pick(document, self.session.selection)
        self._title()

    def dress(self) -> None:
        """Wear the theme in use."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, self.session.theme)
        self.menus.redraw()
        self.panels.dress()
        self.retranslate()

    def _follow_desktop(self) -> None:
        if self.session.theme == "system":
            self.dress()

    def step(self, through: List, by: int) -> None:
        """Show the next or the previous place on a list."""
        if through == "gaps":
            self.results.tabs.setCurrentWidget(self.results.gaps_panel)
            self.results.gaps.step(by)
        else:
            self.sources.problems.step(by)

    def _title(self) -> None:
        name = self.session.document.name if self.session.document else ""
        program = tr("bigmap - service zones")
        self.setWindowTitle(f"{name} - {program}" if name else program)

    # --- the window itself ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files, unless work is under way."""
        if _local_paths(event) and not self.lane.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped, once the drag is over: there may be a question first."""
        event.acceptProposedAction()
        paths = _local_paths(event)
        QTimer.singleShot(0, self, lambda: self.open_paths(paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask for what would be lost; then stop the work under way and free the page before its profile."""
        if not self._may_close():
            event.ignore()
            return
        self.lane.wait()
        self.hand.rest()
        remember_place(self)
        self.panels.remember()
        self.compare.close_page()
        self.map.close_page()
        super().closeEvent(event)

    def close_unasked(self) -> None:
        """Close the window whatever would be lost."""
        self._agreed = True
        self.close()

    def _may_close(self) -> bool:
        """Return whether nothing would be lost; a planner who exports first has it closed after that."""
        asking, agreed = True, False

        def agree() -> None:
            nonlocal agreed
            agreed = True
            if not asking:
                self.close_unasked()

        if not self._agreed:
            self.defects.attempt(lambda: leave(self.context, agree))
        asking = False
        return agreed or self._agreed

    _agreed = False  # to lose what is not exported

    def restore_place(self) -> None:
        """Go where the window was last on the screen."""
        restore_place(self)
        self.panels.restore()


def _whole(document: Document, progress: Progress, title: Text) -> Plan:
    progress.step(0.0, title)
    return document.plan


def _local_paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
