"""The table of operators: CSV with Chinese or English heads."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog, Severity
from bigmap.io import encoding as enc
from bigmap.io.aliases import folded
from bigmap.io.fields import number_in

_HEADS = {
    "operator_id": ("企业编号", "编号", "企业代码", "统一社会信用代码", "operator_id", "id", "code", "qybh"),
    "name": (
        "企业名称",
        "服务企业",
        "物业企业",
        "物业公司",
        "单位名称",
        "名称",
        "name",
        "operator",
        "company",
        "qymc",
    ),
    "capacity": (
        "承接户数上限",
        "户数上限",
        "承接上限",
        "最大户数",
        "capacity",
        "capacity_hh",
        "max_hh",
        "hssx",
    ),
    "phone": ("联系电话", "电话", "手机", "phone", "tel", "telephone", "lxdh"),
}


def read_operators(path: Path, log: ProblemLog) -> pd.DataFrame:
    """Return the operators of a CSV file: ``operator_id``, ``name``, ``capacity`` (households), ``phone``.

    Parameters
    ----------
    path : pathlib.Path
    log : ProblemLog
        Gets capacities that are no numbers, and operators that stand twice.

    Raises
    ------
    UserError
        If the file has no column of names or no rows.
    """
    rows = _rows(path)
    columns = _columns(rows[0]) if rows else {}
    if "name" not in columns and "operator_id" not in columns:
        raise UserError(
            "{file}: no column of operator names was found; name it 企业名称 or name in the first line.",
            file=path.name,
        )
    body = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    if not body:
        raise UserError("{file} holds no operators: add a line for each, or take it out.", file=path.name)
    table = pd.DataFrame(
        {head: [_cell(row, at) for row in body] for head, at in columns.items()}, dtype="str"
    )
    return _completed(table, path.name, log)


def _rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    decision = enc.decide([data])
    text = enc.decode(data, decision.encoding).lstrip("\ufeff")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]


def _columns(head: list[str]) -> dict[str, int]:
    keys = [folded(cell) for cell in head]
    found: dict[str, int] = {}
    for wanted, names in _HEADS.items():
        at = next((keys.index(folded(n)) for n in names if folded(n) in keys), None)
        if at is not None and at not in found.values():
            found[wanted] = at
    return found


def _cell(row: list[str], at: int) -> str:
    return row[at].strip().strip("\t").removeprefix('="').removesuffix('"') if at < len(row) else ""


def _completed(table: pd.DataFrame, file: str, log: ProblemLog) -> pd.DataFrame:
    """Return the table with all four columns, ids made up where lacking, repeated operators dropped."""
    made_up = pd.Series([f"OP{i:02d}" for i in range(1, len(table) + 1)], dtype="str")
    blank = pd.Series([""] * len(table), dtype="str")
    ids = table.get("operator_id", blank)
    names = table.get("name", ids)
    out = pd.DataFrame(
        {
            "operator_id": ids.where(ids != "", made_up),
            "name": names.where(names != "", ids),
            "capacity": _capacities(table.get("capacity", blank), file, log),
            "phone": table.get("phone", blank),
        }
    )
    for row in np.flatnonzero(out["operator_id"].duplicated()):
        log.add(
            Severity.DOUBT,
            "operator_twice",
            "Operator {id} stands twice; the later line was left out.",
            file=file,
            feature=int(row) + 1,
            name=out["name"].iloc[row],
            id=out["operator_id"].iloc[row],
        )
    return out[~out["operator_id"].duplicated()].reset_index(drop=True)


def _capacities(texts: pd.Series, file: str, log: ProblemLog) -> list[float]:
    values = []
    for row, text in enumerate(texts, start=1):
        value, how = number_in(text)
        if how == "lost":
            log.add(
                Severity.DOUBT,
                "capacity_lost",
                "The capacity “{text}” is not a number: the operator counts as having no limit.",
                file=file,
                feature=row,
                text=text,
            )
        values.append(value)
    return values
