"""The coverage figures: what is covered, of how much, and what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bigmap.base.amounts import percent
from bigmap.base.i18n import tr
from bigmap.core.coverage.proof import Coverage, Share, Walled
from bigmap.core.editing.changes import Covered
from bigmap.core.units import unknown
from bigmap.core.units.unknown import Untold
from bigmap.mapview import vocabulary
from bigmap.ui.widgets.elided_label import ElidedLabel
from bigmap.ui.widgets.number_format import format_whole

_SIDE = 16


class Figure(QWidget):
    """One share: its name, the per cent, and of how much, below it or beside."""

    def __init__(self, title: str, unit: str, *, beside: bool = False) -> None:
        super().__init__()
        self._title, self._unit = title, unit
        self.name, self.value, self.base = ElidedLabel(), QLabel(), ElidedLabel()
        self.name.setObjectName("figureName")
        self.value.setObjectName("figureValue")
        self.base.setObjectName("figureBase")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.name)
        if not beside:
            column.addWidget(self.value)
            column.addWidget(self.base)
            return
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.value)
        line.addWidget(self.base, 1)
        column.addLayout(line)

    def show_share(self, share: Share) -> None:
        """Write a share; anything short of everything stands out, what is not known stands back."""
        self.name.setText(tr(self._title))
        self.value.setText(percent(share.value))
        state = (share.value < 1, bool(share.lacks))
        if (self.value.property("short"), self.value.property("unknown")) != state:  # polishing is dear
            self.value.setProperty("short", state[0])
            self.value.setProperty("unknown", state[1])
            self.value.style().polish(self.value)
        known = tr("of {amount} {unit}", amount=format_whole(share.of), unit=tr(self._unit))
        self.base.setText(known if share.of > 0 else tr("not told"))
        self.value.setToolTip(self.base.text())


class CoverageFigures(QFrame):
    """Coverage of the zones on show, in four shares and one line."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("figures")
        self.land = Figure("Coverage", "m²", beside=True)
        self.land.value.setObjectName("figureMain")
        self.inside = Figure("Inside the walls", "m²")
        self.outside = Figure("Outside the walls", "m²")
        self.households = Figure("Households served", "households")
        self.floor = Figure("Floor area served", "m²")
        self.road = Figure("Road surface served", "m²")
        self.services = Figure("Services provided", "duties")
        self.more = (self.floor, self.road, self.services)
        self.rest = QLabel()
        self.rest.setObjectName("rest")
        self.rest.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.land, 0, 0, 1, 3)
        for i, figure in enumerate((self.inside, self.outside, self.households)):
            grid.addWidget(figure, 1, i, Qt.AlignmentFlag.AlignTop)
        for i, figure in enumerate(self.more):
            grid.addWidget(figure, 2, i, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE, 12, _SIDE, 12)
        column.setSpacing(8)
        column.addLayout(grid)
        self.note = QLabel()
        self.note.setObjectName("figureBase")
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.rest)
        column.addWidget(self.note)

    def be_tight(self, tight: bool) -> None:
        """Tell in the tips of all figures but the first of how much they are shares, where room is short."""
        for figure in (self.inside, self.outside, self.households, *self.more):
            figure.base.setVisible(not tight)
        margin = 6 if tight else 12
        if layout := self.layout():
            layout.setContentsMargins(_SIDE, margin, _SIDE, margin)
            layout.setSpacing(margin // 2 + 2)

    def show_coverage(self, coverage: Coverage) -> None:
        """Write the figures in the language in use."""
        self.land.show_share(coverage.land)
        self.inside.show_share(coverage.inside)
        self.outside.show_share(coverage.outside)
        self.households.show_share(coverage.households)
        for figure in self.more:
            figure.setVisible(bool(coverage.figures))
        if coverage.figures:
            self._show_more(coverage)
        self._show_rest(coverage.uncovered_m2, coverage.overlap_m2)
        self._show_note(coverage.untold, silent=coverage.silent)

    def _show_note(self, untold: Mapping[str, Sequence[Untold]], *, silent: bool) -> None:
        """Say, once for all figures, what they leave open."""
        missing = [group for held in untold.values() for group in held]
        lines = unknown.reason("operators" if silent else "", missing)
        self.note.setText("\n".join(str(line) for line in lines))
        self.note.setVisible(bool(lines))
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for what wraps anew."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        width = self.width() - 2 * _SIDE
        self.note.setMinimumHeight(self.note.heightForWidth(width) if self.note.text() else 0)

    def _show_rest(self, bare: float, twice: float) -> None:
        self.rest.setProperty("short", bare > 0 or twice > 0)
        self.rest.style().polish(self.rest)
        text = tr(
            "Not covered {bare} m² · overlapping {twice} m²",
            bare=format_whole(bare),
            twice=format_whole(twice),
        )
        self.rest.setText(text)

    def show_covered(
        self,
        covered: Covered,
        more: Mapping[str, Share],
        untold: Mapping[str, Sequence[Untold]],
        *,
        silent: bool,
    ) -> None:
        """Write the figures of a plan that is being edited; services are counted again when that is over.

        Parameters
        ----------
        covered : Covered
        more : mapping of str to Share
            ``gfa_m2`` and ``sweep_m2``: floor area and road surface served.
        untold : mapping of str to sequence of Untold
        silent : bool
            As in `Coverage`.
        """
        shares = ((self.land, covered.land), (self.inside, covered.inside), (self.outside, covered.outside))
        for figure, share in shares:
            figure.show_share(share)
            figure.setToolTip("")
        self.households.show_share(covered.households)
        self.households.setToolTip("")
        self.floor.show_share(more["gfa_m2"])
        self.road.show_share(more["sweep_m2"])
        self.services.show_share(Share(0.0, 0.0))
        self.services.base.setText(tr("after editing"))
        self.services.setToolTip(tr("Services are counted again on export and print."))
        self._show_rest(covered.uncovered_m2, 0.0)
        self._show_note(untold, silent=silent)

    def _show_more(self, coverage: Coverage) -> None:
        """Write the shares with other denominators, and inside and outside the walls in their tips."""
        self.floor.show_share(coverage.figures["gfa_m2"].all)
        self.road.show_share(coverage.figures["sweep_m2"].all)
        done = sum(figure.all.covered for figure in coverage.services.values())
        self.services.show_share(Share(done, sum(figure.all.of for figure in coverage.services.values())))
        for figure, key in ((self.households, "hh"), (self.floor, "gfa_m2"), (self.road, "sweep_m2")):
            figure.setToolTip(_walls(coverage.figures[key]))
        self.land.setToolTip(
            tr("With somebody in charge: {share}", share=_full(coverage.figures["operated"].all))
        )
        self.services.setToolTip(
            "\n".join(
                f"{vocabulary.word(vocabulary.SERVICE, name)}  {_full(found.all)}"
                for name, found in coverage.services.items()
            )
        )


def _walls(figure: Walled) -> str:
    sides = (("Inside the walls", figure.inside), ("Outside the walls", figure.outside))
    return "\n".join(f"{tr(title)}  {_full(share)}" for title, share in sides)


def _full(share: Share) -> str:
    """Return a share with what it is a share of."""
    return f"{percent(share.value)}  ({format_whole(share.covered)} / {format_whole(share.of)})"
