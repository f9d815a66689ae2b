"""Windows with a user who answers at once, in a Qt that is ready for the web view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bigmap.app import prepare
from bigmap.base import i18n
from bigmap.ui.map.map_widget import MapWidget
from bigmap.ui.window.window import Window
from tests.helpers.blank_page import blank_page
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser, PageTester, document_of

prepare()  # before pytest-qt makes the application

# What Qt says on a machine without graphics card or desktop; nothing of ours.
_HARDWARE = (
    "^Sandboxing disabled by user",
    "QRhi|RHI|Vulkan|^GBM is not supported|^GPUInfo not initialized",
    "^Unable to detect GPU vendor|^WebEngineContext is used before",  # Qt 6.8 and 6.9
    "^This plugin does not support",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_ignore(*_HARDWARE, extend=True))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.fixture
def user() -> FakeUser:
    return FakeUser()


@pytest.fixture(autouse=True)
def _map_page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give maps a real page in tests that are marked ``web`` or ask for it, and a blank one in others.

    A real page is a process of its own, which takes longer than the rest of the window.
    """
    if "page" not in request.fixturenames and request.node.get_closest_marker("web") is None:
        monkeypatch.setattr(MapWidget, "_make_view", blank_page)


@pytest.fixture
def window(qtbot: QtBot, user: FakeUser) -> Iterator[Window]:
    """An empty window whose page has come up."""
    window = Window(ui=user)
    user.sit_at(window)
    window.resize(1400, 900)
    with qtbot.waitSignal(window.map.ready, timeout=PATIENCE_MS):
        window.show()
    yield window
    window.close()  # deletes the page before its profile
    window.deleteLater()


@pytest.fixture
def opened(qtbot: QtBot, window: Window) -> Window:
    """A window with the plan of twelve boxes, drawn."""
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.session.replace(document_of(grid_plan()))
    return window


@pytest.fixture
def page(qtbot: QtBot, opened: Window) -> PageTester:
    """The page of that window, painted."""
    tester = PageTester(qtbot, opened.map)
    tester.idle()
    return tester
