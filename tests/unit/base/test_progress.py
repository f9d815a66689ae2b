"""A stop is answered in the middle of a step, and what was dropped changes nothing any more."""

from __future__ import annotations

import threading

import pytest

from bigmap.base.errors import Cancelled
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress

GUARD_S = 60


def test_watched_work_gives_its_result_and_its_progress():
    told = []
    progress = Progress(lambda fraction, text: told.append((fraction, text.template)), lambda: False)

    def work(bar):
        bar.step(0.5, Text("Building zones"))
        return threading.current_thread()

    assert progress.part(0.5, 1.0).watched(work) is not threading.current_thread()
    assert told == [(0.75, "Building zones")]


def test_watched_work_raises_here_what_it_raised_there():
    def work(_):
        raise ZeroDivisionError("on purpose")

    with pytest.raises(ZeroDivisionError, match="on purpose"):
        Progress(cancelled=lambda: False).watched(work)


def test_nobody_who_can_stop_it_no_thread():
    assert Progress().watched(lambda _: threading.current_thread()) is threading.current_thread()


def test_a_stop_is_answered_while_the_work_is_inside_a_library():
    inside, come_back, steps = threading.Event(), threading.Event(), []
    over = threading.Event()

    def work(bar):
        inside.set()
        come_back.wait(GUARD_S)
        try:
            bar.step(0.5, Text("Building zones"))
            steps.append("went on")
        except Cancelled:
            steps.append("ended")
        over.set()

    stopped = inside.is_set
    with pytest.raises(Cancelled):
        Progress(lambda *_: steps.append("reported"), stopped).watched(work)
    inside.clear()  # the lane is used again: its stop is taken back, the dropped work stays dropped
    come_back.set()
    assert over.wait(GUARD_S)
    assert steps == ["ended"]


def test_enough_ends_a_search_with_what_it_has():
    end = threading.Event()

    def search(_):
        assert end.wait(GUARD_S)
        return "the best"

    assert Progress(enough=lambda: True).watched(search, end=end.set) == "the best"


def test_a_search_that_does_not_hand_over_is_dropped():
    come_back = threading.Event()
    with pytest.raises(TimeoutError):
        Progress(enough=lambda: True).watched(lambda _: come_back.wait(GUARD_S), end=lambda: None)
    come_back.set()


def test_an_interrupt_drops_the_work():
    """Ctrl+C is raised in whoever waits."""
    come_back, dropped = threading.Event(), threading.Event()

    def work(bar):
        come_back.wait(GUARD_S)
        try:
            bar.check()
        except Cancelled:
            dropped.set()

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Progress(cancelled=interrupted).watched(work)
    come_back.set()
    assert dropped.wait(GUARD_S)
