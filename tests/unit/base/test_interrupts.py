"""A signal ends what nothing came of; while results move it waits, so that they are all old or all new."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bigmap.base import interrupts as module
from bigmap.base.interrupts import interrupts
from bigmap.io.writing import results_folder
from bigmap.io.writing.results_folder import write_files

NAMES = ("a.txt", "b.txt", "c.txt", "d.txt")


class Ended(Exception):
    """In place of the end of the process."""


@pytest.fixture(autouse=True)
def stops(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was said at the end of the process, which is an exception here."""
    said: list[str] = []

    def end(sentence, code) -> None:
        said.append(f"{sentence.render('en')} ({code})")
        raise Ended

    monkeypatch.setattr(module, "end_now", end)
    interrupts.written, interrupts.late = None, False
    interrupts.install()
    yield said
    interrupts.written, interrupts.late = None, False


def old_results(folder: Path) -> dict[str, str]:
    for name in NAMES[:3]:
        (folder / name).write_text("old", encoding="utf-8")
    return contents(folder)


def contents(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in folder.rglob("*.txt")}


def write(folder: Path) -> None:
    write_files({name: lambda path: path.write_text("new", encoding="utf-8") for name in NAMES}, folder)


@pytest.mark.parametrize("number", module.SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("step", range(len(NAMES)))
def test_a_signal_while_results_move_comes_too_late(tmp_path, monkeypatch, stops, step, number):
    move = results_folder.replace_file

    def moved(fresh: Path, target: Path) -> None:
        if target.name == NAMES[step]:
            signal.raise_signal(number)
        move(fresh, target)

    old_results(tmp_path)
    monkeypatch.setattr(results_folder, "replace_file", moved)
    write(tmp_path)
    assert contents(tmp_path) == dict.fromkeys(NAMES, "new")
    assert (stops, interrupts.late, interrupts.written) == ([], True, tmp_path)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("step", range(len(NAMES)))
def test_a_signal_before_a_move_that_fails_finds_everything_as_it_was(tmp_path, monkeypatch, stops, step):
    move = results_folder.replace_file

    def moved(fresh: Path, target: Path) -> None:
        if target.name == NAMES[step]:
            signal.raise_signal(signal.SIGTERM)
            raise KeyError("the system broke")
        move(fresh, target)

    before = old_results(tmp_path)
    monkeypatch.setattr(results_folder, "replace_file", moved)
    with pytest.raises(Ended):
        write(tmp_path)
    assert contents(tmp_path) == before
    assert stops == ["stopped; nothing was written (2)"]


@pytest.mark.parametrize("step", range(len(NAMES)))
def test_a_signal_before_results_move_writes_nothing(tmp_path, stops, step):
    def stop(path: Path) -> None:
        signal.raise_signal(signal.SIGINT)

    before = old_results(tmp_path)
    writers = {name: lambda path: path.write_text("new", encoding="utf-8") for name in NAMES}
    with pytest.raises(Ended):
        write_files({**writers, NAMES[step]: stop}, tmp_path)
    assert contents(tmp_path) == before
    assert stops == ["stopped; nothing was written (2)"]


def test_moves_of_another_thread_are_waited_for(stops):
    """As in the window, whose results are written beside it."""
    inside, go_on = threading.Event(), threading.Event()

    def moving() -> None:
        with interrupts.held():
            inside.set()
            go_on.wait(60)

    thread = threading.Thread(target=moving)
    thread.start()
    inside.wait(60)
    signal.raise_signal(signal.SIGTERM)
    assert stops == []
    with pytest.raises(Ended):  # noqa: PT012 - the handler runs wherever this thread is by then
        go_on.set()
        thread.join()
        threading.Event().wait(60)
    assert stops == ["stopped; nothing was written (2)"]


def test_a_signal_that_is_ignored_stays_so(stops):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as under nohup
    interrupts.install()
    signal.raise_signal(signal.SIGTERM)
    assert stops == []


def test_a_command_that_is_over_is_not_stopped(stops):
    interrupts.rest()
    for number in module.SIGNALS:
        signal.raise_signal(number)
    assert stops == []
