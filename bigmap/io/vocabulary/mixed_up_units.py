"""Units that planners mix up: 万m² and m², per cent and shares, fees a month and a year, 套 and 户.

Nothing is changed where both readings are possible: it is said, with the value that would be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.arrays import Floats
from bigmap.base.problem_kind import Finding, Unlisted
from bigmap.base.problem_kinds import fields as kinds
from bigmap.base.problems import ProblemLog
from bigmap.io.vocabulary.field_names import FieldMatch

Flags = npt.NDArray[np.bool_]

LISTED = 200
"""Features with one doubt that are listed one by one; of the others the number is told."""

WAN = 10_000.0
_M2_OF_HOUSEHOLD = (20.0, 600.0)
"""Floor area of a household between which a reading is believed, m²."""

_DEAREST = 10.0
"""Fee a month that is still believed, yuan per m²."""


def judged(table: pd.DataFrame, found: Mapping[str, FieldMatch], file: str, log: ProblemLog) -> pd.DataFrame:
    """Return the canonical table with shares as shares and fees per m² and month; doubts are said.

    Parameters
    ----------
    table : pandas.DataFrame
        Canonical columns, numbers read; the index is the number of the feature in the file.
    found : mapping of str to FieldMatch
        Which column of the file each came from.
    file : str
    log : ProblemLog
    """
    trap = _Trap(table, found, file, log)
    trap.floor_areas()
    trap.dwellings()
    out = table.copy()
    for name in ("collect", "satisf"):
        if name in found:
            out[name] = trap.shares(name)
    if "fee" in found:
        out["fee"] = trap.fees()
    return out


class _Trap:
    """The judgements about one table."""

    def __init__(
        self, table: pd.DataFrame, found: Mapping[str, FieldMatch], file: str, log: ProblemLog
    ) -> None:
        self.table, self.found, self.file, self.log = table, found, file, log

    def floor_areas(self) -> None:
        """Doubt floor areas that fit their households only in another unit."""
        area, households = (self.table[name].to_numpy(np.float64) for name in ("gfa_m2", "hh"))
        with np.errstate(divide="ignore", invalid="ignore"):
            each = area / households
        known = (area > 0) & (households > 0)
        usual = np.nanmedian(area[area > 0]) if (area > 0).any() else 0.0
        alone = (area > 0) & ~known & (area < 100) & (area * 100 < usual)
        small = known & (area < 1000) & _believed(each * WAN)
        more, less = np.round(area * WAN, 4), np.round(area / WAN, 4)
        self._each(small, lambda i: kinds.FloorAreaInWan(value=area[i], hh=households[i], better=more[i]))
        self._each(alone, lambda i: kinds.FloorAreaAloneInWan(value=area[i], better=more[i]))
        large = known & _believed(each / WAN)
        self._each(large, lambda i: kinds.FloorAreaNotInWan(value=area[i], hh=households[i], better=less[i]))

    def dwellings(self) -> None:
        """Say where households come from a count of dwellings."""
        name = self.found["hh"].name if "hh" in self.found else ""
        if re.search(r"套|zts", unicodedata.normalize("NFKC", name).casefold()):
            self.log.add(kinds.Dwellings(field=name), file=self.file)

    def shares(self, name: str) -> Floats:
        """Return rates from 0 to 1; per cent are divided by 100, a mixed column is doubted value by value."""
        values, field = self.table[name].to_numpy(np.float64), self.found[name].name
        wrong = values > 100
        self._each(wrong, lambda i: kinds.RateWrong(value=values[i]))
        per_cent, share = (values > 1) & ~wrong, (values > 0) & (values <= 1)
        if per_cent.any() and share.any():
            fewer = per_cent if per_cent.sum() <= share.sum() else share
            better = np.where(per_cent, values / 100, values)
            self._each(fewer, lambda i: kinds.RateMixed(value=values[i], better=better[i]))
        elif per_cent.any():
            self.log.add(kinds.RatePerCent(field=field), file=self.file)
        return np.where(wrong, np.nan, np.where(per_cent, np.round(values / 100, 12), values))

    def fees(self) -> Floats:
        """Return fees per m² and month; those per household are no such thing, dear ones are doubted."""
        fees, field = self.table["fee"].to_numpy(np.float64), self.found["fee"].name
        if re.search(r"/(户|月/户|年/户)|每户|按户", unicodedata.normalize("NFKC", field)):
            self.log.add(kinds.FeePerHousehold(field=field), file=self.file)
            return np.full(len(fees), np.nan)
        dear = fees > _DEAREST
        self._each(dear, lambda i: kinds.FeeUnit(value=fees[i], better=fees[i] / 12))
        return fees

    def _each(self, which: Flags, found: Callable[[int], Finding]) -> None:
        """Record a doubt a feature: what ``found`` makes of its row."""
        rows = np.flatnonzero(which)
        for row in rows[:LISTED]:
            name, fid = self.table["name"].iloc[row], int(self.table.index[row])
            self.log.add(found(row), file=self.file, feature=fid, name=name)
        if len(rows) > LISTED:
            rest = Unlisted(like=type(found(rows[0])), n=len(rows) - LISTED, listed=LISTED)
            self.log.add(rest, file=self.file)


def _believed(each: Floats) -> Flags:
    return (each >= _M2_OF_HOUSEHOLD[0]) & (each <= _M2_OF_HOUSEHOLD[1])
