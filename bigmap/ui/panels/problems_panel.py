"""The problem list: groups that open, a filter, a click that goes to the place, repairs by one click."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

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
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import Text, tr
from bigmap.base.problem_kind import Severity
from bigmap.base.problems import Problem, ProblemLog
from bigmap.commands.planning.data_repairs import ACCEPTED, DataRepair, other_encodings, repairs_of
from bigmap.commands.registry import command
from bigmap.mapview import vocabulary
from bigmap.session.document import Document
from bigmap.ui.panels.problem_groups import ORDER, Group, as_lines, grouped, headline, whereabouts
from bigmap.ui.widgets.text_button import Entry, OfferRow, TextButton
from bigmap.ui.widgets.wrapped_rows import BLOCKS, COUNT, FOOT, SIGN, Block, WrappedDelegate

HELD = Qt.ItemDataRole.UserRole + 9
"""The `Group` or `Problem` of a row."""
SIGNS = {
    Severity.ERROR: ("✕", "#b3141f"),
    Severity.DOUBT: ("?", "#8f5608"),
    Severity.MENDED: ("✓", "#14724b"),
}
_BUTTON_ROOM = 36
_INK, _PALE = "#1f2937", "#4b5563"


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
        self._last_button: QWidget | None = None
        self.setHeaderHidden(True)
        self.setIndentation(16)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.clicked.connect(self._toggle)
        self.selectionModel().currentChanged.connect(lambda now, _: self.chosen.emit(now.data(HELD)))

    def show_groups(self, groups: list[Group], buttons: Callable[[Group], list[TextButton]]) -> None:
        """Show other groups; those that were open stay so, and at first those that ask for a decision."""
        known, opened = self._known()
        self.rows.clear()
        self._last_button = None
        for group in groups:
            item = _group_item(group)
            self.rows.appendRow(item)
            self._put_buttons(item, buttons(group))
            few = group.severity != Severity.MENDED and len(group.problems) <= 20
            self.setExpanded(item.index(), group.key in opened if group.key in known else few)

    def retranslate(self) -> None:
        """Write the same groups in the language in use."""
        for row in range(self.rows.rowCount()):
            group = self.rows.item(row)
            _write(group)
            for place in range(group.rowCount()):
                _write(group.child(place))
        for button in self.findChildren(TextButton):
            button.write()
        self.scheduleDelayedItemsLayout()

    def _known(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        indexes = [self.rows.index(i, 0) for i in range(self.rows.rowCount())]
        known = {index.data(HELD).key for index in indexes}
        return known, {index.data(HELD).key for index in indexes if self.isExpanded(index)}

    def _put_buttons(self, item: QStandardItem, buttons: list[TextButton]) -> None:
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
        for one, other in pairwise([self._last_button or self, *buttons]):
            QWidget.setTabOrder(one, other)
        self._last_button = buttons[-1]

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
        self.actions_box = OfferRow()
        self.save, self.copy = self._tool("write_problems"), QToolButton()
        self.copy.clicked.connect(self._copy)
        QShortcut(
            QKeySequence.StandardKey.Copy, self.tree, self._copy, context=Qt.ShortcutContext.WidgetShortcut
        )
        self._lay_out()

    @property
    def buttons(self) -> list[TextButton]:
        """What can be done about the problem chosen."""
        return self.actions_box.buttons

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
        self._document, self._log = document, document.problems
        self.retranslate()
        self._refill()

    def show_log(self, log: ProblemLog) -> None:
        """Show other problems of the same document, where they are others."""
        if log.items != self._log.items:
            self._log = log
            self.retranslate()
            self._refill()

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        self.copy.setText(tr("Copy"))
        self.copy.setToolTip(tr("Copy what is chosen, or the whole list"))
        self.tree.setAccessibleName(tr("Problems"))
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
            button.setAccessibleName(button.toolTip())
            button.setEnabled(counts[severity.value] > 0)
        self.empty.setText(tr("Nothing had to be guessed, mended or left out."))
        self.tree.retranslate()
        for offered in self.buttons:
            offered.write()

    def _refill(self) -> None:
        if self._document is None:
            return
        problems = self._log
        shown = [severity for severity, button in self.filters.items() if button.isChecked()]
        self.tree.show_groups(grouped(problems, shown), self._group_buttons)
        self.empty.setVisible(len(problems) == 0)
        self.tree.setVisible(len(problems) > 0)
        self._offer([])

    def _group_buttons(self, group: Group) -> list[TextButton]:
        """Return a button for the best repair of a whole group, and one for the others."""
        found = [r for r in repairs_of(group.problems) if r.code not in {"skip", "left_out"}]
        if group.severity == Severity.MENDED:
            return []  # decided already; a single one can be taken back below
        entries = [self._entry(repair) for repair in found]
        if group.kind.reread:
            reread: Entry = (Text("Choose how to read it…"), lambda: self.wanted.emit("reread"))
            first = not found or found[0].code == ACCEPTED
            entries.insert(0 if first else len(entries), reread)
        buttons = [TextButton("repair", *entry) for entry in entries[:1]]
        if len(entries) > 1:
            buttons.append(TextButton("more", Text("More"), entries=entries[1:], sign="⋯"))
        return buttons

    def _entry(self, repair: DataRepair) -> Entry:
        return repair.title, lambda: self.repair_wanted.emit(repair)

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
        self.actions_box.offer(repairs, self._entry)
        self.tree.keep_in_sight()

    def _copy(self) -> None:
        held = self.tree.currentIndex().data(HELD)
        everything = list(self._log)
        chosen = (
            held.problems if isinstance(held, Group) else [held] if isinstance(held, Problem) else everything
        )
        QGuiApplication.clipboard().setText(as_lines(chosen))


def _group_item(group: Group) -> QStandardItem:
    item = _item(group)
    item.setData(SIGNS[group.severity], SIGN)
    item.setData(f"{len(group.problems):,}", COUNT)
    item.appendRows([_item(problem) for problem in group.problems])
    return item


def _item(held: Group | Problem) -> QStandardItem:
    item = QStandardItem()
    item.setData(held, HELD)
    _write(item)
    return item


def _write(item: QStandardItem) -> None:
    """Write a row in the language in use."""
    blocks = _blocks(item.data(HELD))
    item.setData(blocks, BLOCKS)
    item.setData(" ".join(text for text, *_ in blocks if text), Qt.ItemDataRole.AccessibleTextRole)


def _blocks(held: Group | Problem) -> list[Block]:
    if isinstance(held, Group):
        return [(held.title, _INK, True, 0.0)]
    return [
        (held.name, _INK, True, 0.0),
        (str(held.text), _INK, False, 0.0),
        (whereabouts(held), _PALE, False, -1.0),
    ]
