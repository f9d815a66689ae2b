"""The user, as commands see him: file dialogs, message boxes, the lane for long work, the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

from PySide6.QtGui import QColor, QCursor
from PySide6.QtWidgets import (
    QColorDialog,
    QFileDialog,
    QInputDialog,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStatusBar,
)

from bigmap.base import settings
from bigmap.base.i18n import Text, tr
from bigmap.base.progress import Progress
from bigmap.base.version import __version__
from bigmap.commands.context import List
from bigmap.commands.registry.command import Command
from bigmap.core.coverage.gap import Gap
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.plan import Plan
from bigmap.core.planning.swap import Swap
from bigmap.core.sources.source_options import SourceOptions
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.reading.layer_survey import LayerSurvey
from bigmap.mapview.basemap import Basemap, base_order
from bigmap.mapview.messages import Go, Look, Message, Select
from bigmap.session.document import Document
from bigmap.session.places import Spot
from bigmap.session.session import Session
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.map.map_widget import MapWidget, Pictures
from bigmap.ui.widgets.defects import Defects
from bigmap.ui.widgets.dialog import temporary
from bigmap.ui.window.worker_lane import WorkerLane

_HINT_MS = 8_000
_LAYERS = "*.shp *.gpkg *.geojson *.json *.csv"


class Shell(Protocol):
    """What the port asks of the window that it speaks for."""

    defects: Defects

    def facts(self) -> frozenset[str]:
        """Return what holds now, as commands ask for it."""

    def do(self, what: Command) -> None:
        """Carry out a command, if it is possible now."""

    def step(self, through: List, by: int) -> None:
        """Show the next (1) or the previous (-1) place on a list."""


class WindowPort:
    """Asks with dialogs over ``window``; fulfils `bigmap.commands.context.UserPort`."""

    def __init__(
        self, window: QMainWindow, shell: Shell, session: Session, lane: WorkerLane, map_widget: MapWidget
    ) -> None:
        self._window, self._shell, self._session = window, shell, session
        self._lane, self._map = lane, map_widget
        self._basemap: Basemap | None = None
        self._pictures: Pictures | None = None

    def ask_folder(self, title: Text) -> Path | None:
        """Ask for a folder that is there."""
        return _path(QFileDialog.getExistingDirectory(self._window, str(title), _last_folder()))

    def ask_files(self, title: Text) -> list[Path]:
        """Ask for one or more layers."""
        found, _ = QFileDialog.getOpenFileNames(self._window, str(title), _last_folder(), _filter())
        return [Path(name) for name in found]

    def ask_file(self, title: Text) -> Path | None:
        """Ask for one layer."""
        return _path(QFileDialog.getOpenFileName(self._window, str(title), _last_folder(), _filter())[0])

    def ask_save(self, title: Text, name: str) -> Path | None:
        """Ask where to write a file, proposing ``name``."""
        proposed = str(Path(_last_folder(), name))
        suffix = Path(name).suffix
        chosen = _path(QFileDialog.getSaveFileName(self._window, str(title), proposed, f"*{suffix}")[0])
        return chosen.with_suffix(suffix) if chosen and not chosen.suffix else chosen

    def ask_rules(self, plan: Plan) -> ZoningRules | None:
        """Ask how zones shall be built."""
        chosen = plan.units.frame["unit_id"].iloc[self._session.chosen].astype(str).tolist()
        with temporary(BuildZonesDialog(plan, self._window, chosen)) as dialog:
            return dialog.rules() if dialog.exec() else None

    def ask_parameters(self, parameters: Parameters) -> Parameters | None:
        """Ask what cost and income shall be reckoned with."""
        from bigmap.ui.dialogs.parameters_dialog import ParametersDialog

        with temporary(ParametersDialog(parameters, self._window)) as dialog:
            return dialog.parameters() if dialog.exec() else None

    def ask_bundle(self, plan: Plan) -> BundleRules | None:
        """Ask how zones shall be given to operators."""
        from bigmap.ui.dialogs.operators_dialog import BundleDialog

        with temporary(BundleDialog(plan, self._window)) as dialog:
            return dialog.rules() if dialog.exec() else None

    def ask_swap(self, plan: Plan, swap: Swap) -> bool:
        """Show a proposed swap and ask whether to make it."""
        from bigmap.ui.dialogs.operators_dialog import SwapDialog

        with temporary(SwapDialog(plan, swap, self._window)) as dialog:
            return bool(dialog.exec())

    def ask_candidate(self, plan: Plan, candidates: Sequence[Alternative]) -> Alternative | None:
        """Ask which of several sets of zones shall be used."""
        from bigmap.ui.dialogs.alternatives_dialog import AlternativesDialog

        with temporary(AlternativesDialog(plan, candidates, self._window)) as dialog:
            return dialog.chosen() if dialog.exec() else None

    def ask_choices(
        self, surveys: Sequence[LayerSurvey], choices: Mapping[str, SourceOptions]
    ) -> dict[str, SourceOptions] | None:
        """Ask how layers shall be read, proposing ``choices``."""
        from bigmap.ui.importing.import_dialog import ImportDialog

        with temporary(ImportDialog(surveys, choices, self._window)) as dialog:
            return dialog.choices() if dialog.exec() else None

    def ask_area(self, gaps: Sequence[Gap]) -> float | None:
        """Ask under how many m² gaps and overlaps shall be repaired."""
        from bigmap.ui.panels.gaps_panel import RepairUnderDialog

        with temporary(RepairUnderDialog(gaps, self._window)) as dialog:
            return dialog.area.value() if dialog.exec() else None

    def ask_text(self, title: Text, value: str) -> str | None:
        """Ask for a line of text, proposing ``value``."""
        with temporary(self._question(title)) as dialog:
            dialog.setTextValue(value)
            return dialog.textValue() if dialog.exec() else None

    def ask_number(self, title: Text, value: int, low: int, high: int) -> int | None:
        """Ask for a whole number between two, proposing ``value``."""
        with temporary(self._question(title)) as dialog:
            dialog.setInputMode(QInputDialog.InputMode.IntInput)
            dialog.setIntRange(low, high)
            dialog.setIntValue(value)
            return dialog.intValue() if dialog.exec() else None

    def ask_colour(self, title: Text, value: str) -> str | None:
        """Ask for a colour ('#rrggbb'), proposing ``value``."""
        colour = QColorDialog.getColor(QColor(value or "#8fbbe3"), self._window, str(title))
        return colour.name() if colour.isValid() else None

    def ask_one(self, title: Text, names: Sequence[str], at: int) -> int | None:
        """Ask for one of several, proposing the one ``at``; return where it stands."""
        with temporary(self._question(title)) as dialog:
            dialog.setComboBoxItems(list(names))
            dialog.setTextValue(names[at])
            return list(names).index(dialog.textValue()) if dialog.exec() else None

    def ask_here(self, names: Sequence[str], able: Sequence[bool]) -> int | None:
        """Ask for one of several with a small menu at the mouse."""
        with temporary(QMenu(self._window)) as menu:
            actions = [menu.addAction(name) for name in names]
            for action, possible in zip(actions, able, strict=True):
                action.setEnabled(possible)
            chosen = menu.exec(QCursor.pos())
            return actions.index(chosen) if chosen in actions else None

    def _question(self, title: Text) -> QInputDialog:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("bigmap")
        dialog.setLabelText(str(title))
        dialog.setOkButtonText(tr("OK"))
        dialog.setCancelButtonText(tr("Cancel"))
        return dialog

    def hint(self, *texts: Text) -> None:
        """Tell in the status bar what a gesture met with."""
        bar = self._window.findChild(QStatusBar)
        if bar is not None:
            bar.showMessage("  ".join(str(text) for text in texts), _HINT_MS)

    def offer(self, text: Text, action: Text) -> bool:
        """Tell why something cannot be done, and ask whether to take a way out."""
        with temporary(self._message(QMessageBox.Icon.Warning, text)) as box:
            way = box.addButton(str(action), QMessageBox.ButtonRole.AcceptRole)
            way.setObjectName("primary")
            box.addButton(tr("Close"), QMessageBox.ButtonRole.RejectRole)
            box.exec()
            return box.clickedButton() is way

    def ask_unsaved(self, text: Text) -> Literal["export", "discard"] | None:
        """Tell what is not exported and would be lost, and ask what to do; None to do nothing at all."""
        with temporary(self._message(QMessageBox.Icon.Warning, text)) as box:
            export = box.addButton(tr("Export…"), QMessageBox.ButtonRole.AcceptRole)
            export.setObjectName("primary")
            discard = box.addButton(tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole)
            stay = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
            box.setDefaultButton(export)
            box.setEscapeButton(stay)
            box.exec()
            answers: dict[object, Literal["export", "discard"]] = {export: "export", discard: "discard"}
            return answers.get(box.clickedButton())

    def run(
        self,
        title: Text,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        *,
        droppable: bool = True,
    ) -> None:
        """Do ``work`` off the UI thread, then ``done`` with its result on it."""
        guarded = partial(self._finish, done)
        self._lane.run(title, work, guarded, droppable=droppable)

    def _finish(self, done: Callable[[Any], None], result: Any) -> None:
        self._shell.defects.attempt(lambda: done(result))

    def cancel(self) -> None:
        """Stop the work under way."""
        self._lane.cancel()

    def tell(self, text: Text) -> None:
        """Tell that something was done."""
        self._box(QMessageBox.Icon.Information, text)

    def refuse(self, text: Text) -> None:
        """Tell why something cannot be done."""
        self._box(QMessageBox.Icon.Warning, text)

    def _box(self, kind: QMessageBox.Icon, text: Text) -> None:
        with temporary(self._message(kind, text)) as box:
            box.addButton(tr("OK"), QMessageBox.ButtonRole.AcceptRole).setObjectName("primary")
            box.exec()

    def _message(self, kind: QMessageBox.Icon, text: Text) -> QMessageBox:
        return QMessageBox(kind, "bigmap", str(text), parent=self._window)

    def ask_picture(self, title: Text) -> Path | None:
        """Ask for a file of map tiles, or a picture that knows its place."""
        kinds = "MBTiles, GeoTIFF (*.mbtiles *.tif *.tiff *.jpg *.jpeg *.png *.img)"
        return _path(QFileDialog.getOpenFileName(self._window, str(title), _last_folder(), kinds)[0])

    def put_under(self, basemap: Basemap | None, pictures: Pictures | None) -> None:
        """Put a picture under the plan on the map, or take it away."""
        self._basemap, self._pictures = basemap, pictures
        document = self._session.document
        if document is not None:
            self.renew_base(document)

    def renew_base(self, document: Document) -> None:
        """Bend the picture anew for a document that may lie elsewhere."""
        hosts = self._basemap.hosts if self._basemap else frozenset[str]()
        self._map.put_under(base_order(self._basemap, document.built), hosts, self._pictures)

    def ask_place(self, document: Document) -> None:
        """Ask for a place in the document and show it."""
        from bigmap.ui.dialogs.go_to import GoTo

        with temporary(GoTo(document, self._map.where, self.show_spot, self._window)) as dialog:
            dialog.exec()

    def show_spot(self, spot: Spot) -> None:
        """Show a place on the map, with what lies there highlighted."""
        if spot.zoom is not None:
            self._map.send(Look(spot.x, spot.y, spot.zoom))
        elif spot.pick is not None:
            self._map.send(Select(spot.pick.layer, [spot.pick.row], fly=True))
        else:
            self._map.send(Go(spot.x, spot.y))

    def send(self, message: Message) -> None:
        """Give the map an order."""
        self._map.send(message)

    def preview(self, plan: Plan) -> None:
        """Show the printed sheet."""
        from bigmap.ui.printing.print_preview import show_preview
        from bigmap.ui.printing.sheet import SheetOptions

        show_preview(self._window, plan, SheetOptions())

    def print_sheet(self, plan: Plan) -> None:
        """Print the sheet on a printer of the user's choice."""
        from bigmap.ui.printing.print_preview import print_with_dialog
        from bigmap.ui.printing.sheet import SheetOptions

        print_with_dialog(self._window, plan, SheetOptions())

    def write_pdf(self, plan: Plan, path: Path) -> None:
        """Write the sheet as PDF; from any thread."""
        from bigmap.ui.printing.sheet import write_pdf

        write_pdf(plan, path)

    def step(self, through: List, by: int) -> None:
        """Show the next (1) or the previous (-1) place on a list."""
        self._shell.step(through, by)

    def show_palette(self) -> None:
        """Let the user find a command by its name, and do it."""
        from bigmap.ui.window.palette import Palette

        with temporary(Palette(self._shell.facts(), self._window)) as palette:
            chosen = palette.chosen if palette.exec() else None
        if chosen is not None:
            self._shell.do(chosen)

    def show_keys(self) -> None:
        """Show the keys of all commands."""
        from bigmap.ui.window.shortcuts_dialog import ShortcutsDialog

        with temporary(ShortcutsDialog(self._window)) as dialog:
            dialog.exec()

    def about(self) -> None:
        """Tell what program this is."""
        self.tell(
            Text(
                "bigmap {version} makes contiguous service zones of estates, buildings and roads, and proves "
                "that no ground is left out. MIT licence; map by Leaflet, window by Qt.",
                {"version": __version__},
            )
        )

    def quit(self) -> None:
        """Close the window."""
        self._window.close()


def _last_folder() -> str:
    return str(settings.load().get("folder", Path.home()))


def _filter() -> str:
    return f"{tr('Layers')} ({_LAYERS})"


def _path(name: str) -> Path | None:
    return Path(name) if name else None
