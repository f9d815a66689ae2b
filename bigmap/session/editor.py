"""Editing the open plan: strokes, gestures, the choice of units, and one history of it all.

While a plan is edited its figures live in a `Tally`; the document stays a value and follows at the end of
each gesture. Whoever shows something listens to ``assignment_changed`` and takes what it needs from `tally`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Ints
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.signals import Signal
from bigmap.core.editing.changes import Change, Preview, ZoneFigures
from bigmap.core.editing.selection import Combine, combine
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import NOBODY, Edit
from bigmap.session.history import History
from bigmap.session.tool import ToolState
from bigmap.session.transaction import State, Transactional, wholly

if TYPE_CHECKING:
    from bigmap.session.document import Document


@dataclass(frozen=True, eq=False)
class DocumentStep:
    """A step of the history that opens another document, with the units selected in it."""

    document: Document
    chosen: Ints


@dataclass(frozen=True, eq=False)
class SelectionStep:
    """A step of the history that chooses units."""

    units: Ints


Step = DocumentStep | SelectionStep | Edit


@dataclass
class Stroke:
    """A gesture under way: what it has changed so far, and how the zones stood before it.

    Attributes
    ----------
    title : Text
    before : dict
        State of the editor before (`Editor.state`).
    edit : Edit
    figures : dict of int to ZoneFigures
        The zones touched so far, as they were before; none for zones that are new.
    """

    title: Text
    before: State
    edit: Edit = field(default_factory=Edit)
    figures: dict[int, ZoneFigures] = field(default_factory=dict)


def _history() -> History[Step]:
    return History(
        weight=lambda step: len(step.document.built.units) if isinstance(step, DocumentStep) else 0
    )


def _nothing() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass
class Editor(Transactional):
    """The part of the session that edits; what it does it does wholly or not at all.

    Attributes
    ----------
    document : Document or None
    history : History
        Whole documents, edits and choices of units, in the order they came.
    chosen : ndarray of int
        Units chosen, sorted.
    hand : ToolState
    stroke : Stroke or None
    assignment_changed : Signal
        Emits the `Change` of every part of a stroke, of every gesture, and of taking them back or again.
    previewed : Signal
        Emits the `Preview` of what a gesture under way would do or has done so far, None when it is over.
    settled : Signal
        A gesture ended, or was taken back or again: the document says what the tally says.
    chosen_changed, hand_changed, document_replaced, facts_changed : Signal
    """

    document: Document | None = None
    history: History[Step] = field(default_factory=_history)
    chosen: Ints = field(default_factory=_nothing)
    hand: ToolState = field(default_factory=ToolState.remembered)
    stroke: Stroke | None = None
    assignment_changed: Signal = field(default_factory=Signal)
    previewed: Signal = field(default_factory=Signal)
    settled: Signal = field(default_factory=Signal)
    chosen_changed: Signal = field(default_factory=Signal)
    hand_changed: Signal = field(default_factory=Signal)
    document_replaced: Signal = field(default_factory=Signal)
    facts_changed: Signal = field(default_factory=Signal)
    _tally: Tally | None = field(default=None, repr=False)

    @property
    def tally(self) -> Tally:
        """Figures of the plan as it stands, a stroke under way included; made when first asked for."""
        document = self.document_or_refuse
        if self._tally is None:
            self._tally = Tally.of(document.built, document.assignment, document.unit_index)
        return self._tally

    @property
    def document_or_refuse(self) -> Document:
        """The open document; a `UserError` says how to open one where there is none."""
        if self.document is None:
            raise UserError("Nothing is open yet: open a folder of layers first.")
        return self.document

    # --- wholly or not at all -------------------------------------------------------------------------------

    HELD: ClassVar[tuple[str, ...]] = ("document", "history", "chosen", "hand")
    MADE: ClassVar[tuple[str, ...]] = ("stroke", "_tally")
    TOLD: ClassVar[tuple[str, ...]] = ("document_replaced", "chosen_changed", "hand_changed", "facts_changed")
    # attributes that are the state; those derived from it when asked for; signals that tell all of it

    def state(self) -> State:
        """Return the state now; in a stroke, that before the stroke."""
        if self.stroke is not None:
            return self.stroke.before
        return {name: getattr(self, name) for name in self.HELD} | {"history": self.history.copy()}

    def go_back(self, state: State) -> None:
        """Restore a state and have everything shown anew; figures are computed again."""
        for name, value in state.items():
            setattr(self, name, value)
        for name in self.MADE:
            setattr(self, name, None)
        self.previewed.emit_to_all(None)
        for name in self.TOLD:
            getattr(self, name).emit_to_all()

    # --- gestures -------------------------------------------------------------------------------------------

    @wholly
    def edit(self, title: Text, edit: Edit) -> None:
        """Do an edit as one gesture; an empty one is none."""
        if edit:
            self.begin(title)
            self.extend(edit)
            self.commit()

    @wholly
    def begin(self, title: Text) -> None:
        """Begin a stroke: what is done until `commit` is taken back at once. One under way ends first."""
        self.commit()
        self.stroke = Stroke(title, self.state())
        self.facts_changed.emit()

    @wholly
    def extend(self, edit: Edit) -> Change | None:
        """Do a part of the stroke, made of `tally` as it stands; None where it changes nothing."""
        stroke = self.stroke
        if stroke is None:
            raise RuntimeError("no stroke was begun")
        if not edit:
            return None
        tally = self.tally
        for row in edit.touched:
            if row not in stroke.figures and row < len(tally.zones) and tally.zones[row]:
                stroke.figures[row] = tally.figures(row)
        change = tally.apply(edit)
        stroke.edit = stroke.edit.then(edit)
        self.assignment_changed.emit(change)
        return change

    @wholly
    def commit(self) -> None:
        """End the stroke; it is one step of the history, or none where it changed nothing."""
        stroke, self.stroke = self.stroke, None
        if stroke is None:
            return
        if stroke.edit:
            self.history.push(stroke.title, stroke.edit.inverse())
            self._follow()
            self.settled.emit()
        self.previewed.emit(None)
        self.facts_changed.emit()

    @wholly
    def abort(self) -> None:
        """Give the stroke up: nothing of it stays."""
        stroke, self.stroke = self.stroke, None
        if stroke is None:
            return
        if stroke.edit:
            self.assignment_changed.emit(self.tally.apply(stroke.edit.inverse()))
        self.previewed.emit(None)
        self.facts_changed.emit()

    def so_far(self) -> Preview | None:
        """Return what the stroke under way has done to the zones it touched: before it, and now."""
        if self.stroke is None:
            return None
        tally, before = self.tally, self.stroke.figures
        rows = sorted({*before, *self.stroke.edit.touched})
        after = [tally.figures(row) for row in rows if row < len(tally.zones) and tally.zones[row]]
        broken = [f.row for f in after if f.pieces > max(1, before[f.row].pieces if f.row in before else 0)]
        old = tuple(before[row] for row in rows if row in before)
        return Preview(old, tuple(after), tuple(broken))

    # --- units chosen, tool in hand -------------------------------------------------------------------------

    @wholly
    def choose(self, units: npt.ArrayLike, how: Combine = "new") -> None:
        """Choose units, or add to those chosen, take from them, keep what is in both; can be taken back."""
        wanted = combine(self.chosen, np.asarray(units, dtype=np.int64), how)
        if np.array_equal(wanted, self.chosen):
            return
        title = Text("Choose {n} units", {"n": len(wanted)}) if len(wanted) else Text("Choose nothing")
        self.history.push(title, SelectionStep(self.chosen))
        self._go(SelectionStep(wanted))
        self.facts_changed.emit()

    @wholly
    def hold(self, **values: Any) -> None:
        """Take another tool in hand, or the same with other settings (attributes of `ToolState`).

        A stroke under way is given up.
        """
        hand = replace(self.hand, **values)
        if hand != self.hand:
            self.abort()
            self.hand = hand
            self.hand_changed.emit()
            self.facts_changed.emit()

    # --- history --------------------------------------------------------------------------------------------

    @wholly
    def replace(self, document: Document | None, tally: Tally | None = None) -> None:
        """Open another document in place of this one, with its figures if known; nothing is selected."""
        self.abort()
        self.document, self._tally = document, tally
        self.hand = replace(self.hand, zone=NOBODY)
        self.chosen = _nothing()
        self.document_replaced.emit()
        self.chosen_changed.emit()
        self.facts_changed.emit()

    @wholly
    def advance(self, title: Text, document: Document) -> None:
        """Open the document after a step called ``title``, from where `undo` goes back.

        So go new zones, repairs that read again, and every change of the ground itself, such as a cut unit.
        """
        self.abort()
        if self.document is not None:
            self.history.push(title, DocumentStep(self.document, self.chosen))
        self.replace(document)

    @wholly
    def open(self, document: Document) -> None:
        """Open a document that has nothing to do with the one before; the history is cleared."""
        self.history.clear()
        self.replace(document)

    def undo(self) -> None:
        """Take the last step back at once; a stroke under way is given up instead."""
        if self.stroke is not None:
            self.abort()
        elif self.document is not None:
            self._walk(self.history.undo)

    def redo(self) -> None:
        """Take the last undone step again, at once."""
        if self.document is not None and self.stroke is None:
            self._walk(self.history.redo)

    @wholly
    def _walk(self, through: Callable[[Callable[[Step], Step]], None]) -> None:
        """Go a step of the history; those who are told of it find the history as it is after it."""
        steps: list[Step] = []

        def back(step: Step) -> Step:
            steps.append(step)
            return self._back(step)

        through(back)
        for step in steps:
            self._go(step)
        self.facts_changed.emit()

    def _back(self, step: Step) -> Step:
        """Return the way back of a step that is about to be gone."""
        match step:
            case SelectionStep():
                return SelectionStep(self.chosen)
            case Edit():
                return step.inverse()
        assert self.document is not None  # what can be undone was done to a document
        return DocumentStep(self.document, self.chosen)

    def _go(self, step: Step) -> None:
        match step:
            case SelectionStep():
                self.chosen = step.units
                self.chosen_changed.emit()
            case Edit():
                change = self.tally.apply(step)
                self._follow()
                self.assignment_changed.emit(change)
                self.settled.emit()
            case _:
                self.replace(step.document)
                self.chosen = step.chosen
                self.chosen_changed.emit()

    def _follow(self) -> None:
        """Let the document say what the tally says."""
        if self.document is not None:
            self.document = self.document.with_assignment(self.tally.assignment)

    def editing_facts(self) -> dict[str, bool]:
        """Return what holds about editing, by name."""
        return {
            "undoable": self.history.undoable is not None or self.stroke is not None,
            "redoable": self.history.redoable is not None and self.stroke is None,
            "stroke": self.stroke is not None,
            "chosen": bool(len(self.chosen)),
            "painting_zone": self.hand.zone != NOBODY,
            "something_held": self.stroke is not None or self.hand.tool != "look" or bool(len(self.chosen)),
            f"tool_{self.hand.tool}": True,
            f"rule_{self.hand.rule}": True,
        }
