"""How much an operator can take, out of what people type: 约5000户, 7千户, 6000-7000户, 30万㎡, 不限."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from bigmap.base.problem_kind import Finding
from bigmap.base.problem_kinds import tables as kinds
from bigmap.io.vocabulary.written_numbers import number_in, plain_text

_NO_LIMIT = re.compile(r"不限.{0,2}|无限制?|无上限|不设上限|没有上限|unlimited|no limit")
_AREA = re.compile(r"m2|平方?米?$|平方|公顷|亩|ha\b")
_RANGE = re.compile(r"(约)?([\d,.]+)((?:m2|[^\d\-~至到—–])*)[-~至到—–]+([\d,.]+)((?:m2|\D)*)")
_BETWEEN = re.compile(r"[/、;和及]|或者?")


@dataclass(frozen=True)
class Capacity:
    """What an operator can take.

    Attributes
    ----------
    households, floor_m2 : float
        NaN where it is not told in this.
    said : tuple of Finding
    """

    households: float = math.nan
    floor_m2: float = math.nan
    said: tuple[Finding, ...] = ()


def capacity_in(text: str, head: str = "") -> Capacity:
    """Return the capacity that a cell tells; ``head`` may hold its unit: 承接能力（万㎡）.

    Examples
    --------
    >>> capacity_in("7千户").households, capacity_in("30万㎡").floor_m2
    (7000.0, 300000.0)
    >>> capacity_in("6000-7000户").households
    6000.0
    """
    plain = plain_text(text).replace(" ", "")
    if _NO_LIMIT.fullmatch(plain):
        return Capacity(said=(kinds.CapacityUnlimited(text=text),))
    unit = "".join(re.findall(r"\(([^)]*)", plain_text(head)))
    parts = [part for part in _BETWEEN.split(plain) if part] or [plain]
    if len(parts) == 2 and all(number_in(part)[1] != "lost" for part in parts):
        both = [_one(part, part, unit) for part in parts]
        households = [c.households for c in both if not math.isnan(c.households)]
        areas = [c.floor_m2 for c in both if not math.isnan(c.floor_m2)]
        if len(households) == len(areas) == 1:
            return Capacity(households[0], areas[0], both[0].said + both[1].said)
    return _one(plain, text, unit)


def _one(plain: str, text: str, unit: str) -> Capacity:
    """Return what one number with its unit tells, or two that are the ends of a range: the smaller counts."""
    ends = _RANGE.fullmatch(plain)
    if ends:
        units = ends[3] or ends[5], ends[5] or ends[3]
        low, high = (number_in(f"{n}{sign}")[0] for n, sign in zip((ends[2], ends[4]), units, strict=True))
        if low < high:
            both = kinds.CapacityRange(text=text, low=low, high=high)
            return _counted(low, units[1] or unit, text, (both,))
        return Capacity(said=(kinds.CapacityLost(text=text),))
    value, how = number_in(plain)
    if value < 0:
        return Capacity(said=(kinds.CapacityNegative(text=text),))
    if how == "lost":
        return Capacity(said=(kinds.CapacityLost(text=text),))
    if how == "empty":
        return Capacity()
    own = re.sub(r"^\D*[\d.,]+", "", plain)
    factor = number_in(f"1{unit}")[0] if unit and not re.search(r"\D", plain) else 1.0
    said = (kinds.CapacityRough(text=text, value=value),) if how == "rough" else ()
    return _counted(value * (1.0 if math.isnan(factor) else factor), own or unit, text, said)


def _counted(value: float, unit: str, text: str, said: tuple[Finding, ...]) -> Capacity:
    if _AREA.search(unit):
        return Capacity(floor_m2=value, said=(*said, kinds.CapacityInArea(text=text, m2=value)))
    return Capacity(households=value, said=said)
