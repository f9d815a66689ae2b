"""Write results to disk and print the coverage map."""

from __future__ import annotations

from bigmap.base.i18n import Text, current
from bigmap.base.progress import Progress
from bigmap.commands.desk import Desk
from bigmap.mapview.share import write_map_html


def export(desk: Desk) -> None:
    """Ask for a folder and write every result into it: GeoJSON, tables, map, sheet."""
    from bigmap.io.results import write_results

    plan, lang = desk.document.plan, current()
    folder = desk.ui.ask_folder(Text("Write the results into"))
    if folder is None:
        return
    extras = {
        "coverage.pdf": desk.ui.write_pdf,
        "map.html": lambda plan, path: write_map_html(plan, path, lang),
    }

    def work(progress: Progress) -> None:
        write_results(plan, folder, progress, lang, extras)

    def done(_: None) -> None:
        desk.ui.tell(Text("The results are in {folder}", {"folder": str(folder)}))

    desk.ui.run(Text("Writing the results"), work, done, droppable=False)


def write_map(desk: Desk) -> None:
    """Ask for a file and write the map into it, as a page that any browser opens without network."""
    plan, lang = desk.document.plan, current()
    path = desk.ui.ask_save(Text("Save the map as a web page"), "map.html")
    if path is None:
        return

    def work(progress: Progress) -> None:
        progress.step(0.0, Text("Preparing the map"))
        write_map_html(plan, path, lang, progress)

    desk.ui.run(Text("Writing {name}", {"name": path.name}), work, lambda _: _told(desk, str(path)))


def write_pdf(desk: Desk) -> None:
    """Ask for a file and write the coverage map into it as PDF."""
    plan = desk.document.plan
    path = desk.ui.ask_save(Text("Print the coverage map to PDF"), "coverage.pdf")
    if path is None:
        return

    def work(progress: Progress) -> None:
        progress.step(0.0, Text("Drawing the sheet"))
        desk.ui.write_pdf(plan, path)

    title = Text("Writing {name}", {"name": path.name})
    desk.ui.run(title, work, lambda _: _told(desk, str(path)), droppable=False)


def write_problems(desk: Desk) -> None:
    """Ask for a file and write the problem list into it, as a sheet of the kind its name tells."""
    from bigmap.io.tables import can_write_xlsx, write_problems

    problems, lang = desk.document.made.problems, current()
    name = "problems.xlsx" if can_write_xlsx() else "problems.csv"
    path = desk.ui.ask_save(Text("Save the problem list"), name)
    if path is not None:
        write_problems(problems, path, lang)
        _told(desk, str(path))


def preview(desk: Desk) -> None:
    """Show the printed sheet."""
    plan = desk.document.plan
    desk.ui.preview(plan)


def print_sheet(desk: Desk) -> None:
    """Print the coverage map."""
    plan = desk.document.plan
    desk.ui.print_sheet(plan)


def _told(desk: Desk, path: str) -> None:
    desk.ui.tell(Text("Written: {path}", {"path": path}))
