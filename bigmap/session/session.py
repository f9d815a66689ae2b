"""The session: the open document and how it is looked at; tells who listens what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from bigmap.base import settings
from bigmap.base.problems import ProblemLog
from bigmap.base.signals import Signal
from bigmap.core.editing.changes import Change, join_changes
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import NOBODY
from bigmap.session.document import Checked, Document, Pick
from bigmap.session.editor import Editor
from bigmap.session.live_tables import LiveTables
from bigmap.session.transaction import wholly

Colouring = Literal["zone", "operator", "kind", "phase", "load", "balance"]


Theme = Literal["system", "light", "dark"]
Panel = Literal["layers", "tables", "attributes"]
PANELS: tuple[Panel, ...] = ("layers", "tables", "attributes")


@dataclass
class Session(Editor):
    """The only mutable state of the window: an `Editor`, and how its document is looked at.

    Attributes
    ----------
    selection : Pick or None
    colouring : str
        What the units are coloured by (`Colouring`).
    classing : str
        How load is sorted into classes: quantile, equal or natural.
    theme : str
        Whether the window is light or dark: system, light or dark.
    folded : frozenset of str
        The panels beside the map that are folded (`Panel`).
    base : str
        Which picture lies under the plan, '' for none.
    comparing : bool
        Whether a second map shows another state.
    busy : bool
        Whether long work is under way.
    scenarios : dict of str to Document
        States kept by name, until something else is opened.
    exported : tuple of Document and Checked
        What was written to disk since something was opened.
    selection_changed, colouring_changed, theme_changed, comparing_changed, scenarios_changed : Signal
    language_changed, folded_changed : Signal
    """

    selection: Pick | None = None
    colouring: Colouring = "zone"
    classing: str = "quantile"
    theme: Theme = field(default_factory=settings.theme)  # type: ignore[arg-type] # one of them
    folded: frozenset[str] = field(default_factory=settings.folded_panels)
    comparing: bool = False
    base: str = ""
    busy: bool = False
    scenarios: dict[str, Document] = field(default_factory=dict)
    exported: tuple[Document | Checked, ...] = ()
    scenarios_changed: Signal = field(default_factory=Signal)
    selection_changed: Signal = field(default_factory=Signal)
    colouring_changed: Signal = field(default_factory=Signal)
    theme_changed: Signal = field(default_factory=Signal)
    comparing_changed: Signal = field(default_factory=Signal)
    language_changed: Signal = field(default_factory=Signal)
    folded_changed: Signal = field(default_factory=Signal)
    _live: LiveTables | None = field(default=None, repr=False)
    _unseen: list[Change] = field(default_factory=list, repr=False)

    HELD: ClassVar[tuple[str, ...]] = (*Editor.HELD, "scenarios", "exported", "selection")
    MADE: ClassVar[tuple[str, ...]] = (*Editor.MADE, "_live")
    TOLD: ClassVar[tuple[str, ...]] = (*Editor.TOLD, "scenarios_changed", "selection_changed")

    def __post_init__(self) -> None:
        self.assignment_changed.connect(self._unseen.append)

    @property
    def problems(self) -> ProblemLog:
        """The problems of the plan, those of operators and their capacities as they stand."""
        document = self.document_or_refuse
        made = document.problems
        return made if document.checked or document.assignment is None else self.live.problems(made)

    @property
    def live(self) -> LiveTables:
        """Rows of zones and operators as they stand; what came since they were last asked for is taken in."""
        if self._live is None:
            self._live = LiveTables(self.document_or_refuse.built, self.tally)
        elif self._unseen:
            self._live.follow(join_changes(self._unseen))
        self._unseen.clear()
        return self._live

    @wholly
    def open(self, document: Document) -> None:
        """Open a document that has nothing to do with the one before, nor with its scenarios."""
        self.scenarios, self.exported = {}, ()
        super().open(document)

    @wholly
    def replace(self, document: Document | None, _: Tally | None = None) -> None:
        """Open another document in place of this one; nothing is selected in it."""
        ready = document.take_ready() if document is not None else None
        tally, self._live = ready or (None, None)
        self.selection = None
        self._unseen.clear()
        super().replace(document, tally)
        self.selection_changed.emit()

    def select(self, pick: Pick | None) -> None:
        """Choose a row, or nothing."""
        if pick != self.selection:
            self.selection = pick
            self.selection_changed.emit()
            self.facts_changed.emit()

    def colour_by(self, colouring: Colouring) -> None:
        """Colour the units by one of their properties."""
        self.colouring = colouring
        self.colouring_changed.emit()
        self.facts_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Make the window light or dark, or as the system is."""
        self.theme = theme
        self.theme_changed.emit()
        self.facts_changed.emit()

    def fold(self, panel: Panel) -> None:
        """Fold a panel, or unfold it."""
        self.folded ^= {panel}
        self.folded_changed.emit()
        self.facts_changed.emit()

    def class_by(self, method: str) -> None:
        """Sort load into classes by 'quantile', 'equal' or 'natural', and show it."""
        self.classing = method
        self.colour_by("load")

    @wholly
    def keep(self, name: str) -> None:
        """Keep the present state of the plan as a scenario; one of the same name is replaced."""
        self.scenarios = {**self.scenarios, name: self.document_or_refuse}
        self.scenarios_changed.emit()
        self.facts_changed.emit()

    def compare(self, on: bool) -> None:
        """Show a second map for comparing, or put it away."""
        self.comparing = on
        self.comparing_changed.emit()
        self.facts_changed.emit()

    def lie_on(self, base: str) -> None:
        """Say which picture lies under the plan, '' for none."""
        self.base = base
        self.facts_changed.emit()

    def set_busy(self, busy: bool) -> None:
        """Say whether long work is under way."""
        self.busy = busy
        self.facts_changed.emit()

    def _picked_locks(self) -> dict[str, bool]:
        """Return whether what is picked is locked, by name."""
        document, pick = self.document, self.selection
        if document is None or document.checked or document.assignment is None or pick is None:
            return {}
        held, unit = document.assignment, pick.layer == "unit"
        row = int(held.zone[pick.row]) if unit else pick.row if pick.layer == "zone" else NOBODY
        zone = held.zones[row] if 0 <= row < len(held.zones) else None
        return {
            "unit_locked": unit and bool(held.locked[pick.row]),
            "zone_locked": zone is not None and zone.locked,
        }

    def facts(self) -> frozenset[str]:
        """Return the names of all that holds now; commands say which of them they need."""
        document, pick = self.document, self.selection
        held = {
            "busy": self.busy,
            "idle": not self.busy,
            "plan": document is not None,
            "own_zones": document is not None and document.checked is None,
            "checking": document is not None and document.checked is not None,
            "operators": document is not None and len(document.built.operators) > 0,
            "undoable": self.history.undoable is not None,
            "redoable": self.history.redoable is not None,
            "phases": document is not None and "phase" in document.built.units.frame,
            "mendable": document is not None and document.mendable,
            "zone_picked": pick is not None and pick.layer == "zone",
            "unit_picked": pick is not None and pick.layer == "unit",
            "units_at_hand": len(self.chosen) > 0 or (pick is not None and pick.layer == "unit"),
            **self._picked_locks(),
            f"by_{self.colouring}": True,
            f"theme_{self.theme}": True,
            **self.editing_facts(),
            "comparable": bool(self.history.undoable or self.history.redoable or self.scenarios),
            "scenarios": bool(self.scenarios),
            "comparing": self.comparing,
            f"base_{self.base or 'none'}": True,
            f"classed_{self.classing}": self.colouring == "load",
            **{f"shown-{panel}": panel not in self.folded for panel in PANELS},
        }
        return frozenset(name for name, holds in held.items() if holds)
