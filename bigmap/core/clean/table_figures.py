"""Figures of tables given to the estates whose names they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.clean.cleaning_reports import representative_vertex, say_each
from bigmap.core.clean.manual_matches import Decided, decided
from bigmap.core.sources.estate_names import Name, parse_name, place_stem
from bigmap.core.sources.layers import NUMBER_FIELDS, SourceTable
from bigmap.core.sources.name_join import Pair, Pairing, marks

_TEXTS = ("code", "mgmt", "oper", "type")
_LABELS = {
    "hh": "Households",
    "gfa_m2": "Floor area",
    "floors": "Storeys",
    "green_m2": "Green area",
    "parking_n": "Parking bays",
    "n_bldg": "Number of buildings",
    "yr_built": "Year built",
    "fee": "Property fee",
    "collect": "Share of fees paid",
    "satisf": "Satisfied residents",
    "code": "Code",
    "mgmt": "Management mode",
    "oper": "Operator",
    "type": "Estate type",
}
_ROUNDED = {"gfa_m2": 0.005, "green_m2": 0.005, "fee": 0.005, "collect": 0.005, "satisf": 0.005}
"""Field → relative difference that is only rounding."""


def with_figures(
    estates: gpd.GeoDataFrame, tables: Sequence[SourceTable], communities: gpd.GeoDataFrame, log: ProblemLog
) -> gpd.GeoDataFrame:
    """Return the estates with what their rows in the tables tell.

    Parameters
    ----------
    estates : geopandas.GeoDataFrame
        Cleaned estates, each once.
    tables : sequence of Table
        Earlier ones go first; a later one fills what is still missing.
    communities : geopandas.GeoDataFrame
        Their names may stand before those of estates, and tell namesakes apart.
    log : ProblemLog
        Gets the pairs that are not sure, what stands on one side only, and values that contradict each other.
    """
    if not tables:
        return estates
    where = _communities_of(estates, communities)
    names = Bearers(list(estates["name"].fillna("")), list(estates["fid"]), where, list(communities["name"]))
    for table in tables:
        frame = _without_repeats(table, log)
        own, found = matched(table, frame, names)
        said = _Said(estates, names.taken_apart(), frame, table, log)
        said.own(own)
        said.pairs(found, len(own.pairs))
        estates = _Filling(estates.copy(), frame, table, log).filled(own.pairs + found.pairs)
    return estates


@dataclass
class Bearers:
    """The names of estates, as rows of tables look for them.

    Attributes
    ----------
    names : list of str
    numbers : list of int
        Of the features in the file.
    where : list of str
        Stem of the name of the community around each, '' where unknown.
    places : list of str
        Names of all communities: they may stand before those of estates.
    """

    names: list[str]
    numbers: list[int]
    where: list[str]
    places: list[str]

    def known_places(self) -> tuple[str, ...]:
        """Return the names of communities that say something."""
        return tuple(sorted(set(self.places) - {""}))

    def taken_apart(self) -> list[Name]:
        """Return the names in their parts."""
        return [parse_name(name, (), self.known_places()) for name in self.names]

    def marks(self) -> list[str]:
        """Return what the estates are called for good."""
        return marks([name.shown for name in self.taken_apart()], [int(n) for n in self.numbers])


def matched(table: SourceTable, frame: pd.DataFrame, estates: Bearers) -> tuple[Decided, Pairing]:
    """Return which rows the planner gave to estates, and how the others belong to them by their names.

    Parameters
    ----------
    table : Table
    frame : pandas.DataFrame
        Its rows, none twice.
    estates : Bearers
    """
    rows = [
        parse_name(name, [other for other in others.split(",") if other], estates.known_places())
        for name, others in zip(frame["name"], frame["alias"], strict=True)
    ]
    own = decided(table, marks(list(frame["name"]), [int(n) for n in frame.index]), estates.marks())
    told = [place_stem(name) for name in frame["comm"]]
    return own, own.rest(estates.taken_apart(), rows, estates.where, told)


def _communities_of(estates: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> list[str]:
    """Return the stem of the name of the community around each estate, '' where none is known."""
    inner = shapely.point_on_surface(estates.geometry.to_numpy())
    estate, community = shapely.STRtree(communities.geometry.to_numpy()).query(inner, predicate="within")
    around = dict(zip(estate.tolist(), community.tolist(), strict=True))
    stems = [place_stem(name) for name in communities["name"].fillna("")]
    return [stems[around[i]] if i in around else "" for i in range(len(estates))]


def _without_repeats(table: SourceTable, log: ProblemLog) -> pd.DataFrame:
    """Return the rows without those that repeat another word for word: they would only make it doubtful."""
    repeated = table.frame.duplicated()
    for row in table.frame.index[repeated]:
        text = "The row repeats another one word for word and was left out."
        name = str(table.frame["name"][row])
        log.add(Severity.MENDED, "row_twice", text, file=table.shown, feature=int(row), name=name)
    return table.frame[~repeated]


# --- what is said -------------------------------------------------------------------------------------------


@dataclass
class _Said:
    """Records what became of the rows of a table."""

    estates: gpd.GeoDataFrame
    names: list[Name]
    frame: pd.DataFrame
    table: SourceTable
    log: ProblemLog

    def __post_init__(self) -> None:
        self.row_marks = marks(list(self.frame["name"]), [int(n) for n in self.frame.index])
        shown = [name.shown for name in self.names]
        self.estate_marks = marks(shown, [int(n) for n in self.estates["fid"]])

    def own(self, decided: Decided) -> None:
        """Record what the planner decided."""
        text = "Row {row}, “{other}”, was joined to this estate, as you chose."
        for pair in decided.pairs:
            values = {"row": int(self.frame.index[pair.row]), "other": self.frame["name"].iloc[pair.row]}
            _say(self.log, Severity.MENDED, "table_chosen", text, self.estates, pair.estate, **values)
        for row in decided.refused:
            self._row(Severity.MENDED, "table_refused", "Joined to no estate, as you chose.", row)

    def pairs(self, found: Pairing, own: int) -> None:
        """Record what the names told, besides ``own`` pairs that the planner made."""
        text = (
            "{n} of {rows} rows were joined to estates by name,"
            " {near} of them by a name written in another way."
        )
        near = [pair for pair in found.pairs if pair.score < 100]
        values: dict[str, Any] = {"n": len(found.pairs) + own, "rows": len(self.frame), "near": len(near)}
        self.log.add(Severity.MENDED, "table_joined", text, file=self.table.shown, **values)
        for pair in near:
            text = "Row {row}, “{other}”, was joined to this estate, {score:.0f} of 100 sure."
            other, row = self.frame["name"].iloc[pair.row], int(self.frame.index[pair.row])
            values = {"row": row, "other": other, "score": pair.score, **self._for_a_click(pair.row)}
            _say(self.log, Severity.MENDED, "table_near", text, self.estates, pair.estate, **values)
        for row, pairs in found.doubtful.items():
            text = (
                "Not joined: it could be {candidates}. Write the name as the estate has it,"
                " or tell it as 曾用名."
            )
            likely = ", ".join(f"{self.names[pair.estate].shown} ({pair.score:.0f})" for pair in pairs)
            likely_marks = {self.estate_marks[pair.estate]: pair.score for pair in pairs}
            place = representative_vertex(self.estates.geometry.iloc[pairs[0].estate])
            self._row(Severity.DOUBT, "table_doubt", text, row, place, candidates=likely, likely=likely_marks)
        for row in found.spare:
            text = "Not joined: no estate has this name or one like it."
            self._row(Severity.DOUBT, "table_spare", text, row)
        missing = "The table {table} has no sure row for it."
        shown = [self.table.shown] * len(found.bare)
        say_each(self.log, self.estates, found.bare, Severity.DOUBT, "table_lacks", missing, table=shown)

    def _for_a_click(self, row: int) -> dict[str, Any]:
        """Return what a planner's decision about a row is filed under."""
        return {"table": self.table.file.name, "sheet": self.table.sheet, "mark": self.row_marks[row]}

    def _row(
        self,
        severity: Severity,
        code: str,
        text: str,
        row: int,
        place: tuple[float, float] | None = None,
        **values: Any,
    ) -> None:
        number, name = int(self.frame.index[row]), str(self.frame["name"].iloc[row])
        values |= self._for_a_click(row)
        values["hh"] = float(np.nan_to_num(self.frame["hh"].iloc[row]))
        where = self.table.shown
        self.log.add(severity, code, text, file=where, feature=number, name=name, place=place, **values)


