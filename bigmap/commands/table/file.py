"""Menu File: what comes in and what goes out."""

from __future__ import annotations

from bigmap.commands import files, imports, output, view
from bigmap.commands.table.model import OWN, PLAN, Command, Menu

_MENU = Menu.FILE

FILE = (
    Command(
        "open_folder", "Open &folder…", files.open_folder, _MENU, 0, "Ctrl+O", "folder", "Open", ("idle",)
    ),
    Command("open_files", "Open f&iles…", files.open_files, _MENU, 0, "Ctrl+Shift+O", when=("idle",)),
    Command("import", "I&mport with choices…", imports.import_folder, _MENU, 0, "Ctrl+I", when=("idle",)),
    Command("open_sample", "Open the &sample", files.open_sample, _MENU, 0, when=("idle",)),
    Command("export", "&Export all results…", output.export, _MENU, 1, "Ctrl+E", "export", "Export", OWN),
    Command("write_problems", "Save the problem &list…", output.write_problems, _MENU, 1, when=PLAN),
    Command("write_map", "Save the &map as a web page…", output.write_map, _MENU, 1, when=OWN),
    Command("preview", "Print pre&view…", output.preview, _MENU, 2, "Ctrl+F2", "print", "Print", OWN),
    Command("write_pdf", "Print to P&DF…", output.write_pdf, _MENU, 2, when=OWN),
    Command("print_sheet", "&Print…", output.print_sheet, _MENU, 2, "Ctrl+P", when=OWN),
    Command("quit", "&Quit", view.quit_, _MENU, 3, "Ctrl+Q"),
)
