"""Choices are found again: in their folder, in next month's, not for another layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bigmap.session import import_memory
from bigmap.session.import_memory import Source, recall_options, remember_options

JUNE, JULY = Path("2026-06"), Path("2026-07")
ESTATES = Source("小区.shp", ("名称", "户数"))


@pytest.fixture(autouse=True)
def _none_before() -> Iterator[None]:
    import_memory.choices_file().unlink(missing_ok=True)
    yield
    import_memory.choices_file().unlink(missing_ok=True)


def test_next_month_needs_no_click() -> None:
    assert not import_memory.anything()
    remember_options(JUNE, [(ESTATES, {"encoding": "Big5"})])
    assert import_memory.anything()
    assert recall_options(JUNE, [ESTATES]) == {"小区.shp": {"encoding": "Big5"}}
    assert recall_options(JULY, [ESTATES]) == {"小区.shp": {"encoding": "Big5"}}


def test_another_layout_is_another_source() -> None:
    remember_options(JUNE, [(ESTATES, {"encoding": "Big5"})])
    assert recall_options(JULY, [Source("小区.shp", ("名称", "总户数"))]) == {}


def test_the_folder_itself_goes_before_others() -> None:
    remember_options(JUNE, [(ESTATES, {"role": "estates"})])
    remember_options(JULY, [(ESTATES, {"role": "buildings"})])
    assert recall_options(JUNE, [ESTATES])["小区.shp"] == {"role": "estates"}
    assert recall_options(Path("2026-08"), [ESTATES])["小区.shp"] == {"role": "buildings"}


def test_what_is_taken_back_is_forgotten_everywhere() -> None:
    remember_options(JUNE, [(ESTATES, {"skip": True})])
    remember_options(JULY, [(ESTATES, {})])
    assert recall_options(JULY, [ESTATES]) == recall_options(JUNE, [ESTATES]) == {}


@pytest.mark.parametrize("text", ["", "{", "{}", '[1, {"folder": 2}]'])
def test_an_unreadable_file_counts_as_none(text: str) -> None:
    import_memory.choices_file().parent.mkdir(parents=True, exist_ok=True)
    import_memory.choices_file().write_text(text, encoding="utf-8")
    assert recall_options(JUNE, [ESTATES]) == {}


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_memory, "KEPT", 2)
    for number in range(3):
        remember_options(JUNE, [(Source(f"{number}.shp", ()), {"skip": True})])
    assert list(recall_options(JUNE, [Source(f"{n}.shp", ()) for n in range(3)])) == ["1.shp", "2.shp"]
