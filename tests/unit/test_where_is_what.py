"""Thirty questions of a newcomer, each with the file that answers it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = json.loads(Path(__file__).with_name("where_is_what.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", QUESTIONS, ids=[entry["symbol"] for entry in QUESTIONS])
def test_the_file_that_answers_defines_what_is_asked_for(entry: dict[str, str]) -> None:
    tree = ast.parse((ROOT / entry["file"]).read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert entry["symbol"] in defined, entry["question"]
