"""Mappings of fields that the planner saved under a name, offered for layers that have the same columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QPushButton, QWidget

from bigmap.base import settings
from bigmap.base.i18n import tr
from bigmap.core.sources.layers import Role
from bigmap.ui.widgets.combo_box import Cell

_GROUP = "mappings"


@dataclass(frozen=True)
class SavedMapping:
    """What columns of a layer mean, and what the layer is for.

    Attributes
    ----------
    name : str
        As the planner called it.
    role : Role or None
    fields : mapping of str to str
        Canonical field → column.
    """

    name: str
    role: Role | None
    fields: Mapping[str, str]


def saved_mappings(columns: Sequence[str]) -> list[SavedMapping]:
    """Return the mappings all of whose columns a layer has, the one with most columns first."""
    held = settings.load().get(_GROUP, {})
    roles = {role.value: role for role in Role}
    known = [SavedMapping(name, roles.get(v["role"]), v["fields"]) for name, v in held.items()]
    fitting = [one for one in known if one.fields and set(one.fields.values()) <= set(columns)]
    return sorted(fitting, key=lambda one: (-len(one.fields), one.name))


def save_mapping(mapping: SavedMapping) -> None:
    """Save a mapping under its name.

    Raises
    ------
    UserError
        If it cannot be stored.
    """
    value = {"role": mapping.role.value if mapping.role else "", "fields": dict(mapping.fields)}
    settings.keep_in(_GROUP, lambda held: {**held, mapping.name: value})


class MappingBar(QWidget):
    """The saved mappings that fit the layer on show, and a button to save its own.

    Attributes
    ----------
    wanted : Signal(object)
        The planner wants this `SavedMapping` for the layer.
    named : Signal(str)
        The planner wants the mapping of the layer saved under this name.
    """

    wanted = Signal(object)
    named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.label, self.fitting = QLabel(tr("Saved mapping")), Cell()
        self.save = QPushButton(tr("Save this mapping…"))
        self.save.setObjectName("choice")
        self.save.clicked.connect(self._ask)
        self.fitting.currentIndexChanged.connect(self._tell)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        for widget in (self.label, self.fitting):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.save)

    def show_columns(self, columns: Sequence[str]) -> None:
        """Offer the mappings that fit these columns."""
        found = saved_mappings(columns)
        self.fitting.blockSignals(True)
        self.fitting.clear()
        self.fitting.addItem("–", None)
        for mapping in found:
            self.fitting.addItem(mapping.name, mapping)
        self.fitting.blockSignals(False)
        self.label.setVisible(bool(found))
        self.fitting.setVisible(bool(found))

    def _tell(self) -> None:
        if isinstance(mapping := self.fitting.currentData(), SavedMapping):
            self.wanted.emit(mapping)

    def _ask(self) -> None:
        name, given = QInputDialog.getText(
            self.window(), tr("Save this mapping…"), tr("Name, under which it is offered for such layers:")
        )
        if given and name.strip():
            self.named.emit(name.strip())
