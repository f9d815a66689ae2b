"""What a sheet is for: figures of estates (台账), points, or operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.layers import NUMBER_FIELDS, Role, Table
from bigmap.io import encoding as enc
from bigmap.io.aliases import Column, community_of, folded, match, other_names
from bigmap.io.cells import SHEET_SUFFIXES
from bigmap.io.fields import canonical
from bigmap.io.numbers import number_in
from bigmap.io.roles import Guess, recognise
from bigmap.io.sheets import Sheet, read_sheets
from bigmap.io.vector import RawLayer

_ESTATE = ("小区", "楼盘", "xqmc", "lpmc", "estate")
_FIGURES = {*NUMBER_FIELDS, "oper", "mgmt"}
_EAST = (
    "lon",
    "lng",
    "long",
    "longitude",
    "经度",
    "x坐标",
    "横坐标",
    "东坐标",
    "x",
    "east",
    "jd",
    "pointx",
    "xzb",
)
_NORTH = ("lat", "latitude", "纬度", "y坐标", "纵坐标", "北坐标", "y", "north", "wd", "pointy", "yzb")


@dataclass
class Points:
    """A sheet with coordinates: a layer of points, to be placed and judged like any other."""

    role: Role
    sureness: int
    layer: RawLayer


@dataclass
class Ledger:
    """What the sheets of a file gave."""

    tables: list[Table] = field(default_factory=list)
    points: list[Points] = field(default_factory=list)


def read_ledger(path: Path, log: ProblemLog, *, told: bool = False, leads: bool = False) -> Ledger:
    """Return the estate tables and the points in a file; other sheets are said and left aside.

    Parameters
    ----------
    path : pathlib.Path
    log : ProblemLog
    told : bool
        True where the planner named the file as a table: then it must hold one.
    leads : bool
        Whether values of the tables go before those of the layers.

    Raises
    ------
    UserError
        If the file cannot be read, or was named as a table and holds none.
    """
    out = Ledger()
    for sheet in read_sheets(path, log):
        columns = match(sheet.frame.columns, Role.ESTATES)
        guess = _guess(sheet)
        at = _coordinates(sheet.frame)
        if _is_estates(columns, Role.ESTATES if told else guess.role):
            out.tables.append(_table(sheet, columns["name"].name, log, leads=leads))
        elif at is not None and not told:
            out.points.append(Points(guess.role, guess.sureness, _points(sheet, *at)))
        else:
            text = "Left aside: it has no column of estate names with figures beside it, and no coordinates."
            log.add(Severity.DOUBT, "left_aside", text, file=sheet.shown)
    if told and not out.tables:
        raise UserError(
            "{file} holds no table of estates: its head needs 小区名称 or name, and a column such as 户数.",
            file=path.name,
        )
    return out


def is_operators(path: Path) -> bool:
    """Tell whether a file is the table of operators: by its name, unless it is a table of their estates."""
    guess = recognise(path.stem)
    if path.suffix.lower() not in SHEET_SUFFIXES or guess.role != Role.OPERATORS:
        return False
    sheets = read_sheets(path, ProblemLog()) if guess.sureness < 3 else []
    return not any(_is_estates(match(sheet.frame.columns, Role.ESTATES), guess.role) for sheet in sheets)


def _guess(sheet: Sheet) -> Guess:
    by_file = recognise(sheet.file.stem)
    return by_file if by_file.role != Role.UNKNOWN else recognise(sheet.name, list(sheet.frame.columns))


def _is_estates(columns: Mapping[str, Column], role: Role) -> bool:
    """Tell whether a sheet names estates and tells something about them."""
    if "name" not in columns or not _FIGURES & columns.keys():
        return False
    return role in {Role.ESTATES, Role.UNKNOWN} or any(
        word in folded(columns["name"].name) for word in _ESTATE
    )


def _table(sheet: Sheet, name: str, log: ProblemLog, *, leads: bool) -> Table:
    """Return a sheet as a table of estates; rows without a name are left out."""
    named = sheet.frame[sheet.frame[name].str.strip() != ""]
    frame = canonical(named, Role.ESTATES, sheet.shown, log)
    for column, source in (("alias", other_names(named.columns)), ("comm", community_of(named.columns))):
        frame[column] = named[source].str.replace(r"[、;，；/\s]+", ",", regex=True) if source else ""
    return Table(sheet.file, sheet.name, frame[frame["name"] != ""], leads)


def _coordinates(frame: pd.DataFrame) -> tuple[str, str] | None:
    keys = {folded(str(name)): str(name) for name in reversed(frame.columns)}
    east = next((keys[word] for word in _EAST if word in keys), None)
    north = next((keys[word] for word in _NORTH if word in keys), None)
    return (east, north) if east and north else None


def _points(sheet: Sheet, east: str, north: str) -> RawLayer:
    """Return the rows of a sheet as points; those without coordinates have none."""
    x, y = (
        np.array([number_in(text)[0] for text in sheet.frame[name]], dtype=np.float64)
        for name in (east, north)
    )
    known = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(sheet.frame), None, dtype=object)
    shapes[known] = shapely.points(x[known], y[known])
    table = sheet.frame.drop(columns=[east, north])
    return RawLayer(sheet.file, table, shapes, None, enc.Decision(enc.UTF8, told=True))
