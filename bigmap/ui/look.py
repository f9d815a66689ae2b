"""How the window looks: font, style sheet, icons."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication, QStyleFactory

from bigmap.base.paths import resources

FONTS = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "SimHei",
)
"""Fonts with Chinese, the best for a screen first."""


def dress(app: QApplication) -> None:
    """Give the application a Chinese font and the light style, whatever the desktop's own are."""
    app.setStyle(QStyleFactory.create("Fusion"))
    installed = set(QFontDatabase.families())
    families = [name for name in FONTS if name in installed]
    font = QFont(app.font())
    if families:
        font.setFamilies(families)
    font.setPointSizeF(10.0)
    app.setFont(font)
    style = resources("styles", "light.qss").read_text(encoding="utf-8")
    app.setStyleSheet(style.replace("@icons@", resources("icons").as_posix()))


def icon(name: str) -> QIcon:
    """Return the icon of this name; empty for an empty name."""
    return QIcon(str(resources("icons", f"{name}.svg"))) if name else QIcon()
