"""Codes of administrative divisions: the length tells the level."""

from __future__ import annotations

import pandas as pd

from bigmap.core.sources.layers import Role
from bigmap.io.data_models.rows import UNDECIDED, Judge, Kind, Kinds, Rows, Verdict, choose

STREET = Kind(Role.BOUNDARY)
COMMUNITY = Kind(Role.COMMUNITIES)
DISTRICT = Kind(
    Role.BOUNDARY, "areas of a district or city, wider than a street: give the street's own boundary"
)


def division_code(code: str) -> str:
    """Return a code of 6, 9 or 12 digits without what stands behind it.

    Examples
    --------
    >>> [division_code(c) for c in ("3502030010020000000", "350203001000", "350203", "350203001")]
    ['350203001002', '350203001', '350203', '350203001']
    """
    digits = code[:12]
    while len(digits) > 6 and digits.endswith("000") and len(digits) % 3 == 0:
        digits = digits[:-3]
    return digits


def by_division(*columns: str, unknown: Kind = UNDECIDED) -> Judge:
    """Return a judge that tells streets from communities by the length of a code."""

    def judge(rows: Rows) -> Verdict:
        codes = rows.text(*columns).map(division_code)
        return Verdict(kinds_of_divisions(codes, unknown), {"code": codes.to_numpy(object)})

    return judge


def kinds_of_divisions(codes: pd.Series, unknown: Kind = UNDECIDED) -> Kinds:
    """Return the kind of each code: 6 digits a district, 9 a street, 12 a community."""
    length = codes.str.len().where(codes.str.fullmatch(r"\d+"), 0)
    return choose(
        [(length == 12, COMMUNITY), (length == 9, STREET), (length == 6, DISTRICT)], len(codes), unknown
    )
