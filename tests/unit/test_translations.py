"""Every sentence a user may read has its Chinese, with the same names in braces."""

from __future__ import annotations

import ast
import json
import string
from collections import Counter
from pathlib import Path

import pytest

import bigmap
from bigmap.base.i18n import Text, catalogue, current, tr, use
from bigmap.base.paths import resources

SOURCE = Path(bigmap.__file__).parent
CALLS = {"Kind": 1, "Text": 0, "tr": 0, "UserError": 0, "_say": None, "say": None}


def templates():
    """Return (template, place) of every literal handed to a function that shows it to users."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                position = CALLS.get(name)
                if position is not None and len(node.args) > position:
                    value = node.args[position]
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                        found.append((value.value, f"{path.relative_to(SOURCE)}:{node.lineno}"))
    return found


def names(template):
    return {field.split(".")[0] for _, field, _, _ in string.Formatter().parse(template) if field}


def test_there_is_something_to_translate():
    assert len(templates()) > 150


def test_nothing_is_missing_in_chinese():
    chinese = catalogue("zh")
    missing = {f"{place}: {text}" for text, place in templates() if text not in chinese and needs_words(text)}
    assert not missing, "\n".join(sorted(missing))


def needs_words(template):
    """Whether a template has words of its own besides its values."""
    return any(c.isalpha() for literal, *_ in string.Formatter().parse(template) for c in literal)


def test_the_values_of_both_languages_are_the_same():
    wrong = {en: zh for en, zh in catalogue("zh").items() if names(en) != names(zh)}
    assert not wrong


def test_no_sentence_is_translated_in_two_ways():
    ways: dict[str, set[str]] = {}
    for file in resources("i18n", "zh").glob("*.json"):
        for en, zh in json.loads(file.read_text(encoding="utf-8")).items():
            ways.setdefault(en, set()).add(zh)
    assert not {en: zh for en, zh in ways.items() if len(zh) > 1}


def test_no_file_says_a_sentence_twice():
    for file in resources("i18n", "zh").glob("*.json"):
        pairs = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=list)
        assert not [k for k, n in Counter(k for k, _ in pairs).items() if n > 1]


def test_a_text_is_rendered_in_the_language_asked_for_with_texts_inside():
    text = Text("Writing {file}", {"file": Text("Gap code")})
    assert text.render("en") == "Writing Gap code"
    assert text.render("zh") != text.render("en")


def test_the_language_can_be_changed_while_running():
    before = current()
    try:
        use("en")
        english = tr("Building zones")
        use("zh")
        assert english == "Building zones" != tr("Building zones")
    finally:
        use(before)


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="not one of"):
        use("fr")
