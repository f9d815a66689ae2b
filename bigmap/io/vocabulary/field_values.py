"""Values of planners' fields: text that means none, numbers out of what people typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bigmap.base.arrays import Bools, Floats
from bigmap.base.listing import first_of
from bigmap.base.problem_kind import Finding
from bigmap.base.problem_kinds import fields as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.traditional_script import simplified
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Role
from bigmap.io.vocabulary import mixed_up_units
from bigmap.io.vocabulary.field_names import FieldMatch, folded, match_fields
from bigmap.io.vocabulary.number_ranges import are_signs, are_too_large
from bigmap.io.vocabulary.number_style import WHOLE, with_decimal_points
from bigmap.io.vocabulary.written_names import DESTROYED, is_serial, one_line
from bigmap.io.vocabulary.written_numbers import (
    code_in,
    count_in,
    fee_in,
    is_nothing,
    is_rounded,
    number_in,
    plain_text,
    year_in,
)

FLOOR_M = 3.0
"""Height of a floor where only that of the building is known, metres."""

_ODD_BLANKS = r"\s\s|[^\S ]|[\u200b-\u200f\u2028-\u202e\u2060\ufeff\xad]"
"""Line breaks, several blanks in a row, signs that nobody sees."""

_SHORT = r"^[^0-9]{1,7}$|^#"
"""What may say that there is nothing."""

_ODD_CODE = r"[eE]\+?[0-9]{1,2}$|\.0+$|^[=']|[^\x00-\x7f]"
"""What a code may look like that is not meant as it stands."""

_NO_COMPANY: tuple[str, ...] = (
    "社区代管",
    "居委会代管",
    "社区托管",
    "无物业",
    "无物业公司",
    "无物业管理",
    "无人管理",
    "自管",
)
_NO_COMPANY += ("业主自管", "业委会自管", "居民自管", "居民自治", "业主自治")
_READERS: dict[str, Callable[[str], tuple[float, str]]] = {
    "n_bldg": count_in,
    "yr_built": year_in,
    "fee": fee_in,
}

_LAND = re.compile(r"用地|林地|耕地|草地|园地|水面|宅基地|绿地|滩涂|水田|旱地|住宅")
_STREET = re.compile(r"[路街巷道桥弄线]$|大道|公路$")


def meaning_of_dlmc(values: Sequence[str]) -> str:
    """Tell by its values whether a field DLMC holds names of roads or of land classes; '' where neither.

    Examples
    --------
    >>> meaning_of_dlmc(["湖滨南路", "后滨巷"]), meaning_of_dlmc(["城镇住宅用地", "公路用地"])
    ('道路名称', '地类名称')
    """
    land = sum(_LAND.search(value) is not None for value in values)
    street = sum(_LAND.search(value) is None and _STREET.search(value) is not None for value in values)
    return "" if land == street else "地类名称" if land > street else "道路名称"


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
    fields = _Fields(table, match_fields(table.columns, role, meant=_meanings(table), told=told), file, log)
    fields.say_rivals()
    out: dict[str, Any] = {name: fields.text(name) for name in TEXT_FIELDS}
    out |= {name: fields.number(name) for name in NUMBER_FIELDS}
    if role in {Role.BUILDINGS, Role.PUBLIC}:
        out["floors"] = fields.floors_by_height(out["floors"])
    clean = pd.DataFrame(out, index=table.index)
    if role == Role.ESTATES:
        fields.say_repeated(clean["code"])
    return mixed_up_units.judged(clean, fields.found, file, log)


def _meanings(table: pd.DataFrame) -> dict[str, str]:
    """Return what the ambiguous field DLMC means by its values."""
    names = [name for name in table.columns if folded(str(name)) == "dlmc"]
    told = {
        name: meaning_of_dlmc(table[name].dropna().astype("str").unique()[:2000].tolist()) for name in names
    }
    return {name: meaning for name, meaning in told.items() if meaning}


def _suspects(text: pd.Series, pattern: str) -> list[str]:
    """Return the different values that a pattern finds, so that only few have to be looked at closely."""
    return [str(kind) for kind in text[text.str.contains(pattern, regex=True)].unique() if kind]


_NAMED = 5
"""Codes that a message names."""

_YES = ("true", "t", "y", "yes", "1", "是", "有")
_NO = ("false", "f", "n", "no", "0", "否", "无", "没有")
_WITH_COMPANY = re.compile(r"有无物业|有无物管|(是否)?有物业|是否物业|sfywy|ywwy|haswy")
"""Names of fields that tell by yes and no whether a company manages an estate."""


@dataclass(frozen=True)
class _Fields:
    """The columns of one layer that were understood, read one by one."""

    table: pd.DataFrame
    found: Mapping[str, FieldMatch]
    file: str
    log: ProblemLog

    def say_rivals(self) -> None:
        """Say where several fields could be meant."""
        for column in self.found.values():
            if column.rivals:
                self._say(kinds.FieldRivals(field=column.name, others=", ".join(column.rivals)))

    def text(self, name: str) -> pd.Series:
        """Return a text field, '' where it is empty or says none; codes that are numbers without '.0'."""
        if name not in self.found:
            return pd.Series("", index=self.table.index, dtype="str")
        match = self.found[name]
        text = self._text_of(match, name)
        for other in match.others:
            lacking = text == ""
            told = self._text_of(other, name) if lacking.any() else text
            filled = lacking & (told != "")
            self._say_filled(match, other, filled.to_numpy(), whole=bool(lacking.all()))
            text = text.mask(filled, told)
        return text

    def _text_of(self, match: FieldMatch, name: str) -> pd.Series:
        column = self.table[match.name]
        if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
            column = column.astype("Int64")
        text = column.astype("str").str.strip().mask(column.isna(), "")
        if name == "mgmt" and _WITH_COMPANY.fullmatch(folded(match.name)):
            return text.replace({kind: _company_told(kind) for kind in text.unique()})
        if name != "code":
            text = self._on_one_line(text, match.name)
        text = text.replace({kind: "" for kind in _suspects(text, _SHORT) if self._is_none(kind, name)})
        if name == "code":
            return self._codes(column, text)
        return self._names(text, match.name) if name == "name" else text

    def _on_one_line(self, text: pd.Series, field: str) -> pd.Series:
        """Return texts without line breaks and blanks that nobody means."""
        odd = {kind: one_line(kind) for kind in _suspects(text, _ODD_BLANKS)}
        rows = np.flatnonzero(text.isin(list(odd)))
        if len(rows):
            row = int(rows[0])
            self._say(kinds.TextOnOneLine(field=field, text=odd[str(text.iloc[row])], n=len(rows)), row)
        return text.replace(odd) if odd else text

    def _names(self, text: pd.Series, field: str) -> pd.Series:
        """Return names; what only numbers a shape, and what was destroyed, is none."""
        serial = text.isin([kind for kind in text.unique() if kind and is_serial(kind)])
        rows = np.flatnonzero(serial)
        if len(rows):
            row = int(rows[0])
            self._say(kinds.SerialNames(field=field, text=str(text.iloc[row]), n=len(rows)), row)
        destroyed = text.isin(_suspects(text, DESTROYED))
        return text.mask(serial | destroyed, "")

    def _say_filled(self, match: FieldMatch, other: FieldMatch, filled: Bools, *, whole: bool) -> None:
        rows = np.flatnonzero(filled)
        if len(rows):
            found = kinds.FieldEmpty if whole else kinds.FieldFilled
            self._say(found(field=match.name, other=other.name, n=len(rows)), int(rows[0]))

    @staticmethod
    def _is_none(text: str, name: str) -> bool:
        return is_nothing(text) or (name == "oper" and simplified(text.replace(" ", "")) in _NO_COMPANY)

    def _codes(self, column: pd.Series, text: pd.Series) -> pd.Series:
        """Return codes as they were meant; those that Excel has rounded are left empty and said."""
        read = {kind: code_in(kind) for kind in _suspects(text, _ODD_CODE)}
        if pd.api.types.is_numeric_dtype(column.dtype):
            long = [kind for kind in text[text.str.len() > 15].unique() if kind.isdigit()]
            read |= dict.fromkeys(long, ("", "lost")) if is_rounded([int(kind) for kind in long]) else {}
        field = str(column.name)
        for way in ("mended", "lost"):
            rows = np.flatnonzero(text.isin([kind for kind, (_, how) in read.items() if how == way]))
            if len(rows):
                first, n = str(text.iloc[rows[0]]), len(rows)
                mended = kinds.CodeMended(field=field, text=first, code=read[first][0], n=n)
                lost = kinds.CodeLost(field=field, text=first, n=n)
                self._say(lost if way == "lost" else mended, int(rows[0]))
        return text.replace({kind: code for kind, (code, _) in read.items() if code != kind})

    def say_repeated(self, codes: pd.Series) -> None:
        """Say which codes more than one feature bears; buildings bear that of their estate."""
        repeated = codes[(codes != "") & codes.duplicated(keep=False)]
        if len(repeated):
            first = repeated.unique()
            shown = first_of(first, _NAMED)
            column = self.found["code"].name
            self._say(kinds.CodeRepeated(field=column, n=len(repeated), codes=shown))

    def number(self, name: str) -> Floats:
        """Return a number field in our unit; NaN where it is empty, negative, or no number."""
        if name not in self.found:
            return np.full(len(self.table), np.nan)
        match = self.found[name]
        values = self._number_of(match, name)
        for other in match.others:
            blank = not (values > 0).any()  # an empty column of a .dbf comes as zeros
            lacking = ~(values > 0) if blank else np.isnan(values)
            told = self._number_of(other, name) if lacking.any() else values
            filled = lacking & (told > 0 if blank else np.isfinite(told))
            self._say_filled(match, other, filled, whole=blank)
            values = np.where(filled, told, values)
        return values

    def _number_of(self, column: FieldMatch, name: str) -> Floats:
        series = self.table[column.name]
        if pd.api.types.is_numeric_dtype(series.dtype):
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            values = self._typed(series, column.name, name)
        if column.factor != 1.0:
            self._say(kinds.UnitOfField(field=column.name, factor=column.factor))
        # Twelve digits are more than any source has, and hide what binary fractions add: 1.13 × 10,000.
        values = self._in_range(values, column.name, name)
        return values if column.factor == 1.0 else np.round(values * column.factor, 6)

    def floors_by_height(self, floors: Floats) -> Floats:
        """Return the floors, guessed from the height where they are not given."""
        heights = self.number("height_m")
        lacking = ~(floors > 0) & (heights > 0)
        if lacking.any():
            self._say(kinds.FloorsGuessed(n=int(lacking.sum()), floor=FLOOR_M))
        return np.where(lacking, np.maximum(1, np.round(heights / FLOOR_M)), floors)

    def _typed(self, series: pd.Series, name: str, wanted: str) -> Floats:
        """Return the numbers in a text column, each different value read once."""
        codes, typed = pd.factorize(series.astype("str").mask(series.isna(), ""))
        reader = _READERS.get(wanted, number_in)
        texts, doubtful = list(map(str, typed)), [False] * len(typed)
        if wanted not in {"n_bldg", "yr_built"}:
            texts, doubtful = with_decimal_points(texts, whole=wanted in WHOLE)
        read = [_in_style(reader(text), doubt) for text, doubt in zip(texts, doubtful, strict=True)]
        read = [
            (value, "mended" if how == "plain" and text != given else how)
            for (value, how), text, given in zip(read, texts, typed, strict=True)
        ]
        values = np.array([value for value, _ in read], dtype=np.float64)[codes]
        how = np.array([way for _, way in read], dtype=object)[codes]
        for way in ("mended", "rough", "lost"):
            rows = np.flatnonzero(how == way)
            if len(rows):
                row, n = int(rows[0]), len(rows)
                text, value = str(series.iloc[row]), float(values[row])
                self._say(_of_typed(way, name, text, value, n), row)
        return values

    def _in_range(self, values: Floats, name: str, wanted: str) -> Floats:
        signs = are_signs(wanted, values)
        for sign in np.unique(values[signs]):
            rows = np.flatnonzero(values == sign)
            self._say(kinds.NumberSign(field=name, value=float(sign), n=len(rows)), int(rows[0]))
        values = np.where(signs, np.nan, values)
        rows = np.flatnonzero(values < 0)
        if len(rows):
            row = int(rows[0])
            self._say(kinds.NumberNegative(field=name, value=float(values[row]), n=len(rows)), row)
        large = are_too_large(wanted, values)
        rows = np.flatnonzero(large)
        if len(rows):
            row = int(rows[0])
            self._say(kinds.NumberHuge(field=name, value=float(values[row]), n=len(rows)), row)
        return np.where((values < 0) | large, np.nan, values)

    def _say(self, what: Finding, row: int | None = None) -> None:
        feature = None if row is None else int(self.table.index[row])
        self.log.add(what, file=self.file, feature=feature)


def _company_told(text: str) -> str:
    """Return in words what yes or no tells of the company of an estate; other texts as they are."""
    plain = plain_text(text)
    return "有物业" if plain in _YES else "无物业" if plain in _NO else text


def _in_style(read: tuple[float, str], doubtful: bool) -> tuple[float, str]:
    """Return a number as read; one that could be a thousand times as large is rough."""
    value, how = read
    return value, "rough" if doubtful and how in {"plain", "mended"} else how


def _of_typed(way: str, field: str, text: str, value: float, n: int) -> Finding:
    """Return what is said about a typed number, by how it was got."""
    if way == "lost":
        return kinds.NumberLost(field=field, text=text, n=n)
    found = kinds.NumberMended if way == "mended" else kinds.NumberRough
    return found(field=field, text=text, value=value, n=n)