def _say(
    log: ProblemLog,
    severity: Severity,
    code: str,
    text: str,
    estates: gpd.GeoDataFrame,
    at: int,
    **values: Any,
) -> None:
    """Record a problem of one estate."""
    estate = estates.iloc[at]
    place = representative_vertex(estate.geometry)
    file, name = str(estate["file"]), str(estate["name"])
    log.add(severity, code, text, file=file, feature=int(estate["fid"]), name=name, place=place, **values)


# --- what is filled in --------------------------------------------------------------------------------------


@dataclass
class _Filling:
    """Estates that take over values from rows."""

    estates: gpd.GeoDataFrame
    frame: pd.DataFrame
    table: SourceTable
    log: ProblemLog

    def filled(self, pairs: list[Pair]) -> gpd.GeoDataFrame:
        """Return the estates with their missing values filled; a contradiction is said."""
        at = np.array([pair.estate for pair in pairs], dtype=np.int64)
        rows = np.array([pair.row for pair in pairs], dtype=np.int64)
        for column in (*NUMBER_FIELDS, *_TEXTS):
            own, other = self.estates[column].to_numpy()[at], self.frame[column].to_numpy()[rows]
            lacking, told = _unknown(own), ~_unknown(other)
            clash = np.array([not _equal(a, b, column) for a, b in zip(own, other, strict=True)], dtype=bool)
            clash &= told & ~lacking
            taken = told & (lacking | (clash & self.table.leads))
            for i in np.flatnonzero(clash):
                self._say_clash(column, int(at[i]), int(rows[i]), own[i], other[i])
            values = self.estates[column].to_numpy().copy()
            values[at[taken]] = other[taken]
            self.estates[column] = pd.Series(
                values, index=self.estates.index, dtype=self.estates[column].dtype
            )
        return self.estates

    def _say_clash(self, column: str, at: int, row: int, own: object, other: object) -> None:
        text = "{field}: {own} here, {other} in row {row} of {table}; {used} was used."
        values = {
            "source": [self.table.file.name, self.table.sheet],
            "field": Text(_LABELS.get(column, column)),
            "own": _shown(own),
            "other": _shown(other),
            "row": int(self.frame.index[row]),
            "table": self.table.shown,
            "used": _shown(other if self.table.leads else own),
        }
        _say(self.log, Severity.DOUBT, "table_conflict", text, self.estates, at, **values)


def _unknown(values: np.ndarray) -> np.ndarray:
    return np.asarray(pd.isna(values) | (values == ""), dtype=bool)


def _equal(a: object, b: object, column: str) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return bool(np.isclose(float(a), float(b), rtol=_ROUNDED.get(column, 0.0), atol=1e-9))  # type: ignore[arg-type]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else f"{float(value):.12g}"  # type: ignore[arg-type]
