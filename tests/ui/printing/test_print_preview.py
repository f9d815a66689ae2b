"""Preview and printer use the painter of the sheet."""

from __future__ import annotations

import numpy as np
import pytest
from pypdf import PdfReader
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtWidgets import QComboBox

from bigmap.ui.printing import print_preview
from bigmap.ui.printing.print_preview import preview_dialog, print_with_dialog, sheet_printer, show_preview
from bigmap.ui.printing.sheet import SheetOptions
from tests.helpers.plans import grid_plan

OPTIONS = SheetOptions(lang="zh", paper="A3")


@pytest.fixture
def dialog(qtbot):
    found = preview_dialog(None, grid_plan(), OPTIONS)
    qtbot.addWidget(found)
    return found


def paper_choice(dialog):
    return next(c for c in dialog.findChildren(QComboBox) if c.findText("A1") >= 0)


def test_the_preview_shows_the_sheet(dialog):
    preview = dialog.findChild(QPrintPreviewWidget)
    preview.updatePreview()
    assert preview.pageCount() == 1
    image = preview.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    colours = np.frombuffer(image.constBits(), dtype=np.uint32)
    assert len(np.unique(colours)) > 50


def test_the_paper_can_be_chosen(dialog, qtbot):
    choice = paper_choice(dialog)
    assert choice.currentText() == "A3"
    sizes = []
    dialog.paintRequested.connect(
        lambda p: sizes.append(p.pageLayout().fullRect(p.pageLayout().Unit.Millimeter))
    )
    choice.setCurrentText("A1")
    assert round(sizes[-1].width()) == 841
    choice.setCurrentText("A4")
    assert round(sizes[-1].width()) == 297


def test_showing_the_preview_waits_for_the_user(qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(QPrintPreviewDialog, "exec", lambda self: opened.append(self.windowTitle()))
    show_preview(None, grid_plan(), OPTIONS)
    assert len(opened) == 1


def words(page):
    """Return the text of a page without white space."""
    return "".join(page.extract_text().split())


def to_file(path):
    """Return a stand-in for the default printer that prints into a file."""

    def printer(plan, options):
        found = sheet_printer(plan, options)
        found.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        found.setOutputFileName(str(path))
        return found

    return printer


def test_what_is_printed_is_the_sheet(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(print_preview, "sheet_printer", to_file(tmp_path / "out.pdf"))
    monkeypatch.setattr(QPrintDialog, "exec", lambda self: QPrintDialog.DialogCode.Accepted)
    assert print_with_dialog(None, grid_plan(), OPTIONS)
    page = PdfReader(tmp_path / "out.pdf").pages[0]
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(420, abs=0.5)
    assert "筼筜一里" in words(page)
    assert "1:2,000（A3幅面）" in words(page)


def test_the_paper_of_the_printer_decides(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(print_preview, "sheet_printer", to_file(tmp_path / "out.pdf"))

    def choose_a4(self):
        self.printer().setPageLayout(print_preview.page_layout(SheetOptions(paper="A4", landscape=False)))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", choose_a4)
    assert print_with_dialog(None, grid_plan(), OPTIONS)
    page = PdfReader(tmp_path / "out.pdf").pages[0]
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(210, abs=0.5)
    assert "1:2,500（A4幅面）" in words(page)


def test_nothing_is_printed_when_the_user_says_no(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(print_preview, "sheet_printer", to_file(tmp_path / "out.pdf"))
    monkeypatch.setattr(QPrintDialog, "exec", lambda self: QPrintDialog.DialogCode.Rejected)
    assert not print_with_dialog(None, grid_plan(), OPTIONS)
    assert not (tmp_path / "out.pdf").exists()
