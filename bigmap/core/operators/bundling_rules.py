"""What the planner asks of the bundles: which operator serves which zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from bigmap.base.errors import UserError


@dataclass(frozen=True)
class BundleRules:
    """Wishes and limits for giving zones to operators; capacities always hold.

    Attributes
    ----------
    band : float
        How far an operator's cover ratio (income ÷ cost) may lie from that of the whole, e.g. 0.1 for ten
        points: within it the rich zones of a bundle carry its lean ones.
    max_share : float
        Largest share of all households for one operator, 0-1; above it a warning is given.
    share_is_hard : bool
        Whether the share is a limit like a capacity instead.
    near_m : float
        Parts of a bundle that lie closer than this count as one, metres; 0 asks that they touch.
    locks : mapping of str to str
        ``zone_id`` → ``operator_id``: zones whose operator is decided.
    load_weight, cover_weight, pieces_weight, touch_weight, distance_weight : float
        Price of uneven use of the capacities (share of the whole), of a cover ratio off that of the whole
        (share of all cost), of each further part of a bundle, of each further piece that does not touch
        though it is near, and of a kilometre between a zone and the ground its operator serves today (mean
        over the households).
    seed : int
        Same seed, same bundles.
    """

    band: float = 0.10
    max_share: float = 0.60
    share_is_hard: bool = False
    near_m: float = 300.0
    locks: Mapping[str, str] = field(default_factory=dict)
    load_weight: float = 1.0
    cover_weight: float = 1.0
    pieces_weight: float = 0.25
    touch_weight: float = 0.05
    distance_weight: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.band < 10:
            raise UserError(
                "The band of cover ratios must lie above 0 and below 10, not {value}", value=self.band
            )
        if not 0 < self.max_share <= 1:
            raise UserError(
                "The largest share must lie above 0 and at most at 1, not {value}", value=self.max_share
            )
        weights = (self.load_weight, self.cover_weight, self.pieces_weight, self.touch_weight)
        lowest = min(self.near_m, self.distance_weight, *weights)
        if not lowest >= 0:
            raise UserError("Distances and weights of the bundles cannot be below 0 ({value})", value=lowest)


def rules_from(values: Mapping[str, Any], where: str = "") -> BundleRules:
    """Return rules from plain values, as `rules_values` gives them.

    Raises
    ------
    UserError
        For a name that is no rule and a value that makes no sense.
    """
    known = {f.name: f for f in fields(BundleRules)}
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise UserError("{where}: “{name}” is no rule for bundles", where=where or "rules", name=name)
        found[name] = _checked(name, value, where)
    return BundleRules(**found)


def rules_values(rules: BundleRules) -> dict[str, Any]:
    """Return the rules as plain values, for JSON."""
    values = {f.name: getattr(rules, f.name) for f in fields(BundleRules)}
    return {**values, "locks": dict(rules.locks)}


def _checked(name: str, value: Any, where: str) -> Any:
    if name == "locks":
        right = isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values())
    elif name == "share_is_hard":
        right = isinstance(value, bool)
    elif name == "seed":
        right = isinstance(value, int) and not isinstance(value, bool)
    else:
        right = isinstance(value, int | float) and not isinstance(value, bool)
    if not right:
        raise UserError("{where}: {name} cannot be {value}", where=where or "rules", name=name, value=value)
    return dict(value) if name == "locks" else value
