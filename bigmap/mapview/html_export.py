"""The map as one file: opens from disk in any browser, with no network and no bigmap."""

from __future__ import annotations

import base64
from pathlib import Path

from bigmap.base.atomic_write import store
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.planning.plan import Plan
from bigmap.mapview.page import shared_page
from bigmap.mapview.scene import pack_plan
from bigmap.mapview.vocabulary import page_words


def map_html(plan: Plan, lang: str | None = None) -> str:
    """Return the map of a plan as one HTML document in ``lang``, or in the language in use."""
    scene = base64.b64encode(pack_plan(plan)).decode()
    return shared_page(scene, page_words(lang), Text("Coverage map of the service zones").render(lang))


def write_map_html(plan: Plan, path: Path, lang: str | None = None, progress: Progress | None = None) -> None:
    """Write the map of a plan as one self-contained HTML file.

    Parameters
    ----------
    plan : Plan
    path : pathlib.Path
        File to write, replaced if there.
    lang : {'zh', 'en'}, optional
        Language of legend and hints; the language in use by default.
    progress : Progress, optional
        A stop leaves the file as it was.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    page = map_html(plan, lang).encode("utf-8", "replace")
    (progress or Progress()).check()
    store(path, page)
