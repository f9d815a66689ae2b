"""Every text of the window has Chinese, with the same places for values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import bigmap
from bigmap.base.i18n import catalogue
from bigmap.commands.registry import COMMANDS, Menu
from bigmap.mapview import vocabulary

PACKAGE = Path(bigmap.__file__).parent
MINE = [*PACKAGE.glob("commands/**/*.py"), *PACKAGE.glob("mapview/*.py"), PACKAGE / "app.py"]
MINE += [p for p in PACKAGE.glob("ui/**/*.py") if p.parent.name != "printing"]
SPEAKERS = {"tr", "Text", "UserError", "Column", "Figure", "Section", "_count"}


def spoken(path: Path) -> set[str]:
    """Return the first argument of each call that makes text, where it is written out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in SPEAKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found - {""}


def templates() -> set[str]:
    tables = (
        vocabulary.KIND,
        vocabulary.GAP_KIND,
        vocabulary.CAUSE,
        vocabulary.REPAIR,
        vocabulary.REMEDY,
        vocabulary.ROLE,
        vocabulary.SEVERITY,
        vocabulary._PAGE,
    )
    found = {template for table in tables for template in table.values()}
    found |= {c.title for c in COMMANDS} | {c.short for c in COMMANDS if c.short} | {m.value for m in Menu}
    for path in MINE:
        found |= spoken(path)
    return found


@pytest.mark.parametrize("template", sorted(templates()))
def test_has_chinese_with_the_same_places(template: str) -> None:
    chinese = catalogue("zh").get(template)
    assert chinese, f"no Chinese for {template!r} in resources/i18n/zh/ui.json"
    assert sorted(re.findall(r"{(\w+)", template)) == sorted(re.findall(r"{(\w+)", chinese))
