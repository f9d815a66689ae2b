"""How the window looks: font, style sheet, light or dark, icons."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from bigmap.base.paths import resources
from bigmap.base.temp_folders import new_temp_folder
from bigmap.ui.widgets.day_night import is_night, shade, shaded, use_night

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

_Role = QPalette.ColorRole
_PALETTE = {
    _Role.Window: "#f7f8f7",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#f8faf9",
    _Role.Button: "#ffffff",
    _Role.ToolTipBase: "#ffffff",
    _Role.WindowText: "#1f2937",
    _Role.Text: "#1f2937",
    _Role.ButtonText: "#1f2937",
    _Role.ToolTipText: "#1f2937",
    _Role.PlaceholderText: "#6b7280",
    _Role.Highlight: "#dbe8fd",
    _Role.HighlightedText: "#12316b",
    _Role.Link: "#174ea6",
    _Role.Mid: "#d5d9de",
}


def apply_theme(app: QApplication, theme: str = "light") -> None:
    """Give the application a Chinese font and a look of its own, whatever the desktop's are.

    Parameters
    ----------
    app : QApplication
    theme : {'light', 'dark', 'system'}
        'system' is dark where the desktop is.
    """
    use_night(theme == "dark" or (theme == "system" and desktop_is_dark(app)))
    if app.style().objectName() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    installed = set(QFontDatabase.families())
    families = [name for name in FONTS if name in installed]
    font = QFont(app.font())
    if families:
        font.setFamilies(families)
    font.setPointSizeF(10.0)
    app.setFont(font)
    app.setPalette(_palette())
    style = shaded(resources("styles", "light.qss").read_text(encoding="utf-8"))
    app.setStyleSheet(style.replace("@icons@", _icons().as_posix()))


def desktop_is_dark(app: QApplication) -> bool:
    """Return whether the desktop is dark; one that does not tell is light."""
    return bool(app.styleHints().colorScheme() == Qt.ColorScheme.Dark)


def _palette() -> QPalette:
    palette = QPalette()
    for role, colour in _PALETTE.items():
        palette.setColor(role, QColor(shade(colour)))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(shade("#a3aab4")))
    return palette


def icon(name: str) -> QIcon:
    """Return the icon of this name; empty for an empty name."""
    return QIcon(str(_icons() / f"{name}.svg")) if name else QIcon()


def _icons() -> Path:
    try:
        return _nightly_icons() if is_night() else resources("icons")
    except OSError:  # no room for temporary files
        return resources("icons")


@cache
def _nightly_icons() -> Path:
    """Return a folder with the icons in the colours of the night, gone with the program."""
    folder = new_temp_folder()
    for path in resources("icons").glob("*.svg"):
        drawn = shaded(path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(drawn, encoding="utf-8")
    return folder
