"""Open a planner's folder or files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bigmap.base import settings
from bigmap.base.i18n import Text
from bigmap.base.paths import sample_shapes
from bigmap.base.progress import Progress
from bigmap.commands.desk import Desk
from bigmap.commands.view import zoom_to_all
from bigmap.core.plan import Plan
from bigmap.core.zoning.rules import ZoningRules
from bigmap.mapview.payload import pack_plan
from bigmap.session.document import Document


def open_folder(desk: Desk) -> None:
    """Ask for a folder and plan what is in it."""
    folder = desk.ui.ask_folder(Text("Open a folder of layers"))
    if folder:
        open_paths(desk, [folder])


def open_files(desk: Desk) -> None:
    """Ask for layers and plan them."""
    files = desk.ui.ask_files(Text("Open layers"))
    if files:
        open_paths(desk, files)


def open_sample(desk: Desk) -> None:
    """Plan the sample street office."""
    open_paths(desk, [sample_shapes()])


def open_paths(desk: Desk, paths: Sequence[Path]) -> None:
    """Read and plan a folder or some files, and put the plan on the desk; the one there stays until then."""
    chosen = tuple(paths)

    def done(document: Document) -> None:
        settings.remember(folder=str(_folder_of(chosen[0])))
        desk.session.replace(document)
        zoom_to_all(desk)

    title = Text("Opening {name}", {"name": chosen[0].name or str(chosen[0])})
    desk.ui.run(title, lambda progress: document_of(chosen, progress), done)


def document_of(paths: tuple[Path, ...], progress: Progress) -> Document:
    """Return the document that a folder or some files make."""
    from bigmap.core.pipeline import plan
    from bigmap.io.folder import read_folder

    source = paths[0] if len(paths) == 1 and paths[0].is_dir() else list(paths)
    layers = read_folder(source, progress=progress.part(0.0, 0.15))
    return packed(plan(layers, ZoningRules(), progress.part(0.15, 0.95)), paths, progress.part(0.95, 1.0))


def packed(plan: Plan, paths: tuple[Path, ...], progress: Progress) -> Document:
    """Return the document of a plan, with its scene."""
    progress.step(0.0, Text("Preparing the map"))
    return Document(plan, paths, pack_plan(plan))


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent
