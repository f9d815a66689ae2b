"""The rows of a layer as a data model looks at them, and what it says of each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.sources.layers import Role

Kinds = Shapes
"""An array of `Kind`, one a row."""
_M_PER_DEGREE = 111_320.0
_YES = frozenset({"1", "t", "y", "yes", "true", "viaduct", "是"})


@dataclass(frozen=True)
class Kind:
    """What the rows of a code are.

    Attributes
    ----------
    role : Role or None
        None for what is set aside.
    what : str
        What they are, where they are set aside or only some of them count: an English phrase.
    road_class : str
        Of roads, in our terms.
    structure : str
        'bridge' or 'tunnel'.
    named : bool
        Whether only rows with a name have the role.
    households : bool
        False for buildings in which nobody lives.
    """

    role: Role | None
    what: str = ""
    road_class: str = ""
    structure: str = ""
    named: bool = False
    households: bool = True


UNDECIDED = Kind(None, "features whose code tells nothing")
"""What a model says of rows that bear none of its codes."""


@dataclass
class Verdict:
    """What a model says of the rows of a layer.

    Attributes
    ----------
    kinds : ndarray of Kind, shape (n,)
    columns : dict of str to ndarray
        Canonical field → values that codes or flags tell; they go before those of the layer's own columns.
    shapes : ndarray of shapely.Geometry or None
        The shapes where they are others than those read: rings closed, edges made roads.
    """

    kinds: Kinds
    columns: dict[str, Any] = field(default_factory=dict)
    shapes: Shapes | None = None


class Rows:
    """A table of attributes whose columns are found by name whatever their case, with the shapes.

    Parameters
    ----------
    table : pandas.DataFrame
    shapes : ndarray of shapely.Geometry
    layer : str
        Name of the layer.
    labels : pandas.DataFrame, optional
        ``text``, ``x``, ``y``: what is written in the drawing that the layer is of.
    """

    def __init__(
        self, table: pd.DataFrame, shapes: Shapes, layer: str = "", labels: pd.DataFrame | None = None
    ) -> None:
        self.table, self.shapes, self.layer = table, shapes, layer
        self.labels = pd.DataFrame({"text": [], "x": [], "y": []}) if labels is None else labels
        self._texts: dict[str, pd.Series] = {}
        self.own = {str(name).strip().casefold(): str(name) for name in reversed(table.columns)}

    def __len__(self) -> int:
        return len(self.table)

    def column(self, *names: str) -> str | None:
        """Return the first of these columns that is there and holds something, else one that is there."""
        there = [self.own[name.casefold()] for name in names if name.casefold() in self.own]
        return next((name for name in there if (self._read(name) != "").any()), next(iter(there), None))

    def text(self, *names: str) -> pd.Series:
        """Return a column as text without blanks, '' where it is empty; whole numbers without '.0'.

        What is empty in the first of these columns is filled from the next one.
        """
        found = pd.Series("", index=self.table.index, dtype="str")
        for name in names:
            if name.casefold() in self.own:
                found = found.where(found != "", self._read(self.own[name.casefold()]))
        return found

    def _read(self, name: str) -> pd.Series:
        if name not in self._texts:
            self._texts[name] = self._as_text(self.table[name])
        return self._texts[name]

    @staticmethod
    def _as_text(column: pd.Series) -> pd.Series:
        if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
            column = column.astype("Int64")
        text = column.astype("str").str.strip().mask(column.isna(), "")
        return text.str.replace(r"^(\d+)\.0+$", r"\1", regex=True).replace(
            {"None": "", "nan": "", "<NA>": ""}
        )

    def lower(self, *names: str) -> pd.Series:
        """Return a column as text in lower case."""
        return self.text(*names).str.casefold()

    def number(self, *names: str) -> Floats:
        """Return a column as numbers, a unit behind them left away ('18 m'); NaN where there is none."""
        head = self.text(*names).str.extract(r"^\s*(-?\d+(?:[.,]\d+)?)", expand=False)
        return pd.to_numeric(head.str.replace(",", "."), errors="coerce").to_numpy(np.float64)

    def flag(self, *names: str) -> Bools:
        """Return where a column says yes."""
        text = self.lower(*names)
        return np.asarray(text.isin(_YES) | ((text != "") & ~text.isin(_NO) & text.str.isalpha()), dtype=bool)

    def codes(self, *names: str, width: int = 0) -> pd.Series:
        """Return a column of codes: numbers of a text field or a number field alike, filled up with zeros."""
        text = self.text(*names).str.upper()
        return text.where(~text.str.fullmatch(r"\d+"), text.str.zfill(width)) if width else text

    def dimension(self) -> Ints:
        """Return 0 for points, 1 for lines, 2 for areas, -1 for none."""
        return np.asarray(shapely.get_dimensions(self.shapes))

    def area_m2(self) -> Floats:
        """Return areas in m², of degrees roughly."""
        area = np.asarray(shapely.area(self.shapes), dtype=np.float64)
        bounds = shapely.total_bounds(self.shapes[~shapely.is_missing(self.shapes)])
        if len(area) == 0 or not np.isfinite(bounds).all() or np.abs(bounds).max() > 180:
            return area
        return area * _M_PER_DEGREE**2 * float(np.cos(np.radians((bounds[1] + bounds[3]) / 2)))


_NO = frozenset({"", "0", "f", "n", "no", "false", "none", "nan", "否", "无"})


Judge = Callable[[Rows], Verdict]
"""What gives the kind of each row of a layer."""


def all_rows(kind: Kind) -> Judge:
    """Return a judge that says the same of each row."""

    def judge(rows: Rows) -> Verdict:
        return Verdict(repeat(kind, len(rows)))

    return judge


def by_codes(*columns: str, kinds: Mapping[str, Kind], width: int = 0, other: Kind = UNDECIDED) -> Judge:
    """Return a judge that goes by the longest beginning of a code that is listed."""

    def judge(rows: Rows) -> Verdict:
        return Verdict(look_up(rows.codes(*columns, width=width), kinds, other))

    return judge


def repeat(kind: Kind, n: int) -> Kinds:
    """Return an array with one kind n times."""
    out = np.empty(n, dtype=object)
    out[:] = kind
    return out


def put(kinds: Kinds, where: Any, kind: Kind) -> Kinds:
    """Return the kinds with another one in some of the rows."""
    out = kinds.copy()
    out[np.asarray(where, dtype=bool)] = kind
    return out


def are(kinds: Kinds, kind: Kind) -> Bools:
    """Return which rows are of this very kind."""
    return np.array([one is kind for one in kinds], dtype=bool)


def look_up(codes: pd.Series, kinds: Mapping[str, Kind], other: Kind = UNDECIDED) -> Kinds:
    """Return the kind of each code, by the longest beginning that is listed; each code is looked at once.

    Examples
    --------
    >>> water, rest = Kind(Role.EXCLUSIONS), Kind(None, "other")
    >>> [k.role for k in look_up(pd.Series(["1101A", "12"]), {"11": water}, rest)]
    [<Role.EXCLUSIONS: 'exclusions'>, None]
    """

    def kind_of(code: str) -> Kind:
        begins = (code[:n] for n in range(len(code), 0, -1))
        return next((kinds[begin] for begin in begins if begin in kinds), other)

    return kinds_by(codes, kind_of)


def kinds_by(texts: pd.Series, kind_of: Callable[[str], Kind]) -> Kinds:
    """Return the kind of each text; each different one is looked at once."""
    number, different = pd.factorize(texts.astype("str"))
    table = np.empty(len(different), dtype=object)
    for i, text in enumerate(different):
        table[i] = kind_of(text)
    return table[number] if len(table) else np.empty(0, dtype=object)


def choose(rows: Sequence[tuple[Any, Kind]], n: int, other: Kind = UNDECIDED) -> Kinds:
    """Return for each row the kind of the first mask that holds for it."""
    out = repeat(other, n)
    for mask, kind in reversed(rows):
        out[np.asarray(mask, dtype=bool)] = kind
    return out


def json_value(text: str, *path: str) -> str:
    """Return what stands at a path in a JSON text, '' where nothing does.

    Examples
    --------
    >>> json_value('{"primary": "湖滨南路"}', "primary")
    '湖滨南路'
    """
    if not text.startswith(("{", "[")):
        return ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) else "" if value is None else str(value)


def hstore(text: str) -> dict[str, str]:
    """Return the tags of GDAL's ``other_tags``.

    Examples
    --------
    >>> hstore('"building:levels"=>"6","name:en"=>"A"')
    {'building:levels': '6', 'name:en': 'A'}
    """
    if text.startswith("{"):
        try:
            held = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return {str(k): str(v) for k, v in held.items()} if isinstance(held, dict) else {}
    pairs = re.findall(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"', text)
    return {k: re.sub(r"\\(.)", r"\1", v) for k, v in pairs}


def estates(what: str = "housing ground without a name") -> Kind:
    """Return the kind of housing ground that is an estate where it has a name."""
    return Kind(Role.ESTATES, what, named=True)
