"""The palette: find a command by typing, see its keys or why it cannot be done now, and do it."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import tr
from bigmap.commands.registry import COMMANDS, Command
from bigmap.commands.registry.command_search import find_commands, folded_text
from bigmap.ui.widgets.day_night import shade
from bigmap.ui.widgets.dialog import Dialog
from bigmap.ui.widgets.theme import icon

Index = QModelIndex | QPersistentModelIndex
_COMMAND = Qt.ItemDataRole.UserRole
_WIDTH, _ROWS, _HIDDEN = 620, 10, ("palette",)


def keys_of(command: Command) -> str:
    """Return the keys of a command as they are written on this system."""
    return QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


class _Found(QAbstractListModel):
    """The commands that the typed text may mean."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.commands: list[Command] = []

    def show_commands(self, commands: list[Command]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.commands)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        command = self.commands[index.row()]
        if role == _COMMAND:
            return command
        return folded_text(tr(command.title)) if role == Qt.ItemDataRole.DisplayRole else None


class _Line(QStyledItemDelegate):
    """A command in one line: icon, title and menu left, keys right; below in small why it cannot be done."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._palette = palette

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, 36)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command: Command = index.data(_COMMAND)
        why = command.why_not(self._palette.facts)
        painter.save()
        box: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor(shade("#e8eef9")))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), 6, 6)
        ink, pale = QColor(shade("#1f2937")), QColor(shade("#4b5563"))
        if command.icon:
            sign = icon(command.icon).pixmap(QSize(20, 20), self._palette.devicePixelRatioF())
            painter.setOpacity(0.4 if why else 1.0)
            painter.drawPixmap(QRect(box.left() + 12, box.center().y() - 9, 20, 20), sign)
            painter.setOpacity(1.0)
        row = box.adjusted(44, 0, -16, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        title = folded_text(tr(command.title))
        painter.setPen(pale if why else ink)
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(pale)
        painter.setFont(_smaller(option.font))
        right = str(why) if why else keys_of(command)
        used = option.fontMetrics.horizontalAdvance(title) + 12
        menu = folded_text(tr(command.menu.value))
        painter.drawText(row.adjusted(used, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, menu)
        room = row.adjusted(used + painter.fontMetrics().horizontalAdvance(menu) + 16, 0, 0, 0)
        text = painter.fontMetrics().elidedText(right, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, text)
        painter.restore()


def _smaller(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() - 1.0)
    return small


class Palette(Dialog):
    """A line to type in over a list of commands.

    Parameters
    ----------
    facts : frozenset of str
        What holds now; commands that cannot be done say why.
    parent : QWidget

    Attributes
    ----------
    chosen : Command or None
        What the user wants done; he may choose only what can be done.
    """

    def __init__(self, facts: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.facts, self.chosen = facts, None
        self.line = QLineEdit()
        self.line.setPlaceholderText(
            tr("Type what you want to do, e.g. {example}", example=tr("Build zones"))
        )
        self.line.setAccessibleName(tr("Command"))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list = QListView()
        self.model = _Found(self)
        self.list.setModel(self.model)
        self.list.setAccessibleName(tr("Commands"))
        self.list.setItemDelegate(_Line(self))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda _: self._take())
        self.nothing = QLabel(tr("No command is called that: try another word, or the first letters."))
        self.nothing.setObjectName("hint")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for widget in (self.line, self.list, self.nothing):
            column.addWidget(widget)
        self.setFixedSize(_WIDTH, 48 + 36 * _ROWS + 10)
        self._search("")
        if parent is not None:
            corner = parent.mapToGlobal(parent.rect().topLeft())
            self.move(corner.x() + (parent.width() - _WIDTH) // 2, corner.y() + 96)
        self.line.setFocus()

    def _search(self, text: str) -> None:
        hits = [c for c in find_commands(text, COMMANDS) if c.id not in _HIDDEN]
        hits.sort(key=lambda c: not c.enabled(self.facts))  # what can be done first, in the order found
        self.model.show_commands(hits)
        self.list.setVisible(bool(hits))
        self.nothing.setVisible(not hits)
        if hits:
            self.list.setCurrentIndex(self.model.index(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move in the list while the user types."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 9, Qt.Key.Key_PageUp: -9}
            step = steps.get(Qt.Key(event.key()))
            if step is not None and self.model.commands:
                row = self.list.currentIndex().row() + step
                row = row % len(self.model.commands) if abs(step) == 1 else row
                last = len(self.model.commands) - 1
                self.list.setCurrentIndex(self.model.index(max(0, min(last, row))))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        index = self.list.currentIndex()
        if index.isValid() and index.data(_COMMAND).enabled(self.facts):
            self.chosen = index.data(_COMMAND)
            self.accept()
