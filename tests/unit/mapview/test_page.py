"""The map documents: what they load, and what they hold themselves."""

from __future__ import annotations

import re
from pathlib import Path

import folium
import pytest

from bigmap.base.i18n import LANGUAGES
from bigmap.base.paths import resources
from bigmap.mapview import vocabulary
from bigmap.mapview.html_export import map_html, write_map_html
from bigmap.mapview.page import SCRIPTS, WORKER, OfflineMap, window_page
from tests.helpers.plans import grid_plan

LOADS = re.compile(
    r"""(?:\bsrc|\bhref)\s*=\s*["']([^"']*)["']|url\(\s*["']?([^"')]+)|@import\s+["']?([^"';]+)"""
)


def loaded(page: str) -> list[str]:
    """Return what a document would fetch: addresses in tags and styles (scripts cut out)."""
    bare = re.sub(r"<script(>| type=.text/plain).*?</script>", "", page, flags=re.DOTALL)
    return ["".join(groups) for groups in LOADS.findall(bare)]


def test_window_page_loads_local_files_only() -> None:
    addresses = loaded(window_page())
    assert f"web/bigmap/{SCRIPTS[-1]}" in addresses
    for address in addresses:
        assert address == "web/qwebchannel.js" or resources(*Path(address).parts).is_file(), address


def test_own_map_leaves_folium_as_it_is() -> None:
    before = list(folium.Map.default_js)
    OfflineMap()
    assert folium.Map.default_js == before
    assert all("://" not in address for _, address in [*OfflineMap.default_js, *OfflineMap.default_css])


def test_every_own_script_is_in_the_list() -> None:
    assert {path.name for path in resources("web", "bigmap").glob("*.js")} == {*SCRIPTS, *WORKER}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shared_page_loads_nothing(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    write_map_html(grid_plan(), path, lang)
    page = path.read_text(encoding="utf-8")
    assert [a for a in loaded(page) if not a.startswith("data:")] == []
    assert "<script src" not in page
    assert "default-src 'none'" in page
    assert vocabulary.page_words(lang)["by_zone"] in page


def test_shared_page_is_the_same_each_time() -> None:
    assert map_html(grid_plan(), "zh") == map_html(grid_plan(), "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_has_every_word_it_asks_for(lang: str) -> None:
    given = vocabulary.page_words(lang)
    asked: set[str] = set()
    for name in SCRIPTS:
        asked |= set(
            re.findall(r"\bwords\.(\w+)", resources("web", "bigmap", name).read_text(encoding="utf-8"))
        )
    assert asked <= set(given)
    assert all(given.values())


def test_an_unknown_code_stands_for_itself() -> None:
    assert vocabulary.word(vocabulary.CAUSE, "new_cause") == "new_cause"
