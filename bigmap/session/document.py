"""The open document: the plan on the desk, what is chosen in it, and how it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import shapely

from bigmap.base.i18n import Text
from bigmap.base.signals import Signal
from bigmap.core.coverage import Coverage
from bigmap.core.layers import Role
from bigmap.core.plan import Plan
from bigmap.core.repair import Proposal, all_under
from bigmap.session.choices import Source
from bigmap.session.history import History

if TYPE_CHECKING:
    from bigmap.io.choices import Choice

Layer = Literal["unit", "zone", "operator", "gap"]
Colouring = Literal["zone", "operator", "kind"]


@dataclass(frozen=True)
class Pick:
    """What is chosen: a row of the units, zones, operators or gaps on show."""

    layer: Layer
    row: int


@dataclass(frozen=True)
class Checked:
    """Zones that somebody else drew, with their coverage.

    Attributes
    ----------
    file : pathlib.Path
    zones : geopandas.GeoDataFrame
        ``zone_id``, ``oper``, ``geometry`` in the project CRS.
    coverage : Coverage
    excluded : tuple of shapely.Polygon
        Gaps that the planner took out of the governance area.
    applied : tuple of Proposal
        Repairs so far; the zones are those after them.
    """

    file: Path
    zones: gpd.GeoDataFrame
    coverage: Coverage
    excluded: tuple[shapely.Polygon, ...] = ()
    applied: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class Document:
    """A plan with what was opened to make it and the packed scene the map shows of it.

    A document is never changed: new units, new zones or a check make a new one. ``choices`` is how
    the planner wanted single sources to be read (`bigmap.io.choices`), ``sources`` what these are known by,
    where that is to be remembered.
    """

    plan: Plan
    paths: tuple[Path, ...]
    scene: bytes
    checked: Checked | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """Name of what was opened: the folder, or that of the first layer."""
        layers = self.plan.sources.layers
        return self.paths[0].name if self.paths else layers[0].file.parent.name if layers else ""

    @property
    def layer_files(self) -> list[Path]:
        """The files of the ground, each once; drawn zones among them are not ground."""
        layers = self.plan.sources.layers
        return list(dict.fromkeys(layer.file for layer in layers if layer.role != Role.ZONES))

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """Zones on show: the plan's, or those being checked."""
        return self.checked.zones if self.checked else self.plan.zones

    @property
    def coverage(self) -> Coverage:
        """Coverage of the zones on show."""
        return self.checked.coverage if self.checked else self.plan.coverage

    def zone_of_unit(self, row: int) -> int:
        """Return the row of the zone on show that unit ``row`` belongs to, -1 for none or in a check."""
        return -1 if self.checked else int(self.plan.zone_of_unit[row])

    def operator_of_zone(self, row: int) -> int:
        """Return the row of the operator of zone ``row``, -1 for none."""
        if self.checked or row < 0 or not len(self.plan.operators):
            return -1
        found = np.flatnonzero(self.plan.operators["operator_id"] == self.zones["oper"].iloc[row])
        return int(found[0]) if len(found) else -1

    def zones_of_operator(self, row: int) -> list[int]:
        """Return the rows of the zones on show that operator ``row`` has."""
        code = self.plan.operators["operator_id"].iloc[row]
        return [int(i) for i in np.flatnonzero(self.zones["oper"] == code)]


@dataclass
class Session:
    """The only mutable state of the window.

    Attributes
    ----------
    document : Document or None
    selection : Pick or None
    colouring : str
        What the units are coloured by: zone, operator or kind.
    busy : bool
        Whether long work is under way.
    history : History of Document
        What stood on the desk before.
    document_replaced, selection_changed, colouring_changed, language_changed, facts_changed : Signal
    """

    document: Document | None = None
    selection: Pick | None = None
    colouring: Colouring = "zone"
    busy: bool = False
    history: History[Document] = field(default_factory=History)
    document_replaced: Signal = field(default_factory=Signal)
    selection_changed: Signal = field(default_factory=Signal)
    colouring_changed: Signal = field(default_factory=Signal)
    language_changed: Signal = field(default_factory=Signal)
    facts_changed: Signal = field(default_factory=Signal)

    def replace(self, document: Document | None) -> None:
        """Put another document on the desk; nothing is chosen in it."""
        self.document, self.selection = document, None
        self.document_replaced.emit()
        self.selection_changed.emit()
        self.facts_changed.emit()

    def advance(self, title: Text, document: Document) -> None:
        """Put the document after a step called ``title`` on the desk, from where `undo` goes back."""
        if self.document is not None:
            self.history.push(title, self.document)
        self.replace(document)

    def open(self, document: Document) -> None:
        """Put a document on the desk that has nothing to do with the one there."""
        self.history.clear()
        self.replace(document)

    def undo(self) -> None:
        """Put the document before the last step back on the desk, at once."""
        if self.document is not None and self.history.undoable:
            self.replace(self.history.undo(self.document))

    def redo(self) -> None:
        """Take the last undone step again, at once."""
        if self.document is not None and self.history.redoable:
            self.replace(self.history.redo(self.document))

    def select(self, pick: Pick | None) -> None:
        """Choose a row, or nothing."""
        if pick != self.selection:
            self.selection = pick
            self.selection_changed.emit()

    def colour_by(self, colouring: Colouring) -> None:
        """Colour the units by zone, operator or kind."""
        self.colouring = colouring
        self.colouring_changed.emit()
        self.facts_changed.emit()

    def set_busy(self, busy: bool) -> None:
        """Say whether long work is under way."""
        self.busy = busy
        self.facts_changed.emit()

    def facts(self) -> frozenset[str]:
        """Return the names of all that holds now; commands say which of them they need."""
        document = self.document
        held = {
            "busy": self.busy,
            "idle": not self.busy,
            "plan": document is not None,
            "own_zones": document is not None and document.checked is None,
            "checking": document is not None and document.checked is not None,
            "operators": document is not None and len(document.plan.operators) > 0,
            "undoable": self.history.undoable is not None,
            "redoable": self.history.redoable is not None,
            "mendable": document is not None and bool(all_under(document.coverage.gaps, float("inf"))),
            f"by_{self.colouring}": True,
        }
        return frozenset(name for name, holds in held.items() if holds)
