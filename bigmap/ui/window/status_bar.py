"""The foot of the window: what is open, and how far the work under way is."""

from __future__ import annotations

from collections.abc import Sequence

from pyproj import Transformer
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QStatusBar, QToolButton

from bigmap.base.amounts import UNKNOWN
from bigmap.base.i18n import Text, tr
from bigmap.core.units import unknown
from bigmap.mapview.messages import Pointer
from bigmap.session.document import Document
from bigmap.session.session import Session
from bigmap.ui.widgets.elided_label import ElidedLabel
from bigmap.ui.widgets.number_format import format_whole


class StatusBar(QStatusBar):
    """Totals on the left; stage, bar and stop button on the right while work is under way.

    Attributes
    ----------
    stopped : Signal()
        The user pressed stop.
    kept : Signal()
        The user wants the best that a search has found so far.
    """

    stopped = Signal()
    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(0, 0, 8, 0)
        self.totals, self.stage, self.chosen = ElidedLabel(), ElidedLabel(), ElidedLabel()
        self.place = ElidedLabel()
        self.chosen.setObjectName("chosen")
        self.chosen.hide()
        self.place.setObjectName("coordinates")
        self._to_degrees: Transformer | None = None
        self.bar = QProgressBar()
        self.bar.setMaximumWidth(220)
        self.bar.setMinimumWidth(80)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.stop = QPushButton()
        self.stop.setObjectName("stop")
        self.stop.clicked.connect(self.stopped)
        self.keep = QPushButton()
        self.keep.setObjectName("stop")
        self.keep.clicked.connect(self._keep)
        self._text: Text | None = None
        self.addWidget(self.totals, 1)
        for widget in (self.chosen, self.place, self.stage, self.bar, self.keep, self.stop):
            self.addPermanentWidget(widget)
        self.end()

    def add_buttons(self, buttons: Sequence[QToolButton]) -> None:
        """Put buttons at the right end."""
        for button in buttons:
            self.addPermanentWidget(button)

    def begin(self, title: Text) -> None:
        """Show that work began."""
        self.bar.setValue(0)
        self._say(title)
        for widget in (self.stage, self.bar, self.stop):
            widget.show()
        self.stop.setEnabled(True)

    def move_to(self, fraction: float, text: Text) -> None:
        """Show how far it is; the bar never runs backwards."""
        self.bar.setValue(max(self.bar.value(), round(fraction * 1000)))
        self._say(text)

    def stopping(self) -> None:
        """Show that the work was asked to stop."""
        self.stop.setEnabled(False)
        self._say(Text("Stopping …"))

    def searching(self) -> None:
        """Offer to keep the best that was found."""
        self.keep.setEnabled(True)
        self.keep.show()

    def _keep(self) -> None:
        self.keep.setEnabled(False)
        self.kept.emit()

    def end(self) -> None:
        """Show that nothing is under way."""
        for widget in (self.stage, self.bar, self.keep, self.stop):
            widget.hide()

    def show_document(self, document: Document | None) -> None:
        """Write the totals in the language in use."""
        self.stop.setText(tr("Stop"))
        self.keep.setText(tr("Keep the best so far"))
        self._say(self._text)
        self.place.clear()
        if document is None:
            self.totals.setText("")
            return
        plan = document.built
        crs = plan.sources.crs
        self._to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        parts = [
            tr("{n} units", n=format_whole(len(plan.units))),
            tr("{n} zones", n=format_whole(document.zone_count)),
            tr("{n} households", n=_households(unknown.chosen(plan.units.frame, "hh"))),
            tr("governance area {n} m²", n=format_whole(plan.units.governance_m2)),
            _crs_name(document),
        ]
        self.totals.setText("   ·   ".join(parts))

    def show_chosen(self, session: Session) -> None:
        """Tell how much is chosen; nothing where nothing is."""
        units, document = session.chosen, session.document
        self.chosen.setVisible(bool(len(units)) and document is not None)
        if not len(units) or document is None:
            return
        frame = document.built.units.frame
        hh = format_whole(unknown.chosen(frame, "hh", units))
        area = format_whole(float(frame["site_m2"].to_numpy(float)[units].sum()))
        text = tr("Chosen: {n} units, {hh} households, {area} m²", n=len(units), hh=hh, area=area)
        self.chosen.setText(text)

    def point_at(self, at: Pointer) -> None:
        """Write where the mouse is, in the project CRS and in degrees of its datum."""
        if not at.over or self._to_degrees is None:
            self.place.clear()
            return
        lon, lat = self._to_degrees.transform(at.x, at.y)
        self.place.setText(f"E {at.x:,.1f}  N {at.y:,.1f}   ·   {lon:.6f}°, {lat:.6f}°")

    def _say(self, text: Text | None) -> None:
        self._text = text
        self.stage.setText(str(text) if text else "")


def _households(known: float) -> str:
    """Return the households of a whole plan; none at all means that nobody tells them."""
    return format_whole(known) if known else UNKNOWN


def _crs_name(document: Document) -> str:
    crs = document.built.sources.crs
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else str(crs.name)
