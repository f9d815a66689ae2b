"""What workload, cost and income are reckoned with: each figure with its unit, source and default."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text

PHASES = ("trial", "push", "mature")
"""试行期, 推进期, 成熟期: what residents pay in each differs."""

_EACH_YEAR = Text("yuan/m²·year")
_QUOTA = Text("m²/person·day")
_EACH_MONTH = Text("yuan/m²·month")
_HOUSEHOLDS = Text("households/person")
_FLOOR = Text("m² of floor/person")
_SHARE = Text("0-1")
_RATIO = Text("ratio")
_PRICE = Text("Usual contract prices; national estimate of 2014: 10 yuan")
_NORM = Text("Zhejiang sweeping quota, as used in a public tender")
_TENDER = Text("Public tender: one relief worker for six")
_STAFFING = Text("Staffing table by service level; here the last-resort level")
_PROPOSAL = Text("Assumption: enter your own")
_FEES = Text("Fees seen in old estates, 2010-2022")
_OWN = Text("Own figure; nothing by default")


@dataclass(frozen=True)
class Info:
    """What is told of one parameter.

    Attributes
    ----------
    name : str
        Attribute of `Parameters`, and the key in a parameter file.
    title, unit, source, group : Text
    default : float
    low, high : float
        Smallest and largest value that makes sense.
    whole : bool
        Whether it is a whole number.
    """

    name: str
    title: Text
    unit: Text
    source: Text
    group: Text
    default: float
    low: float
    high: float
    whole: bool


def _of(
    default: float,
    title: Text,
    unit: Text,
    source: Text,
    group: Text,
    *,
    low: float = 0.0,
    high: float = math.inf,
    whole: bool = False,
) -> Any:
    told = {"title": title, "unit": unit, "source": source, "group": group, "low": low, "high": high}
    return field(default=default, metadata={**told, "whole": whole})


def _roads(
    default: float, title: Text, unit: Text, source: Text, low: float = 0.0, high: float = math.inf
) -> Any:
    return _of(default, title, unit, source, Text("Sweeping of roads"), low=low, high=high)


def _price(grade: int, default: float) -> Any:
    return _roads(default, Text("Price of sweeping, grade {g}", {"g": grade}), _EACH_YEAR, _PRICE)


def _quota(grade: int, default: float) -> Any:
    return _roads(default, Text("Swept by hand a day, grade {g}", {"g": grade}), _QUOTA, _NORM, low=1.0)


def _by_hand(grade: int, default: float) -> Any:
    title = Text("Share swept by hand, grade {g}", {"g": grade})
    return _roads(default, title, _SHARE, _PROPOSAL, high=1.0)


def _shifts(grade: int, default: float) -> Any:
    return _roads(
        default, Text("Shifts a day, grade {g}", {"g": grade}), Text("shifts/day"), _PROPOSAL, high=4.0
    )


def _post(default: float, title: Text, unit: Text) -> Any:
    return _of(default, title, unit, _STAFFING, Text("Staff"), low=1.0)


def _price_of(default: float, title: Text, unit: Text, high: float = math.inf) -> Any:
    return _of(default, title, unit, _PROPOSAL, Text("Prices"), high=high)


def _fee(default: float, title: Text) -> Any:
    return _of(default, title, _EACH_MONTH, _FEES, Text("Fees"))


def _collected(default: float, title: Text) -> Any:
    return _of(default, title, _SHARE, _FEES, Text("Fees"), high=1.0)


def _income(default: float, title: Text, unit: Text, source: Text, high: float = math.inf) -> Any:
    return _of(default, title, unit, source, Text("Other income"), high=high)


@dataclass(frozen=True)
class Parameters:
    """All figures of the reckoning, editable, saved with the plan; `infos` tells what each one means.

    ``sweep_price_g`` yuan/m²·year, ``sweep_quota_g`` m²/person·day, ``by_hand_g`` and ``shifts_g`` are by
    cleaning grade 1-4. ``per_*`` is how much one person looks after. ``fee_*`` and ``collected_*`` are what
    residents owe (yuan/m²·month) and pay (share) in the phases; ``phase`` (0 trial, 1 push, 2 mature) holds
    for every unit without a phase of its own. ``road_from_posts`` 1 takes the cost of roads from the hand
    sweepers' posts, 0 from the contract price.

    Notes
    -----
    Sources are told with each value. Where no source is known the value is marked as an assumption.
    """

    sweep_price_1: float = _price(1, 14.0)
    sweep_price_2: float = _price(2, 11.0)
    sweep_price_3: float = _price(3, 8.0)
    sweep_price_4: float = _price(4, 6.0)
    clean_factor: float = _roads(
        1.0, Text("Share of the road surface that is swept"), _SHARE, _PROPOSAL, high=1.0
    )
    road_cost: float = _roads(0.92, Text("Cost of roads as a share of the contract price"), _SHARE, _PROPOSAL)
    road_from_posts: int = _of(
        0,
        Text("Cost of roads: 0 from the price, 1 from posts"),
        Text("0 or 1"),
        _PROPOSAL,
        Text("Sweeping of roads"),
        high=1,
        whole=True,
    )
    sweep_quota_1: float = _quota(1, 4200.0)
    sweep_quota_2: float = _quota(2, 4800.0)
    sweep_quota_3: float = _quota(3, 6200.0)
    sweep_quota_4: float = _quota(4, 7800.0)
    by_hand_1: float = _by_hand(1, 0.35)
    by_hand_2: float = _by_hand(2, 0.40)
    by_hand_3: float = _by_hand(3, 0.60)
    by_hand_4: float = _by_hand(4, 1.00)
    shifts_1: float = _shifts(1, 2.0)
    shifts_2: float = _shifts(2, 2.0)
    shifts_3: float = _shifts(3, 1.0)
    shifts_4: float = _shifts(4, 1.0)
    relief: float = _roads(7 / 6, Text("Relief factor of sweepers"), _RATIO, _TENDER, low=1.0, high=3.0)
    machine_cost: float = _roads(0.0, Text("Machines, for ground not swept by hand"), _EACH_YEAR, _OWN)

    per_customer: float = _post(1500.0, Text("Customer service: one person for"), _HOUSEHOLDS)
    per_cleaning: float = _post(30_000.0, Text("Cleaning: one person for"), _FLOOR)
    per_order: float = _post(40_000.0, Text("Order: one person for"), _FLOOR)
    per_greening: float = _post(30_000.0, Text("Greening: one person for"), Text("m² of green/person"))
    per_repair: float = _post(80_000.0, Text("Repair: one person for"), _FLOOR)
    per_manager: float = _post(4000.0, Text("Project managers: one for"), _HOUSEHOLDS)

    wage: float = _price_of(60_000.0, Text("Cost of a person"), Text("yuan/person·year"))
    materials: float = _price_of(0.22, Text("Materials, tools, energy on top of labour"), _SHARE)
    overhead: float = _price_of(0.05, Text("Overhead, profit and tax on top of that"), _SHARE)

    phase: int = _of(
        2,
        Text("Phase: 0 trial, 1 push, 2 mature"),
        Text("0, 1 or 2"),
        _PROPOSAL,
        Text("Fees"),
        high=2,
        whole=True,
    )
    fee_push: float = _fee(0.30, Text("Fee in the push phase"))
    collected_push: float = _collected(0.55, Text("Share of fees paid in the push phase"))
    fee_mature: float = _fee(0.60, Text("Fee in the mature phase"))
    collected_mature: float = _collected(0.80, Text("Share of fees paid in the mature phase"))

    park_fee: float = _income(120.0, Text("Parking fee"), Text("yuan/bay·month"), _PROPOSAL)
    park_used: float = _income(0.75, Text("Parking bays let"), _SHARE, _PROPOSAL, high=1.0)
    park_share: float = _income(0.70, Text("Operator's share of parking fees"), _SHARE, _PROPOSAL, high=1.0)
    fallback_hh: float = _income(
        0.0, Text("Last-resort services bought by the street"), Text("yuan/household·year"), _OWN
    )
    subsidy_hh: float = _income(0.0, Text("Subsidy"), Text("yuan/household·year"), _OWN)

    def by_grade(self, name: str) -> tuple[float, float, float, float]:
        """Return a parameter by cleaning grade 1-4, e.g. ``by_grade("sweep_price")``."""
        values = [float(getattr(self, f"{name}_{grade}")) for grade in (1, 2, 3, 4)]
        return values[0], values[1], values[2], values[3]

    @property
    def fees(self) -> tuple[tuple[float, float], ...]:
        """Fee (yuan/m²·month) and share of it paid, by phase of `PHASES`; a trial is free."""
        return (0.0, 0.0), (self.fee_push, self.collected_push), (self.fee_mature, self.collected_mature)

    @property
    def person_y(self) -> float:
        """What a person costs in a year with materials and overhead, yuan."""
        return self.wage * (1 + self.materials) * (1 + self.overhead)

    def changed(self) -> dict[str, float]:
        """Return the values that are not the defaults."""
        return {i.name: getattr(self, i.name) for i in infos() if getattr(self, i.name) != i.default}


def infos() -> tuple[Info, ...]:
    """Return what is told of every parameter, in their order."""
    return tuple(Info(name=f.name, default=f.default, **f.metadata) for f in fields(Parameters))  # type: ignore[arg-type]


def parameters_from(values: Mapping[str, Any], where: str = "") -> Parameters:
    """Return the parameters with the values given; what is not named keeps its default.

    Parameters
    ----------
    values : mapping of str to number
    where : str, optional
        What the values stand in, for the message.

    Raises
    ------
    UserError
        For a name that is no parameter and a value that makes no sense.
    """
    known = {info.name: info for info in infos()}
    strange = sorted(set(values) - set(known))
    if strange:
        raise UserError(
            "{where}: “{name}” is no parameter; a file saved by bigmap has the right names",
            where=where or "parameters",
            name=strange[0],
        )
    right: dict[str, Any] = {
        name: checked_parameters(known[name], value, where) for name, value in values.items()
    }
    return Parameters(**right)


def checked_parameters(info: Info, value: Any, where: str = "") -> float:
    """Return a value for a parameter; a `UserError` says what is wrong with it."""
    right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if right and info.low <= value <= info.high and not (info.whole and value != round(value)):
        return int(value) if info.whole else float(value)
    raise UserError(
        "{where}{title}: {value} cannot be; give a number from {low:g} up"
        if math.isinf(info.high)
        else "{where}{title}: {value} cannot be; give a number from {low:g} to {high:g}",
        where=f"{where}: " if where else "",
        title=info.title,
        value=value,
        low=info.low,
        high=info.high,
    )


_LEVEL_POSTS = ("per_customer", "per_cleaning", "per_order", "per_greening", "per_repair")
_LEVEL_ROWS = {
    "1": (450.0, 9_000.0, 7_000.0, 12_500.0, 22_500.0),
    "2": (550.0, 11_000.0, 9_000.0, 17_500.0, 27_500.0),
    "3": (650.0, 13_000.0, 11_000.0, 22_500.0, 32_500.0),
    "4": (750.0, 15_000.0, 13_500.0, 27_500.0, 37_500.0),
    "last": (1500.0, 30_000.0, 40_000.0, 30_000.0, 80_000.0),
}
LEVELS = {name: dict(zip(_LEVEL_POSTS, row, strict=True)) for name, row in _LEVEL_ROWS.items()}
"""Staffing by service level 1-4 (middle of the range in the table) and the last-resort level 兜底."""


def as_values(parameters: Parameters) -> dict[str, float]:
    """Return all values by name."""
    return asdict(parameters)
