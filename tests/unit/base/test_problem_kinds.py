"""The registry of problem kinds: whole, in both languages, and the only place where problems are made."""

from __future__ import annotations

import ast
import copy
import pickle
import re
import string
from collections import Counter
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

import numpy as np
import pytest

import bigmap
from bigmap.base.amounts import Exact
from bigmap.base.i18n import Text, catalogue
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, RepairKind, Severity, Stage, Unlisted
from bigmap.base.problem_kinds import (
    FINDINGS,
    KINDS,
    cleaning,
    fields,
    georeferencing,
    planning,
    tables,
    units,
)
from bigmap.base.problems import Problem, ProblemLog

SOURCE = Path(bigmap.__file__).parent
REGISTRY = [SOURCE / "base" / "problem_kind.py", *(SOURCE / "base" / "problem_kinds").glob("*.py")]
OTHERS = [path for path in sorted(SOURCE.rglob("*.py")) if path not in REGISTRY]
SAMPLES = {str: "甲", int: 3, float: 2.5, bool: True, Text: Text("Households"), type(None): None}


FAULTS = {"operator_unknown", "contract_ended"}
"""Codes that are causes of ground which nobody serves too."""


def sample(wanted: object) -> object:
    """Return a value of a type."""
    if isinstance(wanted, UnionType):
        return sample(get_args(wanted)[0])
    kinds = {dict: {"甲": 1.0}, list: ["甲"], tuple: ("甲", "乙")}
    plain = get_origin(wanted)
    return kinds[plain] if plain in kinds else SAMPLES[wanted]


def made(found: type[Finding]) -> Finding:
    return found(**{name: sample(wanted) for name, wanted in found.fields.items()})


def names(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(template) if name)


each = pytest.mark.parametrize("found", FINDINGS, ids=lambda found: found.__name__)


@each
def test_a_finding_is_whole_in_both_languages(found: type[Finding]) -> None:
    chinese = catalogue("zh")
    assert found.kind.title
    assert found.kind.title in chinese
    assert found.template in chinese, f"no Chinese for {found.template!r}"
    assert names(chinese[found.template]) == names(found.template)
    assert set(names(found.template)) == set(found.fields) - set(found.unsaid)
    problem = Problem(made(found))
    for lang in ("en", "zh"):
        assert "{" not in problem.text.render(lang)
    assert (problem.code, problem.severity) == (found.kind.code, found.severity)


@each
def test_a_finding_survives_copies(found: type[Finding]) -> None:
    what = made(found)
    assert pickle.loads(pickle.dumps(what)) == what == copy.deepcopy(what)
    assert eval(repr(what), {found.__name__: found, "Text": Text}) == what


def test_a_code_has_one_kind_and_a_title_of_its_own() -> None:
    assert all(KINDS[found.kind.code] is found.kind for found in FINDINGS)
    assert not [title for title, n in Counter(kind.title for kind in KINDS.values()).items() if n > 1]
    assert all(code.isidentifier() and code == code.lower() for code in KINDS)


def test_no_two_sentences_are_one() -> None:
    """The same sentence under one kind and severity would be the same finding."""
    said = Counter((found.template, found.kind.code, found.severity) for found in FINDINGS)
    assert not [key for key, n in said.items() if n > 1]


def test_all_that_can_be_offered_or_told_is_used() -> None:
    assert {kind.repair for kind in KINDS.values()} == {None, *RepairKind}
    assert {kind.stage for kind in KINDS.values()} == set(Stage)
    assert {outlet for kind in KINDS.values() for outlet in kind.told} == set(Outlet)


# --- what cannot be written ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values", [{}, {"n": 3}, {"n": 3, "areas": 2.0}, {"n": 3, "area": "2"}, {"n": 2.5, "area": 2.0}]
)
def test_values_that_do_not_fit_the_sentence_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="Sliver"):
        units.Sliver(**values)


def test_fields_that_are_not_the_places_of_the_sentence_are_refused() -> None:
    kind = ProblemKind("tried", Severity.DOUBT, "Tried")
    with pytest.raises(TypeError, match="placeholders"):

        class Lacking(Finding, kind=kind, text="{n} of {of} were tried."):
            n: int

    with pytest.raises(TypeError, match="placeholders"):

        class Spare(Finding, kind=kind, text="All were tried."):
            n: int

    with pytest.raises(TypeError, match="no names for fields"):

        class Clash(Finding, kind=kind, text="{kind} was tried."):
            kind: str


