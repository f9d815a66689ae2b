"""What a sheet is for: figures of estates (台账), points, or operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import NUMBER_FIELDS, PresentZones, RoadTable, Role, SourceTable
from bigmap.core.sources.source_options import (
    OptionsBySource,
    SourceOptions,
    options_in,
    options_of,
    report_options,
)
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.raw_layer import RawLayer
from bigmap.io.spreadsheets import road_table, row_parts
from bigmap.io.spreadsheets.cells import SHEET_SUFFIXES
from bigmap.io.spreadsheets.service_table import services_in, tells_services
from bigmap.io.spreadsheets.table_head import TableSheet, read_sheets
from bigmap.io.spreadsheets.zone_table import present_in
from bigmap.io.vocabulary.field_names import FieldMatch, community_of, folded, match_fields, other_names
from bigmap.io.vocabulary.field_values import canonical
from bigmap.io.vocabulary.layer_roles import Guess, detect_role
from bigmap.io.vocabulary.written_numbers import number_in

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
    sheet: str = ""


@dataclass
class Services:
    """The exceptions of a table of services, and its file."""

    file: Path
    exceptions: pd.DataFrame


@dataclass
class Ledger:
    """What the sheets of a file gave."""

    tables: list[SourceTable] = field(default_factory=list)
    points: list[Points] = field(default_factory=list)
    services: list[Services] = field(default_factory=list)
    present: list[PresentZones] = field(default_factory=list)
    roads: list[RoadTable] = field(default_factory=list)


class Use(StrEnum):
    """What a sheet is taken for."""

    FIGURES = "figures"
    POINTS = "points"
    OPERATORS = "operators"
    NOTHING = "nothing"


def read_ledger(
    path: Path,
    log: ProblemLog,
    choices: OptionsBySource | None = None,
    *,
    told: bool = False,
    leads: bool = False,
) -> Ledger:
    """Return the estate tables and the points in a file; other sheets are said and left aside.

    Parameters
    ----------
    path : pathlib.Path
    log : ProblemLog
    choices : mapping of str to SourceOptions, optional
        What the planner chose for single sheets.
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
    sheets = read_sheets(path, log, choices)
    if not told and _took_whole(sheets, path, out, log):
        return out
    if not sheets and not told:
        _say_no_table(path, log)
    for sheet in sheets:
        own = options_of(choices or {}, path, sheet.name or None)
        if own.skip:
            log.add(formats.LeftOut(), file=sheet.shown)
            continue
        report_options(own, sheet.shown, log)
        use, guess = use_of(sheet, own, told=told)
        if use == Use.FIGURES:
            out.tables.append(table_of(sheet, own, log, leads=leads or own.leads))
        elif use == Use.POINTS:
            raw = points_of(sheet, *(coordinates(sheet.frame, own) or ("", "")))
            out.points.append(Points(guess.role, guess.sureness, raw, sheet.name))
        elif use == Use.NOTHING and (roads := road_table.road_table_of(sheet, log, leads=leads or own.leads)):
            out.roads.append(roads)
        elif use == Use.NOTHING:
            log.add(formats.WithoutFigures(), file=sheet.shown)
    if told and not out.tables:
        raise UserError(
            "{file} holds no table of estates: its head needs 小区名称 or name, and a column such as 户数.",
            file=path.name,
        )
    return out


def _say_no_table(path: Path, log: ProblemLog) -> None:
    if path.suffix.lower() == ".docx":
        log.add(formats.TextsLeftAside(), file=path.name)
    else:
        log.add(formats.WithoutHead(), file=path.name)


def _took_whole(sheets: Sequence[TableSheet], path: Path, out: Ledger, log: ProblemLog) -> bool:
    """Put a file that is a table of services or of present zones into ``out``; tell whether it is one."""
    if (services := services_in(sheets, path.name, log)) is not None:
        out.services.append(Services(path, services))
        if not any(p.kind is kinds.ServicesTaken.kind and p.file == path.name for p in log):
            log.add(kinds.ServiceListTaken(n=len(services)), file=path.name)
    elif not _tells_figures(sheets) and (zone_of := present_in(sheets)):
        out.present.append(PresentZones(path.name, zone_of))
    taken = bool(out.services or out.present)
    for sheet in sheets if taken and len(sheets) > 1 else ():
        if services_in([sheet], path.name, ProblemLog()) is None and not present_in([sheet]):
            log.add(formats.WithoutRole(), file=sheet.shown)
    return taken


def _tells_figures(sheets: Sequence[TableSheet]) -> bool:
    """Tell whether a sheet has figures of estates; their operators alone are none."""
    found = (match_fields(sheet.frame.columns, Role.ESTATES).keys() for sheet in sheets)
    return any("name" in fields and fields & set(NUMBER_FIELDS) for fields in found)


