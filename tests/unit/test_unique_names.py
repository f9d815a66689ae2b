"""A public function or class has a name of its own, so that a search for it finds one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ENTRY_POINTS = {"main"}
"""Each program that is started with ``python -m`` or by an entry point has one."""

COMMANDS_OF_OPERATIONS = {
    "alike": "bigmap.core.editing.selection",
    "bundle": "bigmap.core.operators.assign",
    "check": "bigmap.core.planning.check",
    "grow": "bigmap.core.editing.selection",
    "hand_pocket": "bigmap.core.editing.gestures.brush",
    "invert": "bigmap.core.editing.selection",
    "lock_all": "bigmap.core.editing.gestures.naming",
    "new_zone": "bigmap.core.editing.gestures.zones",
    "paint": "bigmap.core.editing.gestures.brush",
    "recolour": "bigmap.core.editing.gestures.naming",
    "rename": "bigmap.core.editing.gestures.naming",
    "renumber": "bigmap.core.editing.gestures.naming",
    "renumber_all": "bigmap.core.editing.gestures.naming",
    "shrink": "bigmap.core.editing.selection",
    "write_pdf": "bigmap.ui.printing.sheet",
    "write_problems": "bigmap.io.writing.csv_tables",
    "zone_crossed": "bigmap.core.editing.gestures.dividing",
}
"""Commands that carry out one operation of the same name, and where that operation lies."""


def public_definitions() -> dict[str, set[str]]:
    """Return the modules that define each public top-level function or class."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "bigmap").rglob("*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                found[node.name].add(module)
    return found


def shared_names(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the names that stand for several things, without those that may."""
    shared = {}
    for name, modules in found.items():
        operation = COMMANDS_OF_OPERATIONS.get(name)
        commands = {module for module in modules if module.startswith("bigmap.commands.")}
        is_pair = len(commands) == 1 and modules - commands == {operation}
        if len(modules) > 1 and name not in ENTRY_POINTS and not is_pair:
            shared[name] = modules
    return shared


def test_no_public_name_stands_for_two_things():
    found = public_definitions()
    assert len(found) > 500, "the package was not found"
    assert shared_names(found) == {}


def test_every_exception_is_still_needed():
    found = public_definitions()
    assert {name for name in COMMANDS_OF_OPERATIONS if len(found[name]) < 2} == set()


def test_a_second_meaning_is_noticed():
    two = {"grow": {"bigmap.core.editing.selection", "bigmap.io.rows", "bigmap.commands.editing.select"}}
    assert shared_names(two) == two
    assert shared_names({"fill": {"bigmap.a", "bigmap.b"}}) == {"fill": {"bigmap.a", "bigmap.b"}}