def test_numbers_of_numpy_and_of_the_house_are_numbers() -> None:
    assert units.Sliver(n=np.int64(3), area=np.float32(2.0)).n == 3
    assert planning.OperatorShare(operator="甲", share=Exact(0.5), most=1).share == 0.5


def test_a_finding_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        units.Sliver(n=3, area=2.0).n = 4


# --- what follows from the kind -----------------------------------------------------------------------------


def test_the_end_of_a_list_is_of_the_kind_it_ends() -> None:
    problem = Problem(Unlisted(like=cleaning.NarrowOverlap, n=3, listed=200))
    assert (problem.code, problem.severity) == ("boundary_overlap", Severity.MENDED)
    assert problem.text.render("en") == "3 more features are like the 200 before."


def test_an_accepted_problem_counts_as_mended() -> None:
    doubt = Problem(cleaning.Multipart(n=2), "a.shp", 1)
    assert (doubt.severity, doubt.before) == (Severity.DOUBT, None)
    assert Problem(doubt.what, "a.shp", 1, accepted=True).severity == Severity.MENDED


def test_problems_stay_until_their_stage_is_done_again() -> None:
    log = ProblemLog()
    for what in (
        cleaning.Multipart(n=2),
        planning.LocksGone(n=2),
        planning.BundleParts(operator="甲", n=2),
        planning.OperatorUnknown(zone="W01", operator="乙"),
    ):
        log.add(what)
    left = {stage.name: [p.code for p in log.before(stage)] for stage in Stage}
    assert left == {
        "SOURCES": [],
        "ZONES": ["multipart"],
        "BUNDLES": ["multipart", "locks_gone"],
        "OWNERS": ["multipart", "locks_gone", "bundle_parts"],
    }


def test_variants_of_a_sentence_keep_kind_and_values() -> None:
    found = georeferencing.SwappedAxesGuessed
    assert found.kind is georeferencing.CrsGuessed.kind
    assert found.fields == georeferencing.CrsGuessed.fields
    assert tables.TableRow not in FINDINGS


# --- the source ---------------------------------------------------------------------------------------------


def test_every_finding_is_made_somewhere() -> None:
    """Named at least once outside the registry."""
    words = {word for path in OTHERS for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    assert not [found.__name__ for found in FINDINGS if found.__name__ not in words]


def test_no_code_stands_as_a_string_where_problems_are_made_or_read() -> None:
    """Whoever compares or looks up the code of a problem means its kind."""
    wrong = []
    for path in OTHERS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            place = f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and _logs(node) and not _makes_or_hands_on(node):
                wrong.append(f"{place} logs something else than a finding")
            if isinstance(node, ast.Compare) and _is_code(node.left):
                literals = [n.value for part in node.comparators for n in ast.walk(part) if _is_text(n)]
                wrong += [f"{place} compares with {text!r}" for text in literals if text in KINDS]
            if isinstance(node, ast.Dict | ast.Set | ast.Tuple | ast.List):
                keys = node.keys if isinstance(node, ast.Dict) else node.elts
                codes = {
                    key.value for key in keys if _is_text(key) and "_" in key.value
                } & KINDS.keys() - FAULTS
                wrong += [f"{place} is a table of the codes {codes}"] if len(codes) > 1 else []
    assert not wrong, "\n".join(wrong)


def _logs(call: ast.Call) -> bool:
    """Tell whether a call adds to a log of problems."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "add":
        return False
    owner = call.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in {"log", "problems", "notes", "kept", "now"}


def _makes_or_hands_on(call: ast.Call) -> bool:
    """Tell whether the only argument without a name is a finding: made here, or got from above."""
    return len(call.args) == 1 and isinstance(call.args[0], ast.Call | ast.Name)


def _is_code(node: ast.expr) -> bool:
    """Tell whether an expression is the code of something; a repair has codes of its own."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "code"
        and getattr(node.value, "id", "") not in {"r", "repair"}
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_floor_areas_in_both_units_are_one_kind() -> None:
    assert fields.FloorAreaInWan.kind is fields.UNIT_WAN is fields.FloorAreaAloneInWan.kind
