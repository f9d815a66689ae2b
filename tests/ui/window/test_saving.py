"""The window on a full disk and with a damaged profile: nothing old is lost, and a sentence says so."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from bigmap import app
from bigmap.base import log, settings
from bigmap.commands.registry import command
from bigmap.core.operators.parameters import Parameters
from bigmap.mapview.messages import Moved
from bigmap.session import import_memory, places
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.dialogs.go_to import GoTo
from bigmap.ui.dialogs.parameters_dialog import ParametersDialog
from bigmap.ui.printing.print_preview import preview_dialog, print_with_dialog
from bigmap.ui.printing.sheet import SheetOptions
from bigmap.ui.window.window import Window
from tests.helpers.disks import files_end_at, needs_limits
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser

OLD = b"what stood here before"


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What message boxes say, which are closed at once."""
    read: list[str] = []

    def show(box: QMessageBox) -> int:
        read.append(box.text())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", show)
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: read.append(text))
    return read


def saved_to(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


@needs_limits
@pytest.mark.parametrize(
    ("run", "name"),
    [
        ("write_map", "map.html"),
        ("write_pdf", "coverage.pdf"),
        ("write_problems", "problems.csv"),
        ("export", "units.geojson"),
    ],
)
def test_a_command_that_cannot_write_leaves_what_was_there(
    qtbot: QtBot, opened: Window, user: FakeUser, tmp_path: Path, run: str, name: str
) -> None:
    user.folder, user.save = tmp_path, tmp_path / name
    (tmp_path / name).write_bytes(OLD)
    with files_end_at(20):
        opened.do(command(run))
        qtbot.waitUntil(lambda: bool(user.refused) and not opened.lane.busy, timeout=PATIENCE_MS)
    assert user.told == []
    assert len(user.refused) == 1
    assert "cannot be written" in user.refused[0]
    assert "a file of this size cannot lie in" in user.refused[0]
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {name: OLD}


def into_file(path: Path) -> Callable[[QPrintDialog], int]:
    """Return a user who chooses in the print dialog to print into a file."""

    def choose(dialog: QPrintDialog) -> int:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(path))
        return int(QPrintDialog.DialogCode.Accepted)

    return choose


@needs_limits
def test_printing_into_a_file_on_a_full_disk(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(OLD)
    monkeypatch.setattr(QPrintDialog, "exec", into_file(path))
    with files_end_at(5000), pytest.raises(Exception, match=r"cannot be written") as refused:
        print_with_dialog(None, grid_plan(), SheetOptions(lang="zh"))
    assert type(refused.value).__name__ == "UserError"
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"sheet.pdf": OLD}
    assert print_with_dialog(None, grid_plan(), SheetOptions(lang="zh"))
    assert path.read_bytes().startswith(b"%PDF")


@needs_limits
def test_printing_into_a_file_from_the_preview(qtbot: QtBot, tmp_path: Path, boxes: list[str]) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(OLD)
    dialog = preview_dialog(None, grid_plan(), SheetOptions(lang="zh"))
    qtbot.addWidget(dialog)
    into_file(path)(dialog)  # type: ignore[arg-type] # has a printer too
    with files_end_at(5000):
        dialog.paintRequested.emit(dialog.printer())
    assert len(boxes) == 1
    assert "sheet.pdf cannot be written" in boxes[0]
    assert path.read_bytes() == OLD
    dialog.paintRequested.emit(dialog.printer())
    assert path.read_bytes().startswith(b"%PDF")


@needs_limits
def test_parameters_and_rules_are_saved_whole_or_not_at_all(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, boxes: list[str]
) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(OLD)
    saved_to(monkeypatch, path)
    parameters, rules = ParametersDialog(Parameters()), BuildZonesDialog(grid_plan())
    for dialog in (parameters, rules):
        qtbot.addWidget(dialog)
        dialog.show()
    with files_end_at(5):
        qtbot.mouseClick(button(parameters, "Save…"), Qt.MouseButton.LeftButton)
        assert "mine.json cannot be written" in parameters.said.text()
        qtbot.mouseClick(rules.more, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(button(rules, "Save rules…"), Qt.MouseButton.LeftButton)
    assert "mine.json cannot be written" in boxes[0]
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"mine.json": OLD}
    qtbot.mouseClick(button(parameters, "Save…"), Qt.MouseButton.LeftButton)
    assert "parameters" in json.loads(path.read_text(encoding="utf-8"))


def button(dialog: QWidget, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


@needs_limits
def test_a_bookmark_that_cannot_be_kept_is_said(qtbot: QtBot, opened: Window) -> None:
    document = opened.session.document
    assert document is not None
    places.save_place(document, "桥", 1.0, 2.0, 15.0)
    dialog = GoTo(document, Moved(1.0, 2.0, 15.0), lambda _: None, opened)
    qtbot.addWidget(dialog)
    dialog.text.setText("塔")
    with files_end_at(20):
        qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert "settings.json cannot be written" in dialog.note.text()
    assert [spot.name for spot in places.bookmarks(document)] == ["桥"]
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert [spot.name for spot in places.bookmarks(document)] == ["桥", "塔"]


@needs_limits
def test_a_key_that_cannot_be_kept_serves_today(opened: Window, user: FakeUser) -> None:
    user.text = "abc123"
    with files_end_at(5):
        opened.do(command("base_tianditu"))
    assert "This holds now, but not the next time." in user.hints
    assert user.refused == []
    assert opened.session.base == "tianditu"


# --- a damaged profile ---


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (b"[" * 100_000, 2),
        (b"\xff\xfe{", 2),
        (
            json.dumps({"geometry": "x", "columns": {"zones": ["a"]}, "theme": 7, "bookmarks": [3]}).encode(),
            2,
        ),
        (
            json.dumps({"geometry": base64.b64encode(bytes(range(256))).decode(), "theme": "light"}).encode(),
            1,
        ),
    ],
)
def test_the_window_opens_whatever_the_profile_holds(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, boxes: list[str], content: bytes, sentences: int
) -> None:
    settings.settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings.settings_file().write_bytes(content)
    import_memory.choices_file().write_bytes(b"\x00" + content)
    seen: list[bool] = []

    def until_told(*_: object) -> int:
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Window) and w.isVisible())
        qtbot.waitUntil(lambda: len(boxes) == sentences, timeout=PATIENCE_MS)
        seen.append(window.isVisible())
        window.close()
        window.deleteLater()
        return 0

    monkeypatch.setattr(QApplication, "exec", until_told)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # put back afterwards
    monkeypatch.setattr(log, "write_log", lambda: None)
    try:
        assert app.main(["--lang", "en"]) == 0
        assert seen == [True]
        assert all("the file as it was is" in text for text in boxes)
        assert isinstance(settings.load().get("geometry"), str)  # remembered when it closed
    finally:
        for path in settings.settings_file().parent.iterdir():
            path.unlink()


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 60), junk=st.binary(max_size=70))
def test_any_place_on_the_screen_will_do(window: Window, start: int, junk: bytes) -> None:
    whole = bytes(window.saveGeometry().data())
    held = whole[:start] + junk + whole[start + len(junk) :]
    settings.remember(geometry=base64.b64encode(held).decode())
    window.restore_place()
    assert min(window.width(), window.height()) > 200
    assert QApplication.primaryScreen().geometry().contains(window.frameGeometry().center())
