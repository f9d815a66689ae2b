"""Figures of tables given to the estates whose names they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
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
    bare: dict[Path, set[int]] = {}
    for table in tables:
        frame = _without_repeats(table, log)
        own, found = matched(table, frame, names)
        said = _Said(estates, names.taken_apart(), frame, table, log)
        said.own(own)
        said.pairs(found, len(own.pairs))
        bare[table.file] = bare.get(table.file, set(found.bare)) & set(found.bare)
        estates = _Filling(estates.copy(), frame, table, log).filled(own.pairs + found.pairs)
    _say_bare(estates, tables, bare, log)
    return estates


def _say_bare(
    estates: gpd.GeoDataFrame, tables: Sequence[SourceTable], bare: dict[Path, set[int]], log: ProblemLog
) -> None:
    """Say of each file which estates none of its sheets has a row for."""
    for file, lacking in bare.items():
        sheets = [table for table in tables if table.file == file]
        said = kinds.TableLacks(table=sheets[0].shown if len(sheets) == 1 else file.name)
        say_each(log, estates, sorted(lacking), partial(_same, said))


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


def _same(found: Finding, _: int) -> Finding:
    return found


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
    for row, name in table.frame.loc[repeated, "name"].items():
        log.add(kinds.RowTwice(), file=table.shown, feature=int(row), name=str(name))
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
        for pair in decided.pairs:
            row, other = self._row_of(pair)
            _say(self.log, kinds.TableChosen(row=row, other=other), self.estates, pair.estate)
        for number in decided.refused:
            self._say_row(kinds.TableRefused(), number)

    def pairs(self, found: Pairing, own: int) -> None:
        """Record what the names told, besides ``own`` pairs that the planner made."""
        near = [pair for pair in found.pairs if pair.score < 100]
        joined = kinds.TableJoined(n=len(found.pairs) + own, rows=len(self.frame), near=len(near))
        self.log.add(joined, file=self.table.shown)
        table, sheet, mark = self.table.file.name, self.table.sheet, self.row_marks
        for pair in near:
            row, other = self._row_of(pair)
            one = kinds.TableNear(
                row=row, other=other, score=pair.score, table=table, sheet=sheet, mark=mark[pair.row]
            )
            _say(self.log, one, self.estates, pair.estate)
        for row, pairs in found.doubtful.items():
            shown = ", ".join(f"{self.names[pair.estate].shown} ({pair.score:.0f})" for pair in pairs)
            likely = {self.estate_marks[pair.estate]: pair.score for pair in pairs}
            place = representative_vertex(self.estates.geometry.iloc[pairs[0].estate])
            doubt = kinds.TableDoubt(
                candidates=shown,
                likely=likely,
                hh=self._households(row),
                table=table,
                sheet=sheet,
                mark=mark[row],
            )
            self._say_row(doubt, row, place)
        for row in found.spare:
            hh = self._households(row)
            self._say_row(kinds.TableSpare(hh=hh, table=table, sheet=sheet, mark=mark[row]), row)

    def _households(self, row: int) -> float:
        """Return the households of a row, 0 where it tells none."""
        return float(np.nan_to_num(self.frame["hh"].iloc[row]))

    def _row_of(self, pair: Pair) -> tuple[int, str]:
        """Return number and name of the row of a pair."""
        return int(self.frame.index[pair.row]), str(self.frame["name"].iloc[pair.row])

    def _say_row(self, what: Finding, row: int, place: tuple[float, float] | None = None) -> None:
        number, name = int(self.frame.index[row]), str(self.frame["name"].iloc[row])
        self.log.add(what, file=self.table.shown, feature=number, name=name, place=place)


def _say(log: ProblemLog, what: Finding, estates: gpd.GeoDataFrame, at: int) -> None:
    """Record a problem of one estate."""
    estate = estates.iloc[at]
    place = representative_vertex(estate.geometry)
    file, name = str(estate["file"]), str(estate["name"])
    log.add(what, file=file, feature=int(estate["fid"]), name=name, place=place)


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
        conflict = kinds.TableConflict(
            source=(self.table.file.name, self.table.sheet),
            field=Text(_LABELS.get(column, column)),
            own=_shown(own),
            other=_shown(other),
            row=int(self.frame.index[row]),
            table=self.table.shown,
            used=_shown(other if self.table.leads else own),
        )
        _say(self.log, conflict, self.estates, at)


def _unknown(values: np.ndarray) -> np.ndarray:
    return np.asarray(pd.isna(values) | (values == ""), dtype=bool)


def _equal(a: object, b: object, column: str) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return bool(np.isclose(float(a), float(b), rtol=_ROUNDED.get(column, 0.0), atol=1e-9))  # type: ignore[arg-type]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else f"{float(value):.12g}"  # type: ignore[arg-type]
