"""Menu File: what comes in and what goes out."""

from __future__ import annotations

from bigmap.commands.documents import export, open_document
from bigmap.commands.registry.command import OWN, PLAN, Command, Menu
from bigmap.commands.viewing import view

_MENU = Menu.FILE

FILE = (
    Command(
        "open_folder",
        "Open &folder…",
        open_document.open_folder,
        _MENU,
        0,
        "Ctrl+O",
        "folder",
        "Open",
        ("idle",),
    ),
    Command("open_files", "Open f&iles…", open_document.open_files, _MENU, 0, "Ctrl+Shift+O", when=("idle",)),
    Command(
        "import", "I&mport with choices…", open_document.import_folder, _MENU, 0, "Ctrl+I", when=("idle",)
    ),
    Command("open_sample", "Open the &sample", open_document.open_sample, _MENU, 0, when=("idle",)),
    Command("export", "&Export all results…", export.export, _MENU, 1, "Ctrl+E", "export", "Export", OWN),
    Command("write_problems", "Save the problem &list…", export.write_problems, _MENU, 1, when=PLAN),
    Command("write_map", "Save the &map as a web page…", export.write_map, _MENU, 1, when=OWN),
    Command("preview", "Print pre&view…", export.preview_sheet, _MENU, 2, "Ctrl+F2", "print", "Print", OWN),
    Command("write_pdf", "Print to P&DF…", export.write_pdf, _MENU, 2, when=OWN),
    Command("print_sheet", "&Print…", export.print_sheet, _MENU, 2, "Ctrl+P", when=OWN),
    Command("quit", "&Quit", view.quit_, _MENU, 3, "Ctrl+Q"),
)
