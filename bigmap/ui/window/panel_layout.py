"""The panels beside the map: folded and unfolded, and as wide the next time as they were."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QToolButton, QWidget

from bigmap.base import settings
from bigmap.session.session import Panel, Session
from bigmap.ui.panels.side_panels import ResultsPanel, SourcesPanel
from bigmap.ui.widgets.theme import icon

_WIDTHS = [340, 674, 386]
_ICONS: dict[Panel, str] = {"layers": "panel_left", "tables": "panel_right"}


class PanelLayout:
    """Shows the panels that are not folded.

    Parameters
    ----------
    session : Session
        Says which are folded, and whether two maps need their room.
    middle : QSplitter
        What stands between the panels, and they.
    sources : SourcesPanel
    results : ResultsPanel
    """

    def __init__(
        self, session: Session, middle: QSplitter, sources: SourcesPanel, results: ResultsPanel
    ) -> None:
        self._session, self._results = session, results
        self._panels: dict[Panel, QWidget] = {
            "layers": sources,
            "tables": results,
            "attributes": results.section,
        }
        middle.setSizes(_WIDTHS)
        middle.setHandleWidth(1)
        self._splitters = {"window": middle, "sources": sources, "results": results}
        self.buttons: dict[Panel, QToolButton] = {}
        session.folded_changed.connect(self.follow)
        self.follow()

    def order_focus(self, top: QWidget, *middle: QWidget, foot: QWidget) -> None:
        """Let Tab go from the top to the left panel, the middle, the right panel and the foot, as the eye."""
        parts = (top, self._panels["layers"], *middle, self._results, foot)
        chain = [widget for part in parts for widget in _in_focus_order(part)]
        for one, other in pairwise(chain):
            QWidget.setTabOrder(one, other)

    def make_buttons(self, actions: Mapping[str, QAction]) -> list[QToolButton]:
        """Return buttons that fold the panels left and right."""
        for panel in _ICONS:
            button, action = QToolButton(), actions[f"panel_{panel}"]
            button.setObjectName("panelTool")
            button.setCheckable(True)
            button.setIconSize(QSize(18, 18))
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda b=button, a=action: _copy(a, b))
            self.buttons[panel] = button
        self.dress()
        return list(self.buttons.values())

    def dress(self) -> None:
        """Take the icons of the theme in use."""
        for panel, name in _ICONS.items():
            self.buttons[panel].setIcon(icon(name))

    def follow(self) -> None:
        """Show what is not folded; two maps have the room of the layers, which comparing does not need."""
        for name, panel in self._panels.items():
            crowded = name == "layers" and self._session.comparing
            panel.setVisible(name not in self._session.folded and not crowded)

    def restore(self) -> None:
        """Make the panels as large as they were last."""
        held = settings.load().get("splits", {})
        for name, splitter in self._splitters.items():
            if len(held.get(name, ())) == splitter.count():
                splitter.setSizes(held[name])
        if "results" in held:
            self._results.keep_sizes()

    def remember(self) -> None:
        """Remember how large they are; what is folded has no size to be remembered."""
        for name, splitter in self._splitters.items():
            drawn = splitter is not self._results or self._results.drawn
            if drawn and splitter.isVisible() and all(splitter.sizes()):
                settings.remember_in("splits", name, splitter.sizes())


def _in_focus_order(part: QWidget) -> list[QWidget]:
    found, widget = [], part.nextInFocusChain()
    while widget is not None and widget is not part:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if takes and part.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _copy(action: QAction, button: QToolButton) -> None:
    button.setChecked(action.isChecked())
    button.setToolTip(action.toolTip())
    button.setAccessibleName(action.toolTip())
