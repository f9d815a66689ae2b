"""A user who answers at once, and ways to look into the map page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.documents.build_scene import pack_document
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.plan import Plan
from bigmap.core.planning.swap import Swap
from bigmap.core.sources.source_options import SourceOptions
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.reading.layer_survey import LayerSurvey
from bigmap.session.document import Document
from bigmap.ui.map.map_widget import MapWidget
from bigmap.ui.window.user_port import WindowPort

PATIENCE_MS = 20_000


class FakeUser(WindowPort):
    """Gives the answers laid down for him and remembers what he was told; lane and map are the window's own.

    Attributes
    ----------
    folder, file, save : pathlib.Path or None
    files : list of pathlib.Path
    rules : ZoningRules or None
    parameters : Parameters or None
    bundle : BundleRules or None
    swaps : list of Swap
        What was proposed to him; he takes it if he ``takes_offers``.
    choices : dict of str to Choice or None
        What he says in the import dialog over what it proposes; None closes it.
    surveys : list of Survey
        What he was shown there.
    candidates : list of Candidate
        Alternatives he was shown.
    picks : int or None
        Which of them he takes; None closes the dialog.
    takes_offers : bool
    leaves : str or None
        What he does about what is not exported: 'export', 'discard', or None to stay.
    asked : list of str
        What of that he was asked for.
    area : float or None
        Under how many m² he has gaps repaired.
    told, refused : list of str
        What he read, in the order it came.
    here : int or None
        What he takes of the small menus at the mouse; None closes them.
    menus : list of list of str
        What he could take of those.
    hints : list of str
        What the status bar told him.
    printed : list of Plan
        Plans that were sent to the printer or to the preview.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.file: Path | None = None
        self.save: Path | None = None
        self.files: list[Path] = []
        self.rules: ZoningRules | None = None
        self.text: str | None = None
        self.parameters: Parameters | None = None
        self.bundle: BundleRules | None = None
        self.swaps: list[Swap] = []
        self.choices: dict[str, SourceOptions] | None = None
        self.surveys: list[LayerSurvey] = []
        self.candidates: list[Alternative] = []
        self.picks: int | None = None
        self.takes_offers = False
        self.leaves: Literal["export", "discard"] | None = "discard"
        self.asked: list[str] = []
        self.area: float | None = None
        self.told: list[str] = []
        self.refused: list[str] = []
        self.printed: list[Plan] = []
        self.here: int | None = None
        self.menus: list[list[str]] = []
        self.hints: list[str] = []

    def sit_at(self, window: Any) -> None:
        """Take the place of the user at ``window``."""
        super().__init__(window, window, window.session, window.lane, window.map)

    def ask_folder(self, title: Text) -> Path | None:
        return self.folder

    def ask_files(self, title: Text) -> list[Path]:
        return self.files

    def ask_file(self, title: Text) -> Path | None:
        return self.file

    def ask_save(self, title: Text, name: str) -> Path | None:
        return self.save

    def ask_picture(self, title: Text) -> Path | None:
        return self.file

    def ask_text(self, title: Text, value: str) -> str | None:
        return self.text

    def ask_rules(self, plan: Plan) -> ZoningRules | None:
        return self.rules

    def ask_parameters(self, parameters: Parameters) -> Parameters | None:
        return self.parameters

    def ask_bundle(self, plan: Plan) -> BundleRules | None:
        return self.bundle

    def ask_swap(self, plan: Plan, swap: Swap) -> bool:
        self.swaps.append(swap)
        return self.takes_offers

    def ask_candidate(self, plan: Plan, candidates: Sequence[Alternative]) -> Alternative | None:
        self.candidates = list(candidates)
        return None if self.picks is None else candidates[self.picks]

    def ask_choices(
        self, surveys: Sequence[LayerSurvey], choices: Mapping[str, SourceOptions]
    ) -> dict[str, SourceOptions] | None:
        self.surveys = list(surveys)
        return None if self.choices is None else {**choices, **self.choices}

    def ask_area(self, gaps: Any) -> float | None:
        return self.area

    def offer(self, text: Text, action: Text) -> bool:
        self.refused.append(str(text))
        return self.takes_offers

    def ask_unsaved(self, text: Text) -> Literal["export", "discard"] | None:
        self.asked.append(str(text))
        return self.leaves

    def ask_here(self, names: Sequence[str], able: Sequence[bool]) -> int | None:
        self.menus.append([name for name, possible in zip(names, able, strict=True) if possible])
        return self.here

    def hint(self, *texts: Text) -> None:
        self.hints += [str(text) for text in texts]
        super().hint(*texts)

    def tell(self, text: Text) -> None:
        self.told.append(str(text))

    def refuse(self, text: Text) -> None:
        self.refused.append(str(text))

    def preview(self, plan: Plan) -> None:
        self.printed.append(plan)

    def print_sheet(self, plan: Plan) -> None:
        self.printed.append(plan)


class PageTester:
    """Runs scripts in the map page and waits for what they return."""

    def __init__(self, qtbot: QtBot, widget: MapWidget) -> None:
        self._qtbot, self._widget = qtbot, widget

    def value(self, script: str) -> Any:
        """Return the value of an expression; an error in the page fails the test."""
        wrapped = f"""(() => {{ try {{ return JSON.stringify({{ok: true, value: ({script})}}); }}
                     catch (error) {{ return JSON.stringify({{ok: false, error: String(error)}}); }} }})()"""
        with self._qtbot.waitCallback(timeout=PATIENCE_MS) as came:
            self._widget.view.page().runJavaScript(wrapped, came)
        answer = json.loads(came.args[0])
        assert answer["ok"], answer.get("error")
        return answer.get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression is true."""
        self._qtbot.waitUntil(lambda: bool(self.value(script)), timeout=PATIENCE_MS)

    def idle(self) -> None:
        """Wait until all that the page was told stands on the screen."""
        with self._qtbot.waitSignal(self._widget.idle, timeout=PATIENCE_MS):
            self._widget.await_idle()

    def pixel_of(self, layer: str, row: int) -> QPoint:
        """Return where on the map widget a point inside a feature lies."""
        x, y = self.value(
            "(([x, y]) => (p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint([y, x])))"
            f"(bigmap.view.scene.{layer}s.pointIn({row}))"
        )
        return QPoint(round(x), round(y))

    def click(self, place: QPoint) -> None:
        """Click the map with the mouse: move there first, as a hand does."""
        target = self.target()
        QTest.mouseMove(target, place)
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def hover(self, place: QPoint) -> None:
        """Move the mouse to a place."""
        QTest.mouseMove(self.target(), place - QPoint(3, 3))
        QTest.mouseMove(self.target(), place)

    def target(self) -> QWidget:
        """Return the widget that takes the mouse for the page."""
        proxy = self._widget.view.focusProxy()
        assert proxy is not None
        return proxy


def document_of(plan: Plan) -> Document:
    """Return the document of a plan."""
    return pack_document(plan, (), Progress())


def texts_of(widget: QWidget, read: Callable[[Any], str], kind: type) -> list[str]:
    """Return what all widgets of a kind below ``widget`` say."""
    return [read(child) for child in widget.findChildren(kind)]
