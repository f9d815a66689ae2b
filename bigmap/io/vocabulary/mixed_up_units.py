"""Units that planners mix up: 万m² and m², per cent and shares, fees a month and a year, 套 and 户.

Nothing is changed where both readings are possible: it is said, with the value that would be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.arrays import Floats
from bigmap.base.problems import ProblemLog, Severity
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
        text = (
            "Floor area {value:g} m² for {hh:.0f} households looks like 10,000 m²: {better:,.0f} m²? "
            "It was left as it stands."
        )
        values = {"value": area, "hh": households, "better": np.round(area * WAN, 4)}
        self._each(small, "unit_wan", text, **values)
        text = "Floor area {value:g} m² looks like 10,000 m²: {better:,.0f} m²? It was left as it stands."
        self._each(alone, "unit_wan", text, value=values["value"], better=values["better"])
        large = known & _believed(each / WAN)
        text = (
            "Floor area {value:,.0f} m² for {hh:.0f} households looks like m² counted as 10,000 m²: "
            "{better:,.0f} m²? It was left as it stands."
        )
        self._each(large, "unit_not_wan", text, **(values | {"better": np.round(area / WAN, 4)}))

    def dwellings(self) -> None:
        """Say where households come from a count of dwellings."""
        name = self.found["hh"].name if "hh" in self.found else ""
        if re.search(r"套|zts", unicodedata.normalize("NFKC", name).casefold()):
            text = "Field {field} counts dwellings (套), not registered households; it was used all the same."
            self.log.add(Severity.DOUBT, "dwellings", text, file=self.file, field=name)

    def shares(self, name: str) -> Floats:
        """Return rates from 0 to 1; per cent are divided by 100, a mixed column is doubted value by value."""
        values, field = self.table[name].to_numpy(np.float64), self.found[name].name
        wrong = values > 100
        self._each(wrong, "rate_wrong", "Rate {value:g} is above 100 % and was left empty.", value=values)
        per_cent, share = (values > 1) & ~wrong, (values > 0) & (values <= 1)
        if per_cent.any() and share.any():
            text = "Rates in per cent and in shares are mixed: {value:g} was read as {better:.1%}."
            fewer = per_cent if per_cent.sum() <= share.sum() else share
            better = np.where(per_cent, values / 100, values)
            self._each(fewer, "rate_mixed", text, value=values, better=better)
        elif per_cent.any():
            text = "Field {field}: values are in per cent and were divided by 100."
            self.log.add(Severity.MENDED, "rate_per_cent", text, file=self.file, field=field)
        return np.where(wrong, np.nan, np.where(per_cent, np.round(values / 100, 12), values))

    def fees(self) -> Floats:
        """Return fees per m² and month; those per household are no such thing, dear ones are doubted."""
        fees, field = self.table["fee"].to_numpy(np.float64), self.found["fee"].name
        if re.search(r"/(户|月/户|年/户)|每户|按户", unicodedata.normalize("NFKC", field)):
            text = "Field {field} tells the fee of a household, not of a square metre; it was not used."
            self.log.add(Severity.DOUBT, "fee_per_household", text, file=self.file, field=field)
            return np.full(len(fees), np.nan)
        dear = fees > _DEAREST
        text = (
            "A fee of {value:g} yuan per m² and month is dear; per year it would be {better:.3g} a month. "
            "It was left as it stands."
        )
        self._each(dear, "fee_unit", text, value=fees, better=fees / 12)
        return fees

    def _each(self, which: Flags, code: str, text: str, /, **values: Floats) -> None:
        """Record a doubt a feature."""
        rows = np.flatnonzero(which)
        for row in rows[:LISTED]:
            shown: dict[str, Any] = {name: float(column[row]) for name, column in values.items()}
            name, fid = self.table["name"].iloc[row], int(self.table.index[row])
            self.log.add(Severity.DOUBT, code, text, file=self.file, feature=fid, name=name, **shown)
        if len(rows) > LISTED:
            more = "{n} more features are like the {listed} before."
            self.log.add(Severity.DOUBT, code, more, file=self.file, n=len(rows) - LISTED, listed=LISTED)


def _believed(each: Floats) -> Flags:
    return (each >= _M2_OF_HOUSEHOLD[0]) & (each <= _M2_OF_HOUSEHOLD[1])
