"""The map document, made by folium, with scripts and styles from ``resources/web`` only."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Element

from bigmap.base.paths import resources

SCRIPTS = (
    "packet.js", "shapes.js", "within.js", "colours.js", "hatch.js", "board.js", "basemap.js", "tiles.js",
    "ground.js", "lines.js", "labels.js", "marks.js", "tools.js", "measure.js", "gesture.js", "choose.js",
    "brush.js", "draw.js", "border.js", "locks.js", "legend.js", "hover.js", "place.js", "idle.js",
    "bridge.js", "map.js",
)  # fmt: skip
"""Own scripts in ``resources/web/bigmap``, in the order they are loaded."""

WORKER = ("packet.js", "shapes.js", "raster.js", "seams.js", "worker.js")
"""Own scripts of the workers, after `_INDEX`; they travel as text in the page, so any address will do."""

_INDEX = "web/flatbush/flatbush.js"
_POLICY = (
    "default-src 'none'; script-src {0} 'unsafe-inline'; style-src {0} 'unsafe-inline'; "
    "img-src {0} data:{1}; connect-src {0}; worker-src blob:"
)


class OfflineMap(folium.Map):
    """A folium map that asks for local Leaflet and for nothing else."""

    default_js = [("leaflet", "web/leaflet/leaflet.js")]  # noqa: RUF012 - folium's own declaration
    default_css = [("leaflet_css", "web/leaflet/leaflet.css")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(
            location=[0, 0],
            tiles=None,
            crs="Simple",
            zoom_start=-2,
            min_zoom=-12,
            max_zoom=6,
            zoom_snap=0.25,
            zoom_control=False,
            attribution_control=False,
            fade_animation=False,
        )
        self._id = "bigmap"


@cache
def window_page() -> str:
    """Return the document of the window: scripts by address, scenes over the bridge."""
    return _document("bigmap:", ["web/qwebchannel.js", *_scripts()], "bigmap.open(map);")


def shared_page(scene: str, words: dict[str, str], title: str) -> str:
    """Return a document that holds everything itself.

    Parameters
    ----------
    scene : str
        The packed scene in base64.
    words : dict of str to str
        The words of the page.
    title : str
    """
    start = f"bigmap.openShared(map, {_script_json(words)}, '{scene}');"
    page = _document("", _scripts(), start)
    page = page.replace("<head>", f"<head>\n<title>{html.escape(title)}</title>", 1)
    page = re.sub(r'<script src="(web/[^"]+)"></script>', lambda m: f"<script>{_file(m[1])}</script>", page)
    return re.sub(
        r'<link rel="stylesheet" href="(web/[^"]+)"/>', lambda m: f"<style>{_css(m[1])}</style>", page
    )


def _document(source: str, scripts: list[str], start: str) -> str:
    page = OfflineMap()
    page.render()
    figure: Any = page.get_root()  # a branca.Figure
    # Pictures of a map service come from outside; the window's gate knows which hosts the user chose.
    policy = _POLICY.format(source, " https:" if source else "").replace("  ", " ")
    figure.header.add_child(
        Element(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'), index=0
    )
    figure.header.add_child(Element('<link rel="stylesheet" href="web/bigmap/map.css"/>'))
    figure.header.add_child(
        Element(f'<script type="text/plain" id="bigmap-worker">{_worker()}</script>'), name="worker"
    )
    for address in scripts:
        figure.header.add_child(Element(f'<script src="{address}"></script>'))
    figure.script.add_child(Element(f"const map = {page.get_name()}; {start}"))
    return str(figure.render())


def _scripts() -> list[str]:
    return [_INDEX, *(f"web/bigmap/{name}" for name in SCRIPTS)]


def _worker() -> str:
    return "\n".join(_file(a) for a in (_INDEX, *(f"web/bigmap/{name}" for name in WORKER)))


def _file(address: str) -> str:
    return resources(*Path(address).parts).read_text(encoding="utf-8")


def _css(address: str) -> str:
    """Return a style sheet without the pictures it would load: the map uses none of Leaflet's."""
    return re.sub(r"url\((?![\"']?data:)[^)]*\)", "none", _file(address))


def _script_json(value: object) -> str:
    """Return JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
