"""Tables whose rows or columns are parts of an estate: its buildings, its phases; they are summed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy

from bigmap.base.arrays import Floats
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Role
from bigmap.io.spreadsheets.head_words import half_width
from bigmap.io.vocabulary.field_names import folded, match_fields
from bigmap.io.vocabulary.field_values import canonical

SUMS = ("hh", "gfa_m2", "green_m2", "parking_n")
"""Figures of which an estate has what its parts have together."""

_BUILDING = ("楼栋", "楼号", "栋号", "幢号", "座号", "楼幢", "楼座", "号楼", "栋", "幢", "座", "building")
_OTHER_PARTS = ("单元", "分期", "期数", "期别", "组团", "地块", "门牌", "门牌号", "坐落")
_PART = re.compile(
    r".*\d+\s*(#|号楼?|栋|幢|座|单元|楼).*|.*[一二三四五六七八九十\d]期.*|[a-z\d东南西北]+(座|区|栋|楼)"
)
_PHASE = re.compile(r"[·(]?第?[一二三四五六七八九十\d]+期[)]?|[·(]?[东西南北][区苑][)]?")
_TOTAL = re.compile(r"合计|总计|小计|共计|总数|合 计")
_SEVERAL = 10
"""Rows of estates that stand twice from which one sentence is said for all."""


# --- rows ---------------------------------------------------------------------------------------------------


def part_column(frame: pd.DataFrame, key: pd.Series) -> str:
    """Return the column that tells which part of an estate a row is, '' where there is none.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows as text.
    key : pandas.Series
        What names the estate of each row.
    """
    repeated = key.duplicated(keep=False)
    if not repeated.any():
        return ""
    of_parts = [str(name) for name in frame.columns if _names_parts(str(name))]
    told = [str(name) for name in frame.columns if _are_parts(frame.loc[repeated, name])]
    for name in dict.fromkeys([*of_parts, *told]):
        rows = pd.DataFrame({"key": key[repeated], "part": frame.loc[repeated, name].str.strip()})
        if (rows["part"] != "").all() and not rows.duplicated().any():
            return name
    return ""


def _names_parts(head: str) -> bool:
    return any(folded(head) in (word, f"{word}名称", f"{word}编号") for word in (*_BUILDING, *_OTHER_PARTS))


def _are_parts(values: pd.Series) -> bool:
    return all(_PART.fullmatch(half_width(value).casefold().strip()) is not None for value in values)


def names_filled_down(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows with a name that stands in the first row of an estate only repeated in its others."""
    blank = frame[name].str.strip() == ""
    parts = [column for column in frame.columns if _names_parts(str(column)) and column != name]
    if not blank.any() or blank.iloc[0] or not parts:
        return frame
    fill = blank & (frame[parts[0]].str.strip() != "")
    names = frame[name].mask(blank).ffill()
    return frame.assign(**{name: frame[name].where(~fill, names)})


def summed_by_estate(frame: pd.DataFrame, parts: pd.Series, file: str, log: ProblemLog) -> pd.DataFrame:
    """Return one row an estate: figures summed, what all its rows say kept.

    Parameters
    ----------
    frame : pandas.DataFrame
        Canonical rows with ``alias`` and ``comm``.
    parts : pandas.Series
        The part that each row is, as its head and text say.
    file : str
    log : ProblemLog

    Notes
    -----
    A figure that some rows of an estate lack is left empty, and said; one that stands only in the first row
    of each estate is that of the estate.
    """
    at = [frame["name"], frame["comm"]]
    rows = frame.groupby(at, sort=False)
    out = rows.head(1).copy()
    for column in (*NUMBER_FIELDS, *TEXT_FIELDS, "alias"):
        if column == "name":
            continue
        values = frame[column].groupby(at, sort=False)
        if column in SUMS:
            out[column] = _summed(values, column, file, log)
        elif column == "floors":
            out[column] = values.max().to_numpy()
        else:
            same = values.min() == values.max()
            blank = np.nan if column in NUMBER_FIELDS else ""
            out[column] = values.first().where(same, blank).to_numpy()
    if folded(str(parts.name)).startswith(_BUILDING):
        out["n_bldg"] = rows.size().to_numpy(dtype=np.float64)
    log.add(kinds.PartsSummed(rows=len(frame), n=len(out), field=str(parts.name)), file=file)
    return out


def _summed(rows: SeriesGroupBy, name: str, file: str, log: ProblemLog) -> Floats:
    known, total = rows.count().to_numpy(), rows.sum().to_numpy()
    sizes = rows.size().to_numpy()
    several = sizes > 1
    first_only = several & (known == 1) & rows.head(1).notna().to_numpy()
    if several.any() and (first_only | (known == 0))[several].all():
        return np.where(known > 0, total, np.nan)
    partly = (known > 0) & (known < sizes)
    if partly.any():
        log.add(kinds.PartsUnknown(n=int(partly.sum()), field=name), file=file)
    return np.where(known == sizes, total, np.nan)


def without_unexplained(frame: pd.DataFrame, file: str, log: ProblemLog) -> pd.DataFrame:
    """Return the rows without those of estates that stand in many rows which nothing tells apart."""
    differing = frame.drop_duplicates()
    twice = differing.duplicated(["name", "comm"], keep=False)
    if twice.sum() < _SEVERAL or 2 * twice.sum() < len(differing):
        return frame
    names = differing.loc[twice, "name"].unique()
    shown = ", ".join(names[:3])
    log.add(kinds.RowsUnexplained(n=len(names), rows=int(twice.sum()), names=shown), file=file)
    return frame[~frame["name"].isin(names)]


# --- columns ------------------------------------------------------------------------------------------------


def phases(columns: Iterable[str]) -> dict[str, list[str]]:
    """Return field → columns that tell it of one phase each, at least two.

    Examples
    --------
    >>> phases(["小区名称", "一期户数", "二期户数", "合计户数"])
    {'hh': ['一期户数', '二期户数']}
    """
    found: dict[str, list[str]] = {}
    for column in columns:
        whole = _PHASE.sub("", half_width(str(column)))
        if whole != half_width(str(column)) and not _TOTAL.search(whole):
            for field in match_fields([whole], Role.ESTATES):
                if field in SUMS:
                    found.setdefault(field, []).append(str(column))
    return {field: parts for field, parts in found.items() if len(parts) > 1}


def total_column(columns: Sequence[str], field: str, parts: Sequence[str]) -> str:
    """Return the column that tells the total of parts, '' where there is none."""
    others = [str(column) for column in columns if column not in parts]
    named = match_fields(others, Role.ESTATES).get(field)
    if named is not None:
        return named.name
    after = [str(c) for c in columns[list(columns).index(parts[-1]) + 1 :]]
    return next((c for c in after if _TOTAL.fullmatch(half_width(c).strip())), "")


def with_totals(
    frame: pd.DataFrame, raw: pd.DataFrame, parts: dict[str, list[str]], file: str, log: ProblemLog
) -> pd.DataFrame:
    """Return the rows with totals that nobody told as the sum of their parts, where all parts are told."""
    for field, columns in parts.items():
        figures = [
            canonical(raw[[c]], Role.ESTATES, file, ProblemLog(), {field: c})[field].to_numpy()
            for c in columns
        ]
        total = np.sum(figures, axis=0)
        lacking = frame[field].isna().to_numpy() & np.isfinite(total)
        if lacking.any():
            frame = frame.assign(**{field: np.where(lacking, total, frame[field])})
            log.add(kinds.PhasesSummed(parts=", ".join(columns), n=int(lacking.sum())), file=file)
    return frame
