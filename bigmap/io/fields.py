"""Values of planners' fields: text that means none, numbers out of what people typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.layers import NUMBER_FIELDS, TEXT_FIELDS, Role
from bigmap.io.aliases import Column, match

Floats = npt.NDArray[np.float64]

FLOOR_M = 3.0
"""Height of a floor where only that of the building is known, metres."""

_NOTHING = ("", "/", "\\", "-", "--", "—", "——", "无", "暂无", "不详", "未知", "null", "none", "nan", "n/a")
_NO_COMPANY = ("社区代管", "居委会代管", "无物业", "无物业公司", "自管")
_NUMBER = re.compile(r"(大约|约|近|共|计|≈|~|>|<|=|地上)?([-+]?\d+(?:\.\d+)?)(\D{0,6}|\D{0,3}m2)")

_READ_AS = "Field {field}: “{text}” was read as {value:g} ({n} values like it)."
_TYPED = {
    "mended": (Severity.MENDED, _READ_AS),
    "rough": (Severity.DOUBT, _READ_AS),
    "lost": (
        Severity.DOUBT,
        "Field {field}: “{text}” is not a number and was left empty ({n} values like it).",
    ),
}
"""How a typed number was got → what is said about it."""


def canonical(
    table: pd.DataFrame, role: Role, file: str, log: ProblemLog, told: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the table with `TEXT_FIELDS` and `NUMBER_FIELDS` only, values cleaned, index kept.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns as in the file, text decoded; the index is the number of the feature in the file.
    role : Role
    file : str
        Name for the problems.
    log : ProblemLog
        Gets one problem for each kind of judgement in a field.
    told : mapping of str to str, optional
        Canonical field → column that the planner named for it, '' for none.
    """
    fields = _Fields(table, match(table.columns, role, told), file, log)
    out: dict[str, Any] = {name: fields.text(name) for name in TEXT_FIELDS}
    out |= {name: fields.number(name) for name in NUMBER_FIELDS}
    if role in {Role.BUILDINGS, Role.PUBLIC}:
        out["floors"] = fields.floors_by_height(out["floors"])
    fields.doubt_small_areas(out["gfa_m2"], out["hh"])
    return pd.DataFrame(out, index=table.index)


def number_in(text: str) -> tuple[float, str]:
    """Return the number in a typed value and how it was got: 'plain', 'empty', 'mended', 'rough' or 'lost'.

    Examples
    --------
    >>> number_in("１20户"), number_in("约120户")
    ((120.0, 'mended'), (120.0, 'rough'))
    >>> number_in("1-10幢")
    (nan, 'lost')
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() in _NOTHING:
        return float("nan"), "empty"
    hit = _NUMBER.fullmatch(plain.replace(",", "").replace(" ", ""))
    if hit is None:
        return float("nan"), "lost"
    value = float(hit[2]) * (10_000.0 if hit[3].startswith("万") else 1.0)
    if hit[1]:
        return value, "rough"
    return value, "plain" if hit[2] == text.strip() else "mended"


@dataclass(frozen=True)
class _Fields:
    """The columns of one layer that were understood, read one by one."""

    table: pd.DataFrame
    found: Mapping[str, Column]
    file: str
    log: ProblemLog

    def text(self, name: str) -> pd.Series:
        """Return a text field, '' where it is empty or says none; codes that are numbers without '.0'."""
        if name not in self.found:
            return pd.Series("", index=self.table.index, dtype="str")
        column = self.table[self.found[name].name]
        if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
            column = column.astype("Int64")
        missing = column.isna()
        text = column.astype("str").str.strip()
        none = _NOTHING + (_NO_COMPANY if name == "oper" else ())
        return text.mask(missing | text.str.casefold().isin(none), "")

    def number(self, name: str) -> Floats:
        """Return a number field in our unit; NaN where it is empty, negative, or no number."""
        if name not in self.found:
            return np.full(len(self.table), np.nan)
        column = self.found[name]
        series = self.table[column.name]
        if pd.api.types.is_numeric_dtype(series.dtype):
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            values = self._typed(series, column.name)
        if column.factor != 1.0:
            text = "Field {field}: values were multiplied by {factor:g}, for the unit in its name."
            self._say(Severity.MENDED, "unit", text, field=column.name, factor=column.factor)
        return self._not_negative(values, column.name) * column.factor

    def floors_by_height(self, floors: Floats) -> Floats:
        """Return the floors, guessed from the height where they are not given."""
        heights = self.number("height_m")
        lacking = ~(floors > 0) & (heights > 0)
        if lacking.any():
            text = "Floors of {n} buildings were guessed from their height, {floor:g} m a floor."
            self._say(Severity.DOUBT, "floors_guessed", text, n=int(lacking.sum()), floor=FLOOR_M)
        return np.where(lacking, np.maximum(1, np.round(heights / FLOOR_M)), floors)

    def doubt_small_areas(self, gfa: Floats, households: Floats) -> None:
        """Say where a floor area under 100 for over 200 households must be in 10,000 m²."""
        rows = np.flatnonzero((gfa > 0) & (gfa < 100) & (households > 200))
        if len(rows):
            text = (
                "Floor area {value:g} m² for {hh:g} households looks like 10,000 m² ({n} such features); "
                "it was left as it stands: multiply the field by 10,000 if so."
            )
            first = int(rows[0])
            values = {"value": float(gfa[first]), "hh": float(households[first]), "n": len(rows)}
            self._say(Severity.DOUBT, "unit_wan", text, first, **values)

    def _typed(self, series: pd.Series, name: str) -> Floats:
        """Return the numbers in a text column, each different value read once."""
        codes, kinds = pd.factorize(series.astype("str").mask(series.isna(), ""))
        read = [number_in(str(kind)) for kind in kinds]
        values = np.array([value for value, _ in read], dtype=np.float64)[codes]
        how = np.array([way for _, way in read], dtype=object)[codes]
        for way, (severity, text) in _TYPED.items():
            rows = np.flatnonzero(how == way)
            if len(rows):
                row = int(rows[0])
                shown = {"field": name, "text": series.iloc[row], "value": float(values[row]), "n": len(rows)}
                self._say(severity, f"number_{way}", text, row, **shown)
        return values

    def _not_negative(self, values: Floats, name: str) -> Floats:
        rows = np.flatnonzero(values < 0)
        if len(rows):
            text = "Field {field}: {value:g} is below zero and was left empty ({n} values like it)."
            row = int(rows[0])
            shown = {"field": name, "value": float(values[row]), "n": len(rows)}
            self._say(Severity.DOUBT, "number_negative", text, row, **shown)
        return np.where(values < 0, np.nan, values)

    def _say(
        self, severity: Severity, code: str, text: str, row: int | None = None, /, **values: Any
    ) -> None:
        feature = None if row is None else int(self.table.index[row])
        self.log.add(severity, code, text, file=self.file, feature=feature, **values)
