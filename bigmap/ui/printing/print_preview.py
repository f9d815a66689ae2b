"""Preview and printing of the coverage map, by the painter of `bigmap.ui.printing.sheet`."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPaintEngine
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtWidgets import QComboBox, QDialog, QMessageBox, QToolBar, QToolButton, QWidget

from bigmap.base.atomic_write import store
from bigmap.base.errors import UserError
from bigmap.base.i18n import tr
from bigmap.core.planning.plan import Plan
from bigmap.ui.printing.content import sheet_title
from bigmap.ui.printing.layout import PAPERS, paper_name
from bigmap.ui.printing.sheet import SheetOptions, page_layout, paint_sheet, pdf_bytes
from bigmap.ui.widgets.dialog import fit_to_screen, temporary


def show_preview(parent: QWidget | None, plan: Plan, options: SheetOptions) -> None:
    """Show the sheet as it will be printed, with a choice of paper; the printer is chosen from there."""
    with temporary(preview_dialog(parent, plan, options)) as dialog:
        dialog.exec()


def print_with_dialog(parent: QWidget | None, plan: Plan, options: SheetOptions) -> bool:
    """Ask for a printer and print; return whether it was printed.

    Raises
    ------
    UserError
        Where the printer takes no picture, or the file it prints into cannot be written.
    """
    printer = sheet_printer(plan, options)
    with temporary(QPrintDialog(printer, parent)) as dialog:
        dialog.setWindowTitle(tr("Print the coverage map"))
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return False
    printer.setFullPage(True)
    _paint(printer, plan, options)
    return True


def _paint(printer: QPrinter, plan: Plan, options: SheetOptions) -> None:
    """Print on paper or on the preview; into a file whole or not at all, which Qt's own printer does not."""
    into_file = printer.outputFileName() and printer.outputFormat() == QPrinter.OutputFormat.PdfFormat
    if into_file and printer.paintEngine().type() == QPaintEngine.Type.Pdf:  # a preview has another engine
        store(Path(printer.outputFileName()), pdf_bytes(plan, options, printer.pageLayout()))
    else:
        paint_sheet(printer, plan, options)


def sheet_printer(plan: Plan, options: SheetOptions) -> QPrinter:
    """Return the default printer, set to the paper of the sheet and to its whole surface."""
    return _set_up(QPrinter(QPrinter.PrinterMode.HighResolution), plan, options)


def _set_up(printer: QPrinter, plan: Plan, options: SheetOptions) -> QPrinter:
    printer.setDocName(sheet_title(plan, options))
    printer.setFullPage(True)
    printer.setPageLayout(page_layout(options))
    return printer


def preview_dialog(parent: QWidget | None, plan: Plan, options: SheetOptions) -> QPrintPreviewDialog:
    """Return the preview, not yet shown."""
    dialog = QPrintPreviewDialog(parent)
    printer = _set_up(dialog.printer(), plan, options)
    dialog.setWindowTitle(tr("Print preview of the coverage map"))

    def paint(device: QPrinter) -> None:
        try:
            _paint(device, plan, options)
        except UserError as error:
            QMessageBox.warning(dialog, "bigmap", str(error))

    dialog.paintRequested.connect(paint)
    _arrange(dialog, printer)
    dialog.resize(1200, 860)
    fit_to_screen(dialog)
    return dialog


def _arrange(dialog: QPrintPreviewDialog, printer: QPrinter) -> None:
    """Put print and the paper to the left, where a narrow screen does not cut them off."""
    bar = dialog.findChildren(QToolBar)[0]
    bar.setIconSize(QSize(20, 20))
    print_ = bar.actions()[-1]
    first = bar.actions()[0]
    bar.insertAction(first, print_)
    bar.insertWidget(first, _paper_choice(dialog, printer))
    bar.insertSeparator(first)
    button = bar.widgetForAction(print_)
    if isinstance(button, QToolButton):
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def _paper_choice(dialog: QPrintPreviewDialog, printer: QPrinter) -> QWidget:
    choice = QComboBox(dialog)
    choice.setAccessibleName(tr("Paper"))
    choice.setToolTip(tr("Paper"))
    choice.addItems(list(PAPERS))
    size = printer.pageLayout().pageSize().size(QPageSize.Unit.Millimeter)
    choice.setCurrentText(paper_name(size.width(), size.height()))
    preview = dialog.findChildren(QPrintPreviewWidget)[0]

    def change(paper: str) -> None:
        landscape = printer.pageLayout().orientation() == QPageLayout.Orientation.Landscape
        printer.setPageLayout(page_layout(SheetOptions(paper=paper, landscape=landscape)))
        preview.updatePreview()

    choice.currentTextChanged.connect(change)
    return choice
