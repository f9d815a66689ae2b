"""Qt's own texts (its buttons, file dialogs, menus of text boxes) in the language in use."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from bigmap.base.i18n import current

_CATALOGUES = {"zh": "qtbase_zh_CN"}
"""Language and the catalogue that PySide6 brings for it; Qt's own texts are English."""
_NAME = "bigmap-qt-texts"


def translate_qt() -> None:
    """Let Qt speak the language in use."""
    app = QCoreApplication.instance()
    assert app is not None
    wanted = _CATALOGUES.get(current(), "")
    held = app.findChild(QTranslator, _NAME)
    if held is not None and held.property("catalogue") == wanted:
        return
    if held is not None:
        app.removeTranslator(held)
        held.setParent(None)
        held.deleteLater()
    if not wanted:
        return
    translator = QTranslator(app)
    translator.setObjectName(_NAME)
    translator.setProperty("catalogue", wanted)
    translator.load(wanted, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    app.installTranslator(translator)
