"""Choosing units by a small expression over their columns: ``户数 > 300 且 类型 = '小区'``.

The language is a part of Python's expressions: comparisons, ``and or not in``, ``+ - * / %``, numbers, texts
and column names, with the Chinese names and words that planners type. It is read as a tree and evaluated
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

NAMES = {
    "编号": "unit_id", "单元编号": "unit_id", "名称": "name", "类型": "kind", "户数": "hh",
    "建筑面积": "gfa_m2", "面积": "site_m2", "用地面积": "site_m2", "保洁面积": "sweep_m2",
    "绿化面积": "green_m2", "停车位": "parking_n", "墙内": "inside", "社区": "comm", "街道": "street",
    "管理方式": "mgmt", "道路等级": "road_class", "宽度": "width_m", "来源": "source", "工作量": "load",
    "片区": "zone", "服务企业": "oper", "锁定": "locked",
}  # fmt: skip
"""Chinese column name → column; English names stand for themselves."""

KINDS = {
    "小区": "estate", "住宅小区": "estate", "城中村": "village", "楼": "building", "单体楼": "building",
    "公建": "public", "公共建筑": "public", "道路": "road", "巷": "lane", "小巷": "lane",
    "绿地": "green", "空地": "block",
}  # fmt: skip
"""Chinese name of a kind → kind, where a text is compared with column ``kind``."""

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


def query_units(frame: pd.DataFrame, question: str) -> Ints:
    """Return the rows for which an expression holds.

    Parameters
    ----------
    frame : pandas.DataFrame
        The units, with whatever further columns can be asked for (``zone``, ``oper``).
    question : str
        E.g. ``hh > 300 and kind == 'estate'``, ``'花园' in name``, ``社区 in ('官任社区', '振兴社区')``.

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
            held = _Reader(frame, question).value(tree)
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
    def __init__(self, frame: pd.DataFrame, question: str) -> None:
        self._frame, self._question = frame, question

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
        column = NAMES.get(name, name)
        if column not in self._frame or column == "geometry":
            known = ", ".join(str(c) for c in self._frame.columns if c != "geometry")
            raise UserError("There is no column {name}; there are {known}.", name=name, known=known)
        return self._frame[column]

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
        if isinstance(left, ast.Name) and NAMES.get(left.id, left.id) == "kind":
            b = (
                [KINDS.get(v, v) for v in b]
                if isinstance(b, list)
                else KINDS.get(b, b)
                if isinstance(b, str)
                else b
            )
        if isinstance(op, ast.In | ast.NotIn):
            held = self._within(a, b)
            return ~held if isinstance(op, ast.NotIn) else held
        if type(op) not in _COMPARE or isinstance(a, list) or isinstance(b, list):
            raise TypeError(op)
        found = _COMPARE[type(op)](a, b)
        return self._series(found)

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
