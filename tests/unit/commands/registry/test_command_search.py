"""Finding commands by Chinese, English and first letters."""

from __future__ import annotations

import pytest

from bigmap.base.i18n import LANGUAGES, catalogue
from bigmap.base.pinyin import initials
from bigmap.commands.registry import COMMANDS, WHY, command
from bigmap.commands.registry.command_search import find_commands, folded_text


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("build zones", "build"),
        ("划分片区", "build"),
        ("hfpq", "build"),
        ("pdf", "write_pdf"),
        ("export", "export"),
        ("dcqb", "export"),
        ("BRUSH", "tool_paint"),
        ("zones lock", "lock"),
    ],
)
def test_what_a_query_finds_first(query, first):
    assert find_commands(query)[0].id == first


def test_an_empty_query_finds_all_in_their_order_and_nonsense_nothing():
    assert find_commands("  ") == list(COMMANDS)
    assert find_commands("qqxxzz") == []


def test_every_command_has_a_title_in_both_languages():
    chinese = catalogue("zh")
    assert set(LANGUAGES) == {"zh", "en"}
    for entry in COMMANDS:
        assert folded_text(entry.title)
        assert folded_text(chinese[entry.title]), entry.id


def test_every_fact_a_command_needs_has_a_reason_in_both_languages():
    wanted = {fact for c in COMMANDS for fact in c.when}
    assert wanted <= set(WHY)
    assert all(WHY[fact].render("zh") != WHY[fact].render("en") for fact in wanted)


def test_why_not():
    assert command("export").why_not(frozenset({"idle", "plan", "own_zones"})) is None
    assert command("export").why_not(frozenset({"idle"})) == WHY["plan"]
    assert command("export").why_not(frozenset({"idle", "plan", "checking"})) == WHY["own_zones"]
    assert command("new_zone").why_not(frozenset({"idle", "plan", "own_zones"})) == WHY["chosen"]
    assert command("build").why_not(frozenset({"plan"})) == WHY["idle"]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("划分片区", "hfpq"),
        ("导出PDF", "dcpdf"),
        ("啊座", "az"),
        ("按类型着色(&K)", "alxzsk"),
        ("筼", ""),
        ("…，", ""),
    ],
)
def test_first_letters(text, letters):
    assert initials(text) == letters
