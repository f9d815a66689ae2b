"""The coverage map on paper: one painter for preview, printer, PDF and PNG."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)

from bigmap.base.atomic_write import store
from bigmap.base.errors import UserError
from bigmap.base.version import __version__
from bigmap.core.planning.plan import Plan
from bigmap.ui.printing.content import sheet_title
from bigmap.ui.printing.layout import paper_size
from bigmap.ui.printing.pages import Sheet
from bigmap.ui.printing.sheet_options import SheetOptions

__all__ = [
    "SheetOptions",
    "blank_image",
    "page_layout",
    "paint_sheet",
    "pdf_bytes",
    "png_bytes",
    "write_pdf",
    "write_png",
]

_PDF_DPI = 600


def paint_sheet(device: QPaintDevice, plan: Plan, options: SheetOptions) -> None:
    """Paint all pages in the size of the device's paper; an image gets the first page.

    Parameters
    ----------
    device : QPaintDevice
        A `QPdfWriter` or `QPrinter` with `page_layout`, or an image of the whole paper.
    plan : Plan
    options : SheetOptions
        ``paper`` and ``landscape`` are not looked at: the device has a paper of its own.

    Raises
    ------
    UserError
        Where the device takes no picture, or no Chinese font is installed.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise UserError("The sheet cannot be printed: the printer or the file does not accept it.")
    try:
        sheet = Sheet(painter, plan, options, *_size_mm(device))
        sheet.paint(1)
        if isinstance(device, QPagedPaintDevice):
            for number in range(2, sheet.pages + 1):
                device.newPage()
                sheet.paint(number)
    finally:
        painter.end()


def _size_mm(device: QPaintDevice) -> tuple[float, float]:
    if isinstance(device, QPagedPaintDevice):
        size = device.pageLayout().fullRect(QPageLayout.Unit.Millimeter).size()
        return size.width(), size.height()
    return device.width() / device.logicalDpiX() * 25.4, device.height() / device.logicalDpiY() * 25.4


def page_layout(options: SheetOptions) -> QPageLayout:
    """Return the paper of a sheet without margins: the sheet keeps its own."""
    short, long = paper_size(options.paper, landscape=False)
    size = QPageSize(QSizeF(short, long), QPageSize.Unit.Millimeter, options.paper)
    way = QPageLayout.Orientation.Landscape if options.landscape else QPageLayout.Orientation.Portrait
    layout = QPageLayout(size, way, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    return layout


def write_pdf(plan: Plan, path: Path, options: SheetOptions | None = None) -> None:
    """Write the sheet as a vector PDF with real text; needs no display and no running application.

    Raises
    ------
    UserError
        Where the file cannot be written or no Chinese font is installed.
    """
    options = options or SheetOptions()
    store(path, pdf_bytes(plan, options, page_layout(options)))


def pdf_bytes(plan: Plan, options: SheetOptions, layout: QPageLayout) -> bytes:
    """Return the sheet as PDF on the paper of a layout."""
    content = QByteArray()
    with _application():
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(_PDF_DPI)
        writer.setPageLayout(layout)
        writer.setTitle(sheet_title(plan, options))
        writer.setCreator(f"bigmap {__version__}")
        paint_sheet(writer, plan, options)
        buffer.close()
    return bytes(content.data())


def write_png(plan: Plan, path: Path, options: SheetOptions | None = None, dpi: int = 150) -> None:
    """Write the first page as a picture of ``dpi`` dots an inch; errors as `write_pdf`."""
    options = options or SheetOptions()
    with _application():
        image = blank_image(options, dpi)
        paint_sheet(image, plan, options)
        content = png_bytes(image)
    store(path, content)


def png_bytes(image: QImage) -> bytes:
    """Return a picture as PNG."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(content.data())


def blank_image(options: SheetOptions, dpi: int) -> QImage:
    """Return white paper of the size asked for."""
    w, h = (round(mm / 25.4 * dpi) for mm in paper_size(options.paper, options.landscape))
    image = QImage(w, h, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(dpi / 0.0254))
    image.setDotsPerMeterY(round(dpi / 0.0254))
    image.fill("white")
    return image


@contextmanager
def _application() -> Iterator[None]:
    """Have a Qt application while painting; one made here goes away, so that a window may follow."""
    if QGuiApplication.instance() is not None:
        yield
        return
    # On Windows and macOS the fonts come with the desktop's own platform, which is always there.
    platform = ["-platform", "offscreen"] if sys.platform.startswith("linux") else []
    app = QGuiApplication(["bigmap", *platform])
    try:
        yield
    finally:
        app.shutdown()
