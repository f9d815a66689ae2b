"""Choosing units by a small expression over their columns: ``户数 > 300 且 类型 = '小区'``.

The language is a part of Python's expressions: comparisons, ``and or not in``, ``+ - * / %``, numbers, texts
and column names, with the Chinese names and words that planners type (`bigmap.core.schema`); ``zone_`` or
片区 before a name means the zone of the unit: ``zone_hh > 3000``. It is read as a tree and evaluated
column by column: nothing can be called and no attribute reached, whatever is typed.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from bigmap.base.arrays import Ints
from bigmap.base.errors import UserError
from bigmap.core.schema.codes import KIND_WORDS
from bigmap.core.schema.column import Column
from bigmap.core.schema.columns import LAYERS, shown, word_index
from bigmap.core.schema.frames import told_values

_OF_ZONE = ("zone_", "片区")  # before the name of a column of the unit's zone

_WORDS = (
    ("并且", " and "), ("且", " and "), ("或者", " or "), ("或", " or "),
    ("≥", ">="), ("≤", "<="), ("≠", "!="), ("＞", ">"), ("＜", "<"), ("＝", "="),
    ("（", "("), ("）", ")"), ("，", ","), ("×", "*"), ("÷", "/"),
)  # fmt: skip
_QUOTED = re.compile(r"""('[^']*'|"[^"]*"|“[^”]*”|‘[^’]*’)""")
_LONGEST = 500

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def query_units(frame: pd.DataFrame, question: str, zones: pd.DataFrame | None = None) -> Ints:
    """Return the rows for which an expression holds.

    Parameters
    ----------
    frame : pandas.DataFrame
        The units, with whatever further columns can be asked for (``zone_id``, ``oper``).
    question : str
        E.g. ``hh > 300 and kind == 'estate'``, ``'花园' in name``, ``社区 in ('官任社区', '振兴社区')``.
    zones : pandas.DataFrame, optional
        The zones, their codes as index; a unit finds its own by ``zone_id``.

    Raises
    ------
    UserError
        When it cannot be read, names a column that is not there, or is no question.
    """
    try:
        tree = ast.parse(_in_python(question), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        raise UserError("“{question}” cannot be read: write it like {example}.", **_help(question)) from fault
    try:
        with np.errstate(all="ignore"):
            held = _Reader(frame, question, zones).value(tree)
    except (TypeError, OverflowError, ZeroDivisionError, RecursionError) as fault:
        raise UserError("“{question}” compares a text with a number.", question=question) from fault
    if not isinstance(held, pd.Series) or held.dtype != bool:
        raise UserError("“{question}” is no comparison: write it like {example}.", **_help(question))
    return np.flatnonzero(held.to_numpy())


def _help(question: str) -> dict[str, str]:
    return {"question": question[:60], "example": "hh > 300 and kind == 'estate'"}


def _in_python(question: str) -> str:
    """Return the expression with Chinese words and signs outside of quotes as Python writes them."""
    if len(question) > _LONGEST:
        raise ValueError("too long")
    parts = _QUOTED.split(question.strip())
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = repr(part[1:-1])
            continue
        for word, sign in _WORDS:
            part = part.replace(word, sign)
        parts[i] = re.sub(r"(?<![<>=!])=(?!=)", "==", part)
    return "".join(parts).strip()


class _Reader:
    def __init__(self, frame: pd.DataFrame, question: str, zones: pd.DataFrame | None) -> None:
        self._frame, self._question, self._zones = frame, question, zones

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() as held):
                return held
            case ast.Name(id=name):
                return self._column(name)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return [self.value(part) for part in parts]
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return ~self._truth(inner)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.value(inner)
            case ast.BoolOp(op=op, values=parts):
                return self._joined([self._truth(part) for part in parts], isinstance(op, ast.And))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return _ARITHMETIC[type(op)](self._number(left), self._number(right))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                ends = [left, *rest]
                found = [self._compared(a, op, b) for a, op, b in zip(ends, ops, rest, strict=False)]
                return self._joined(found, every=True)
        raise UserError("“{question}” cannot be read: write it like {example}.", **_help(self._question))

    def _column(self, name: str) -> pd.Series:
        layer, column = self._meant(name)
        frame = self._frame if layer == "units" or self._zones is None else self._zones
        described = _in_schema(layer, column)
        values = frame[column] if described is None else told_values(frame, described)
        if layer == "units":
            return values
        nothing: Any = False if pd.api.types.is_bool_dtype(values.dtype) else None
        return values.reindex(self._frame["zone_id"], fill_value=nothing).set_axis(self._frame.index)

    def _meant(self, name: str) -> tuple[str, str]:
        """Return the layer and the column that a name means."""
        column = word_index("units").get(name, name)
        if self._has(self._frame, "units", column):
            return "units", column
        zones = {f"{start}{word}": c for start in _OF_ZONE for word, c in word_index("zones").items()}
        if self._zones is not None and self._has(self._zones, "zones", zones.get(name, "")):
            return "zones", zones[name]
        names = [c.name for c in LAYERS["units"] if c.name in self._frame]
        names += [f"zone_{c.name}" for c in shown("zones") if self._zones is not None]
        raise UserError("There is no column {name}; there are {known}.", name=name, known=", ".join(names))

    def _has(self, frame: pd.DataFrame, layer: str, column: str) -> bool:
        described = _in_schema(layer, column)
        reckoned = layer == "units" and described is not None and described.value is not None
        return reckoned or (column in frame and column != "geometry")

    def _number(self, node: ast.expr) -> Any:
        held = self.value(node)
        if isinstance(held, str | list) or (
            isinstance(held, pd.Series) and not pd.api.types.is_numeric_dtype(held)
        ):
            raise TypeError(held)
        return held

    def _truth(self, node: ast.expr) -> pd.Series:
        held = self.value(node)
        if not isinstance(held, pd.Series) or held.dtype != bool:
            raise UserError(
                "“{question}” is no comparison: write it like {example}.", **_help(self._question)
            )
        return held

    def _joined(self, parts: list[pd.Series], every: bool) -> pd.Series:
        held = parts[0]
        for part in parts[1:]:
            held = held & part if every else held | part
        return held

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> pd.Series:
        a, b = self.value(left), self.value(right)
        if isinstance(left, ast.Name):
            b = self._coded(left.id, b)
        if isinstance(op, ast.In | ast.NotIn):
            held = self._within(a, b)
            return ~held if isinstance(op, ast.NotIn) else held
        if type(op) not in _COMPARE or isinstance(a, list) or isinstance(b, list):
            raise TypeError(op)
        found = _COMPARE[type(op)](a, b)
        return self._series(found)

    def _coded(self, name: str, value: Any) -> Any:
        """Return the codes of Chinese words, where the column of this name has codes."""
        codes = _codes(*self._meant(name))
        if isinstance(value, list):
            return [codes.get(v, v) for v in value]
        return codes.get(value, value) if isinstance(value, str) else value

    def _within(self, a: Any, b: Any) -> pd.Series:
        if isinstance(b, list) and isinstance(a, pd.Series):
            return a.isin(b)
        if isinstance(a, str) and isinstance(b, pd.Series):
            return b.fillna("").astype(str).str.contains(a, regex=False).astype(bool)
        raise TypeError(a)

    def _series(self, found: Any) -> pd.Series:
        if isinstance(found, pd.Series):
            return found.fillna(False).astype(bool)
        return pd.Series(bool(found), index=self._frame.index)


def _in_schema(layer: str, name: str) -> Column | None:
    return next((column for column in LAYERS[layer] if column.name == name), None)


def _codes(layer: str, name: str) -> dict[str, str]:
    """Return the Chinese words for the codes of a column."""
    column = _in_schema(layer, name)
    words = {text.render("zh"): code for code, text in column.codes.items()} if column else {}
    return words | (KIND_WORDS if (layer, name) == ("units", "kind") else {})
