"""The shared map in a real browser, from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEngineProfile, QWebEngineUrlRequestInterceptor
from PySide6.QtWebEngineWidgets import QWebEngineView
from pytestqt.qtbot import QtBot

from bigmap.mapview.html_export import write_map_html
from bigmap.ui.map.map_widget import MapPage
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, PageTester

pytestmark = pytest.mark.web


class Listener(QWebEngineUrlRequestInterceptor):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def interceptRequest(self, info) -> None:
        if info.requestUrl().scheme() not in ("data", "blob"):
            self.asked.append(info.requestUrl().toString())


class Anywhere(MapPage):
    def acceptNavigationRequest(self, *_) -> bool:
        return True


class Browser:
    """Somebody's browser: a view with a page of its own, and what it asked for."""

    def __init__(self) -> None:
        self.profile, self.listener, self.view = QWebEngineProfile(), Listener(), QWebEngineView()
        self.profile.setUrlRequestInterceptor(self.listener)
        self.view.setPage(Anywhere(self.profile, self.view))
        self.view.resize(900, 700)
        self.view.show()


@pytest.fixture
def browser(qtbot: QtBot) -> Iterator[Browser]:
    browser = Browser()
    yield browser
    shiboken6.delete(browser.view)
    shiboken6.delete(browser.profile)


def test_shared_map_opens_from_disk_and_asks_for_nothing(
    qtbot: QtBot, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "地图.html"
    write_map_html(grid_plan(), path, "zh")
    with qtbot.waitSignal(browser.view.loadFinished, timeout=PATIENCE_MS) as finished:
        browser.view.load(QUrl.fromLocalFile(str(path)))
    assert finished.args == [True]
    page = PageTester(qtbot, browser)  # type: ignore[arg-type] # it has a view, which is all that is asked for
    page.wait("window.bigmap !== undefined || typeof bigmap !== 'undefined'")
    assert page.value("bigmap.view.scene.unit_names.at(0)") == "筼筜一里"
    assert "服务片区" in page.value("document.querySelector('.bigmap-legend').textContent")
    assert page.value("document.title") == "服务片区覆盖图"
    assert len(browser.listener.asked) == 1  # the file itself