def use_of(sheet: TableSheet, own: SourceOptions, *, told: bool = False) -> tuple[Use, Guess]:
    """Return what a sheet is taken for, and the role of its rows.

    Parameters
    ----------
    sheet : Sheet
    own : SourceOptions
        What the planner chose for it.
    told : bool
        True where the planner named the file as a table of estates.
    """
    guess = Guess(own.role, 3) if own.role else _guess(sheet)
    if own.role == Role.OPERATORS:
        return Use.OPERATORS, guess
    columns, at = (
        match_fields(sheet.frame.columns, Role.ESTATES, told=own.fields),
        coordinates(sheet.frame, own),
    )
    named = own.role == Role.ESTATES and "name" in columns
    figures = named or _is_estates(columns, Role.ESTATES if told else guess.role)
    if figures and not own.points and own.role in {None, Role.ESTATES}:
        return Use.FIGURES, guess
    return (Use.POINTS if at is not None and not told else Use.NOTHING), guess


def operators_in(files: Sequence[Path], choices: OptionsBySource) -> Path | None:
    """Return the table of operators among files: the one that the planner named, else the one so called."""
    sheets = [file for file in files if file.suffix.lower() in SHEET_SUFFIXES]
    own = {file: options_in(choices, file) for file in sheets}
    chosen = (f for f in sheets if any(c.role == Role.OPERATORS and not c.skip for c in own[f]))
    free = (f for f in sheets if not any(c.role or c.skip for c in own[f]) and _is_free(f))
    return next(chosen, None) or next(free, None)


def _is_free(file: Path) -> bool:
    return is_operators(file) and not tells_services(read_sheets(file, ProblemLog()))


def is_operators(path: Path) -> bool:
    """Tell whether a file is the table of operators: by its name, unless it is a table of their estates."""
    guess = detect_role(path.stem)
    if path.suffix.lower() not in SHEET_SUFFIXES or guess.role != Role.OPERATORS:
        return False
    sheets = read_sheets(path, ProblemLog()) if guess.sureness < 3 else []
    return not any(
        _is_estates(match_fields(sheet.frame.columns, Role.ESTATES), guess.role) for sheet in sheets
    )


def _guess(sheet: TableSheet) -> Guess:
    by_file = detect_role(sheet.file.stem)
    return by_file if by_file.role != Role.UNKNOWN else detect_role(sheet.name, list(sheet.frame.columns))


def _is_estates(columns: Mapping[str, FieldMatch], role: Role) -> bool:
    """Tell whether a sheet names estates and tells something about them."""
    if "name" not in columns or not _FIGURES & columns.keys():
        return False
    return role in {Role.ESTATES, Role.UNKNOWN} or any(
        word in folded(columns["name"].name) for word in _ESTATE
    )


def table_of(sheet: TableSheet, own: SourceOptions, log: ProblemLog, *, leads: bool = False) -> SourceTable:
    """Return a sheet as a table of estates, one row each: parts in rows or columns are summed."""
    name = match_fields(sheet.frame.columns, Role.ESTATES, told=own.fields)["name"].name
    filled = row_parts.names_filled_down(sheet.frame, name)
    named = filled[filled[name].str.strip() != ""]
    if len(named) < len(filled):
        log.add(kinds.RowsNameless(n=len(filled) - len(named), field=name), file=sheet.shown)
    told = _present(own, sheet)
    phases = {f: c for f, c in row_parts.phases(named.columns).items() if f not in told}
    totals = {f: row_parts.total_column(list(named.columns), f, c) for f, c in phases.items()}
    lists = {"alias": other_names(named.columns), "comm": community_of(named.columns)}
    texts = {to: _listed(named[source]) if source else "" for to, source in lists.items()}
    part = row_parts.part_column(named, named[name].str.strip() + "\n" + texts["comm"])
    of_parts = {column for columns in phases.values() for column in columns} | {part}
    whole = named.drop(columns=[column for column in of_parts if column])
    frame = canonical(whole, Role.ESTATES, sheet.shown, log, totals | told).assign(**texts)
    frame = row_parts.with_totals(frame, named, phases, sheet.shown, log)
    frame, kept = frame[frame["name"] != ""], named[frame["name"].to_numpy() != ""]
    if part:
        frame = row_parts.summed_by_estate(frame, kept[part], sheet.shown, log)
    else:
        frame = row_parts.without_unexplained(frame, sheet.shown, log)
    return SourceTable(sheet.file, sheet.name, frame, leads, dict(own.joined))


def _listed(texts: pd.Series) -> pd.Series:
    """Return lists of names with commas between."""
    return texts.str.replace(r"[、;，；/\s]+", ",", regex=True)


def _present(own: SourceOptions, sheet: TableSheet) -> dict[str, str]:
    """Return the meanings that the planner gave to columns that are there."""
    kept = {name: column for name, column in own.fields.items() if not column or column in sheet.frame}
    return {name: column for name, column in kept.items() if name not in ("x", "y")}


def coordinates(frame: pd.DataFrame, own: SourceOptions) -> tuple[str, str] | None:
    """Return the columns of x and y, those that the planner named first; None where there are none."""
    keys = {folded(str(name)): str(name) for name in reversed(frame.columns)}
    found = []
    for axis, words in (("x", _EAST), ("y", _NORTH)):
        named = own.fields.get(axis)
        guess = next((keys[word] for word in words if word in keys), "")
        found.append(named if named in frame else "" if axis in own.fields else guess)
    east, north = found
    return (str(east), str(north)) if east and north else None


def points_of(sheet: TableSheet, east: str, north: str) -> RawLayer:
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
