"""Write results to disk and print the coverage map."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from bigmap.base.i18n import Text, current
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.core.planning.plan import Plan
from bigmap.mapview.html_export import write_map_html
from bigmap.session.document import Checked, Document
from bigmap.session.unsaved import OPEN, note_exported

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_LONGEST = 60
_RESERVED = re.compile(r"(?i)con|prn|aux|nul|com[1-9]|lpt[1-9]")


def export(context: Context) -> None:
    """Ask for a folder and write every result into it: GeoJSON, tables, map, sheet."""
    export_states(context, {OPEN: context.document})


def export_states(
    context: Context,
    states: Mapping[str, Document],
    check: Checked | None = None,
    go_on: Callable[[], None] = lambda: None,
) -> None:
    """Ask for a folder and write every result of some states into it; then, and only then, go on.

    Parameters
    ----------
    context : Context
    states : mapping of str to Document
        By name: that of the name `OPEN` goes into the folder itself, others into folders below ``scenarios``.
    check : Checked, optional
        Zones of somebody else that were repaired; into the folder ``check``.
    go_on : callable
    """
    from bigmap.io.writing.results_folder import write_results

    folder, lang = context.ui.ask_folder(Text("Write the results into")), current()
    if folder is None:
        return
    extras = {
        "coverage.pdf": context.ui.write_pdf,
        "map.html": lambda plan, path: write_map_html(plan, path, lang),
    }
    document = context.session.document

    def work(progress: Progress) -> None:
        share, taken = 1 / (len(states) + (check is not None)), {""}
        for i, (name, state) in enumerate(states.items()):
            out = folder / "scenarios" / folder_name(name, taken) if name else folder
            write_results(state.plan, out, progress.part(i * share, (i + 1) * share), lang, extras)
        if check is not None and document is not None:
            write_checked(check, document.plan, folder / "check", progress.part(1 - share, 1.0))

    def done(_: None) -> None:
        note_exported(context.session, [*states.values(), *([check] if check is not None else [])])
        context.ui.tell(Text("The results are in {folder}", {"folder": str(folder)}))
        go_on()

    context.ui.run(Text("Writing the results"), work, done, droppable=False)


def folder_name(name: str, taken: set[str]) -> str:
    """Return a name that every system takes for a folder, none of those ``taken``; it is one of them then."""
    plain = _NOT_IN_NAMES.sub("_", name).strip(" .")[:_LONGEST].rstrip(" .")
    plain = f"_{plain}" if not plain or _RESERVED.fullmatch(plain.split(".")[0]) else plain
    ways = (plain if n == 1 else f"{plain} {n}" for n in count(1))
    free = next(way for way in ways if way.casefold() not in taken)
    taken.add(free.casefold())
    return free


def write_checked(checked: Checked, plan: Plan, folder: Path, progress: Progress) -> None:
    """Write the zones of a check as they are now, with what is left to do."""
    from bigmap.core.planning.check import Check
    from bigmap.io.writing.check_results import write_check

    ground = (plan.sources, plan.units, plan.problems)
    write_check(Check(checked.zones, checked.coverage, *ground, list(checked.applied)), folder, progress)


def write_map(context: Context) -> None:
    """Ask for a file and write the map into it, as a page that any browser opens without network."""
    plan, lang = context.document.plan, current()
    path = context.ui.ask_save(Text("Save the map as a web page"), "map.html")
    if path is None:
        return

    def work(progress: Progress) -> None:
        progress.step(0.0, Text("Preparing the map"))
        write_map_html(plan, path, lang, progress)

    context.ui.run(Text("Writing {name}", {"name": path.name}), work, lambda _: _told(context, str(path)))


def write_pdf(context: Context) -> None:
    """Ask for a file and write the coverage map into it as PDF."""
    plan = context.document.plan
    path = context.ui.ask_save(Text("Print the coverage map to PDF"), "coverage.pdf")
    if path is None:
        return

    def work(progress: Progress) -> None:
        progress.step(0.0, Text("Drawing the sheet"))
        context.ui.write_pdf(plan, path)

    title = Text("Writing {name}", {"name": path.name})
    context.ui.run(title, work, lambda _: _told(context, str(path)), droppable=False)


def write_problems(context: Context) -> None:
    """Ask for a file and write the problem list into it, as a sheet of the kind its name tells."""
    from bigmap.io.writing.csv_tables import can_write_xlsx, write_problems

    problems, lang = context.session.problems, current()
    name = "problems.xlsx" if can_write_xlsx() else "problems.csv"
    path = context.ui.ask_save(Text("Save the problem list"), name)
    if path is not None:
        write_problems(problems, path, lang)
        _told(context, str(path))


def preview_sheet(context: Context) -> None:
    """Show the printed sheet."""
    plan = context.document.plan
    context.ui.preview(plan)


def print_sheet(context: Context) -> None:
    """Print the coverage map."""
    plan = context.document.plan
    context.ui.print_sheet(plan)


def _told(context: Context, path: str) -> None:
    context.ui.tell(Text("Written: {path}", {"path": path}))
