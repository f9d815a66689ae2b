"""The problem list: groups that open, a filter, a click that goes to the place, repairs by one click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import tr
from bigmap.base.problem_kind import Severity
from bigmap.base.problems import Problem, ProblemLog
from bigmap.commands.planning.data_repairs import ACCEPTED, DataRepair, other_encodings, repairs_of
from bigmap.commands.registry import command
from bigmap.mapview import vocabulary
from bigmap.session.document import Document
from bigmap.ui.panels.problem_groups import ORDER, Group, as_lines, grouped, headline, whereabouts
from bigmap.ui.widgets.wrapped_rows import BLOCKS, COUNT, FOOT, SIGN, Block, WrappedDelegate

HELD = Qt.ItemDataRole.UserRole + 9
"""The `Group` or `Problem` of a row."""
SIGNS = {
    Severity.ERROR: ("✕", "#b3141f"),
    Severity.DOUBT: ("?", "#a3620a"),
    Severity.MENDED: ("✓", "#14724b"),
}
_BUTTON_ROOM = 36
_INK, _PALE = "#1f2937", "#6b7280"


class ProblemTree(QTreeView):
    """Groups and their problems; text wraps when the width changes.

    Attributes
    ----------
    chosen : Signal(object)
        The `Group` or `Problem` chosen, None for none.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = QStandardItemModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(WrappedDelegate(self))
        self.setHeaderHidden(True)
        self.setIndentation(16)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.clicked.connect(self._toggle)
        self.selectionModel().currentChanged.connect(lambda now, _: self.chosen.emit(now.data(HELD)))

    def show_groups(self, groups: list[Group], buttons: Callable[[Group], list[QPushButton]]) -> None:
        """Show other groups; those that were open stay so, and at first those that ask for a decision."""
        known, opened = self._known()
        self.rows.clear()
        for group in groups:
            item = _group_item(group)
            self.rows.appendRow(item)
            self._put_buttons(item, buttons(group))
            few = group.severity != Severity.MENDED and len(group.problems) <= 20
            self.setExpanded(item.index(), group.key in opened if group.key in known else few)

    def _known(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        indexes = [self.rows.index(i, 0) for i in range(self.rows.rowCount())]
        known = {index.data(HELD).key for index in indexes}
        return known, {index.data(HELD).key for index in indexes if self.isExpanded(index)}

    def _put_buttons(self, item: QStandardItem, buttons: list[QPushButton]) -> None:
        if not buttons:
            return
        item.setData(_BUTTON_ROOM, FOOT)
        frame = QWidget()
        frame.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        line = QHBoxLayout(frame)
        line.setContentsMargins(40, 0, 8, 6)
        for button in buttons:
            line.addWidget(button, alignment=Qt.AlignmentFlag.AlignBottom)
        line.addStretch(1)
        self.setIndexWidget(item.index(), frame)

    def _toggle(self, index: QModelIndex) -> None:
        if isinstance(index.data(HELD), Group):
            self.setExpanded(index, not self.isExpanded(index))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def keep_in_sight(self) -> None:
        """Scroll to what is chosen, once the layout has settled."""
        QTimer.singleShot(0, self, lambda: self.scrollTo(self.currentIndex()))


class ProblemsPanel(QWidget):
    """The problems of a document.

    Attributes
    ----------
    problem_chosen : Signal(object)
        The user chose this `Problem`.
    repair_wanted : Signal(object)
        The user wants this `DataRepair`.
    wanted : Signal(str)
        Id of a command a button stands for.
    """

    problem_chosen = Signal(object)
    repair_wanted = Signal(object)
    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("problems")
        self._document: Document | None = None
        self._log = ProblemLog()
        self.line = QLabel()
        self.line.setObjectName("headline")
        self.line.setWordWrap(True)
        self.filters = {severity: self._filter(severity) for severity in ORDER}
        self.tree = ProblemTree()
        self.tree.chosen.connect(self._show_chosen)
        self.empty = QLabel()
        self.empty.setObjectName("hint")
        self.empty.setWordWrap(True)
        self.actions_box = QHBoxLayout()
        self.buttons: list[QPushButton] = []
        self.save, self.copy = self._tool("write_problems"), QToolButton()
        self.copy.clicked.connect(self._copy)
        QShortcut(
            QKeySequence.StandardKey.Copy, self.tree, self._copy, context=Qt.ShortcutContext.WidgetShortcut
        )
        self._lay_out()

    def step(self, by: int) -> None:
        """Choose the next problem of those shown, or the previous one, round and round; its group opens."""
        tree, rows = self.tree, self.tree.rows
        groups = [rows.item(i) for i in range(rows.rowCount())]
        problems = [group.child(i).index() for group in groups for i in range(group.rowCount())]
        if not problems:
            return
        now = tree.currentIndex()
        if now in problems:
            place = (problems.index(now) + by) % len(problems)
        else:
            place = 0 if by > 0 else len(problems) - 1
        tree.expand(problems[place].parent())
        tree.setCurrentIndex(problems[place])
        tree.scrollTo(problems[place])

    def _filter(self, severity: Severity) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(True)
        button.setObjectName(f"filter_{severity.value}")
        button.toggled.connect(lambda _: self._refill())
        return button

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton()
        button.clicked.connect(lambda: self.wanted.emit(name))
        return button

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(12, 0, 8, 4)
        tools.setSpacing(2)
        for button in self.filters.values():
            tools.addWidget(button)
        tools.addStretch(1)
        tools.addWidget(self.copy)
        tools.addWidget(self.save)
        self.actions_box.setContentsMargins(12, 6, 12, 8)
        self.actions_box.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addLayout(tools)
        column.addWidget(self.empty)
        column.addWidget(self.tree, 1)
        column.addLayout(self.actions_box)

    # --- showing ---

    def show_document(self, document: Document) -> None:
        """Show the problems of a document."""
        self._document, self._log = document, document.built.problems
        self.retranslate()

    def show_log(self, log: ProblemLog) -> None:
        """Show other problems of the same document, where they are others."""
        if log.items != self._log.items:
            self._log = log
            self.retranslate()

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        self.copy.setText(tr("Copy"))
        self.copy.setToolTip(tr("Copy what is chosen, or the whole list"))
        self.save.setText(tr("Save…"))
        self.save.setToolTip(tr(command("write_problems").title).replace("&", ""))
        if self._document is None:
            return
        log = self._log
        self.line.setText(headline(log))
        counts = log.counts()
        for severity, button in self.filters.items():
            button.setText(f"{SIGNS[severity][0]} {counts[severity.value]:,}")
            button.setToolTip(vocabulary.word(vocabulary.SEVERITY, severity.value))
            button.setEnabled(counts[severity.value] > 0)
        self.empty.setText(tr("Nothing had to be guessed, mended or left out."))
        self._refill()

    def _refill(self) -> None:
        if self._document is None:
            return
        problems = self._log
        shown = [severity for severity, button in self.filters.items() if button.isChecked()]
        self.tree.show_groups(grouped(problems, shown), self._group_buttons)
        self.empty.setVisible(len(problems) == 0)
        self.tree.setVisible(len(problems) > 0)
        self._offer([])

    def _group_buttons(self, group: Group) -> list[QPushButton]:
        """Return a button for the best repair of a whole group, and one for the others."""
        found = [r for r in repairs_of(group.problems) if r.code not in {"skip", "left_out"}]
        if group.severity == Severity.MENDED:
            return []  # decided already; a single one can be taken back below
        choose = group.kind.reread
        if not found:
            return [self._choose_button()] if choose else []
        if choose and found[0].code == ACCEPTED:
            return [self._choose_button(), self._more_button(found, small=True)]
        more = [self._more_button(found[1:], choose=choose, small=True)] if len(found) > 1 or choose else []
        return [self._repair_button(found[0]), *more]

    def _choose_button(self) -> QPushButton:
        button = QPushButton(tr("Choose how to read it…"))
        button.setObjectName("repair")
        button.clicked.connect(lambda: self.wanted.emit("reread"))
        return button

    def _show_chosen(self, held: Group | Problem | None) -> None:
        document = self._document
        if document is None or not isinstance(held, Problem):
            self._offer([])
            return
        repairs = repairs_of([held])
        self._offer(repairs + other_encodings(document, held.file) if repairs else [])
        self.problem_chosen.emit(held)

    def _offer(self, repairs: list[DataRepair]) -> None:
        """Show a button for the best repair of what is chosen, and the others in a menu."""
        for button in self.buttons:
            self.actions_box.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._repair_button(repair) for repair in repairs[:1]]
        if len(repairs) > 1:
            self.buttons.append(self._more_button(repairs[1:]))
        for i, button in enumerate(self.buttons):
            self.actions_box.addWidget(button, 1 - i)
        self.tree.keep_in_sight()

    def _more_button(
        self, repairs: list[DataRepair], *, choose: bool = False, small: bool = False
    ) -> QPushButton:
        button = QPushButton("⋯" if small else tr("More"))
        button.setToolTip(tr("More"))
        button.setObjectName("more" if small else "repair")
        menu = QMenu(button)
        for repair in repairs:
            menu.addAction(str(repair.title)).triggered.connect(self._teller(repair))
        if choose:
            menu.addAction(tr("Choose how to read it…")).triggered.connect(lambda: self.wanted.emit("reread"))
        button.setMenu(menu)
        return button

    def _repair_button(self, repair: DataRepair) -> QPushButton:
        button = QPushButton(str(repair.title))
        button.setObjectName("repair")
        button.setToolTip(str(repair.title))
        button.clicked.connect(self._teller(repair))
        return button

    def _teller(self, repair: DataRepair) -> Callable[[], None]:
        return lambda: self.repair_wanted.emit(repair)

    def _copy(self) -> None:
        held = self.tree.currentIndex().data(HELD)
        everything = list(self._log)
        chosen = (
            held.problems if isinstance(held, Group) else [held] if isinstance(held, Problem) else everything
        )
        QGuiApplication.clipboard().setText(as_lines(chosen))


def _group_item(group: Group) -> QStandardItem:
    item = _item(group, [(group.title, _INK, True, 0.0)])
    item.setData(SIGNS[group.severity], SIGN)
    item.setData(f"{len(group.problems):,}", COUNT)
    item.appendRows([_problem_item(problem) for problem in group.problems])
    return item


def _problem_item(problem: Problem) -> QStandardItem:
    return _item(
        problem,
        [
            (problem.name, _INK, True, 0.0),
            (str(problem.text), _INK, False, 0.0),
            (whereabouts(problem), _PALE, False, -1.0),
        ],
    )


def _item(held: Group | Problem, blocks: list[Block]) -> QStandardItem:
    item = QStandardItem()
    item.setData(held, HELD)
    item.setData(blocks, BLOCKS)
    item.setData(" ".join(text for text, *_ in blocks if text), Qt.ItemDataRole.AccessibleTextRole)
    return item
