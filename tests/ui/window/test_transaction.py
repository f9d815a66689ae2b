"""A document is opened wholly or not at all, and no job leaves the window stuck."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.commands.registry import command
from bigmap.core.planning.assignment import NOBODY
from bigmap.core.zoning.rules import ZoningRules
from bigmap.mapview.gesture_messages import Began, Brushed, Divided, Ended
from bigmap.session.document import Pick
from bigmap.ui.window.window import Window
from tests.helpers.grids import grid_city
from tests.helpers.qt import PATIENCE_MS, FakeUser, PageTester, document_of
from tests.helpers.random_edits import RandomEditor


class Panic(BaseException):
    """As a library of another language raises it: no `Exception`."""


def seen(window: Window) -> dict[str, object]:
    """Return what the window shows of its document."""
    results = window.results
    return {
        "zones": [(r["zone_id"], r["units"]) for r in results.zones.rows_model.rows],
        "gaps": [gap.area_m2 for gap in results.gaps.rows_model.rows],
        "layers": [r["file"] for r in window.sources.layers.rows_model.rows],
        "problems": window.sources.problems.tree.rows.rowCount(),
        "status": window.status.totals.text(),
        "title": window.windowTitle(),
        "land": results.figures.land.value.text(),
    }


def fails_once(monkeypatch: pytest.MonkeyPatch, where: object, name: str, error: BaseException) -> None:
    """Let a method fail when it is called next, and work again then."""
    real, left = getattr(where, name), [error]

    def act(*args: object, **kwargs: object) -> object:
        if left:
            raise left.pop()
        return real(*args, **kwargs)

    monkeypatch.setattr(where, name, act)


VIEWS: dict[str, Callable[[Window], tuple[object, str]]] = {
    "map": lambda w: (w.map, "show_scene"),
    "hand": lambda w: (w.hand, "show_document"),
    "padlocks": lambda w: (w.padlocks, "show_document"),
    "banner": lambda w: (w.banner, "show_document"),
    "status bar": lambda w: (w.status, "show_document"),
    "layers": lambda w: (w.sources, "show_document"),
    "tables": lambda w: (w.results, "show_session"),
    "charts": lambda w: (w.results.charts, "show_rows"),
    "gaps": lambda w: (w.hand, "show_gaps"),
    "commands": lambda w: (w.menus, "follow"),
}


@pytest.mark.parametrize(
    ("view", "error"), [(v, (ZeroDivisionError, Panic)[i % 2]("on purpose")) for i, v in enumerate(VIEWS)]
)
def test_a_document_that_one_view_cannot_show_is_not_put_on_the_desk(
    opened: Window, page: PageTester, user: FakeUser, view: str, error: BaseException, monkeypatch, caplog
) -> None:
    session, before = opened.session, seen(opened)
    document, steps = session.document, session.history.before
    scenarios = {"甲案": document}
    session.scenarios = scenarios
    fails_once(monkeypatch, *VIEWS[view](opened), error)
    opened.defects.attempt(lambda: session.open(document_of(grid_city(5, 4, 3))))
    assert session.document is document
    assert session.history.before == steps
    assert session.scenarios == scenarios
    assert seen(opened) == before
    assert len(user.refused) == 1
    assert "nothing was changed" in user.refused[0]
    page.wait("bigmap.view.scene && bigmap.view.scene.unit_zone.length === 12")
    assert "on purpose" in caplog.text
    caplog.clear()
    opened.defects.attempt(lambda: session.open(document_of(grid_city(5, 4, 3))))  # now all views can
    assert len(user.refused) == 1
    assert len(opened.results.zones.rows_model.rows) == 2
    page.wait("bigmap.view.scene && bigmap.view.scene.unit_zone.length === 20")


@pytest.mark.parametrize("view", ["tables", "status bar"])
def test_an_edit_that_one_view_cannot_show_is_not_made(
    opened: Window, page: PageTester, user: FakeUser, view: str, monkeypatch, caplog
) -> None:
    session, before = opened.session, seen(opened)
    document = session.document
    where, name = {
        "tables": (opened.results, "follow"),
        "status bar": (opened.status, "show_document"),
    }[view]
    fails_once(monkeypatch, where, name, ZeroDivisionError("on purpose"))
    session.choose([10, 11])
    opened.do(command("new_zone"))
    assert session.document is document
    assert session.history.undoable.template == "Choose {n} units"
    assert session.tally.zone.tolist() == document.built.zone_of_unit.tolist()
    assert seen(opened) == before
    assert len(user.refused) == 1
    assert "nothing was changed" in user.refused[0]
    caplog.clear()
    opened.do(command("new_zone"))
    assert len(opened.results.zones.rows_model.rows) == 4
    page.wait("bigmap.view.scene.unit_zone[10] === 3")
    assert len(user.refused) == 1


def test_a_stroke_that_cannot_be_shown_leaves_nothing(
    qtbot: QtBot, opened: Window, page: PageTester, user: FakeUser, monkeypatch, caplog
) -> None:
    """While the brush is down tables follow with the next frame, out of reach of who moved it."""
    session, before = opened.session, seen(opened)
    fails_once(monkeypatch, opened.results, "follow", ZeroDivisionError("on purpose"))
    session.select(Pick("zone", 0))
    opened.do(command("tool_paint"))
    for gesture in (Began(), Brushed([5])):
        opened.map.gesture.emit(gesture)
    qtbot.waitUntil(lambda: bool(user.refused), timeout=PATIENCE_MS)
    assert "nothing was changed" in user.refused[0]
    assert session.stroke is None
    assert seen(opened) == before
    opened.map.gesture.emit(Ended())  # the mouse goes up when the box is closed
    assert session.history.undoable is None
    assert len(user.refused) == 1
    caplog.clear()


def test_what_was_changed_before_something_failed_is_not_called_unchanged(
    opened: Window, user: FakeUser, caplog
) -> None:
    def act() -> None:
        opened.session.choose([10])
        opened.do(command("new_zone"))
        raise ZeroDivisionError("on purpose")

    opened.defects.attempt(act)
    assert len(opened.results.zones.rows_model.rows) == 4
    assert user.refused[0].startswith("This is a defect of bigmap. The details are in")
    caplog.clear()


# --- the lane ---


RAISED = (ZeroDivisionError, MemoryError, Panic, SystemExit, GeneratorExit)


@pytest.mark.parametrize(
    ("when", "error"), [("work", KeyboardInterrupt), *((w, e) for w in ("work", "done") for e in RAISED)]
)
def test_whatever_a_job_raises_the_lane_is_free_again(
    qtbot: QtBot, opened: Window, user: FakeUser, error: type[BaseException], when: str, caplog
) -> None:
    before, document = seen(opened), opened.session.document

    def fail(_: object) -> None:
        raise error("on purpose")

    work, done = (fail, lambda _: pytest.fail("came back")) if when == "work" else (lambda _: 1, fail)
    opened.context.ui.run(Text("Testing"), work, done)
    qtbot.waitUntil(lambda: bool(user.refused), timeout=PATIENCE_MS)
    assert ("Not enough memory" if error is MemoryError else "nothing was changed") in user.refused[0]
    assert not opened.lane.busy
    assert not opened.session.busy
    assert opened.menus.actions["build"].isEnabled()
    assert not opened.status.stop.isVisible()
    assert opened.session.document is document
    assert seen(opened) == before
    if error is not MemoryError:  # no defect
        assert "on purpose" in caplog.text
    caplog.clear()
    user.rules = ZoningRules(zones=2)
    opened.do(command("build"))
    qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)
    assert len(opened.session.document.built.zones) == 2


def test_a_system_that_gives_no_thread_leaves_the_lane_free(
    qtbot: QtBot, opened: Window, user: FakeUser, monkeypatch, caplog
) -> None:
    def start(_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", start)
        opened.context.ui.run(Text("Testing"), lambda _: 1, lambda _: pytest.fail("came back"))
    assert len(user.refused) == 1
    assert not opened.lane.busy
    assert opened.menus.actions["build"].isEnabled()
    caplog.clear()
    came: list[int] = []
    opened.context.ui.run(Text("Testing"), lambda _: 1, came.append)
    qtbot.waitUntil(lambda: came == [1], timeout=PATIENCE_MS)


def test_a_panic_in_foresight_does_not_end_it(
    qtbot: QtBot, opened: Window, user: FakeUser, monkeypatch, caplog
) -> None:
    """What a line under way would do is worked out beside the UI thread."""
    from bigmap.core.editing import gestures

    opened.do(command("tool_cut"))
    ground = opened.session.tally.unit_index.units.polygons[0].bounds
    line = Divided([ground[0], ground[1] + 50, ground[2] + 100, ground[1] + 50], done=False)
    found: list[object] = []
    opened.session.previewed.connect(found.append)

    def panic(*_: object) -> None:
        raise Panic("on purpose")

    with monkeypatch.context() as patch:
        patch.setattr(gestures, "split_crossed", panic)
        opened.map.gesture.emit(line)
        qtbot.waitUntil(lambda: bool(user.refused), timeout=PATIENCE_MS)
    caplog.clear()
    opened.map.gesture.emit(line)
    qtbot.waitUntil(lambda: any(found), timeout=PATIENCE_MS)


# --- edits ---


def test_after_neighbouring_units_are_erased_edits_go_on_without_a_word(
    opened: Window, user: FakeUser
) -> None:
    """Ground without a zone of several units stands in the list of gaps as an array of their rows."""
    session = opened.session
    session.choose([0, 1])
    opened.do(command("erase_chosen"))
    session.choose([7])
    opened.do(command("erase_chosen"))
    session.choose([10])
    opened.do(command("new_zone"))
    opened.do(command("undo"))
    assert user.refused == []
    assert sorted(gap.area_m2 for gap in opened.results.gaps.rows_model.rows) == pytest.approx(
        [10_000, 10_000, 20_000], rel=0.01
    )
    assert session.tally.zone[[0, 1, 7]].tolist() == [NOBODY] * 3


def test_random_edits_bring_up_no_box(qtbot: QtBot, window: Window, user: FakeUser) -> None:
    """`tests.bench.bench_random_edits` does 2,000."""
    window.session.open(document_of(grid_city(8, 6, 5, seed=7, holes=0.05, bare=0.05)))
    editor = RandomEditor(window, user, seed=7)
    for i in range(60):
        kind = editor.step()
        assert (i, kind, user.refused, editor.faults()) == (i, kind, [], [])
    assert {"erase", "paint", "divide", "recut", "lock", "undo"} <= set(editor.done)
