"""What the planner asks of the zones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bigmap.base.errors import UserError

KEEPABLE = ("communities", "streets")
"""What can be kept whole: communities by ``comm``, streets by the name of their road pieces."""


@dataclass(frozen=True)
class ZoningRules:
    """Wishes and limits for zone building; ids of units and zones are text, so that the record is plain JSON.

    Hard rules are kept or refused with a sentence: ``max_load``, ``min_load``, ``locks``, ``locked_zones``,
    ``seeds``, ``together``, ``apart``, ``keep_whole``, ``max_extent_m``, ``max_moved`` and the number of
    zones.
    Every zone is in one piece, as far as the ground is. The rest are wishes.

    Attributes
    ----------
    zones : int or None
        Number of zones wanted.
    min_zones, max_zones : int or None
        Range for the number of zones where ``zones`` is not given.
    max_load, min_load : float or None
        Largest and smallest load of a zone, in the unit of the load. Without ``zones`` the number of zones
        follows from the largest load; with neither, it is proposed from the load.
    balance : dict of str to float
        Field of the units → weight; the load of a unit is the weighted sum.
    tolerance : float
        Wanted largest deviation of a zone's load from the mean, as a share.
    tolerances : dict of str to float
        Further fields that are balanced for themselves → wanted largest deviation, as a share.
    compactness : float
        How much short borders count against an even load: 1 as usual, 0 for balance alone.
    keep_whole, prefer_whole : list of str
        Of `KEEPABLE`: what is never cut, and what is cut only for a good reason. A community in several
        pieces that do not touch is kept whole piece by piece.
    locks : dict of str to str
        Unit → zone it must belong to.
    locked_zones : dict of str to list of str
        Zone → all its units; no other unit joins it.
    seeds : dict of str to list of str
        Zone → units it grows around.
    centres : dict of str to str
        Zone → unit in its middle, which it keeps, and from which its extent is measured.
    together, apart : list of list of str
        Units that must, or of which no two may, be in one zone.
    max_extent_m : float or None
        Largest distance of a unit (its middle) from the centre of its zone, metres: the middle of the
        centre unit where one is given, else the centre of the smallest circle around the zone's units.
    start : dict of str to str
        Unit → present zone: as little as possible is changed, and the present zones keep their numbers.
    change_price : float
        Price of load that leaves its present zone: 1 moves only what a tolerance needs, 0 moves freely.
    max_moved : float or None
        Largest share of the load that may leave its present zone.
    seed : int
        Same seed, same zones.
    instead : str
        Field to balance where no file gives the wanted ones; '' for what comes nearest.
    """

    zones: int | None = None
    max_load: float | None = None
    balance: dict[str, float] = field(default_factory=lambda: {"hh": 1.0})
    tolerance: float = 0.03
    seed: int = 0
    min_zones: int | None = None
    max_zones: int | None = None
    min_load: float | None = None
    tolerances: dict[str, float] = field(default_factory=dict)
    compactness: float = 1.0
    keep_whole: Sequence[str] = ()
    prefer_whole: Sequence[str] = ()
    locks: dict[str, str] = field(default_factory=dict)
    locked_zones: dict[str, Sequence[str]] = field(default_factory=dict)
    seeds: dict[str, Sequence[str]] = field(default_factory=dict)
    centres: dict[str, str] = field(default_factory=dict)
    together: Sequence[Sequence[str]] = ()
    apart: Sequence[Sequence[str]] = ()
    max_extent_m: float | None = None
    start: dict[str, str] = field(default_factory=dict)
    change_price: float = 1.0
    max_moved: float | None = None
    instead: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the rules as plain JSON values, without those that are as usual."""
        usual = asdict(ZoningRules())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> ZoningRules:
        """Return the rules that `to_json` made; a `UserError` names what cannot be read."""
        if not isinstance(values, Mapping):
            raise UserError(
                "Rules for zones must be a JSON object, such as {example}", example='{"zones": 8}'
            )
        known = {f.name for f in fields(ZoningRules)}
        for name, value in values.items():
            if name not in known:
                raise UserError(
                    "{name} is not a rule for zones; there are {known}",
                    name=name,
                    known=", ".join(sorted(known)),
                )
            if not _fits(name, value):
                raise UserError(
                    "The rule {name} cannot be {value}; write it like {example}",
                    name=name,
                    value=json.dumps(value, ensure_ascii=False),
                    example=json.dumps(_EXAMPLES[name], ensure_ascii=False),
                )
        return ZoningRules(**values)


_EXAMPLES: dict[str, Any] = {
    "zones": 8, "min_zones": 6, "max_zones": 10, "max_load": 3000.0, "min_load": 1500.0, "seed": 0,
    "balance": {"hh": 1.0}, "tolerances": {"gfa_m2": 0.1}, "tolerance": 0.03, "compactness": 1.0,
    "max_extent_m": 800.0, "change_price": 1.0, "max_moved": 0.03,
    "keep_whole": ["communities"], "prefer_whole": ["streets"],
    "locks": {"U1": "W01"}, "locked_zones": {"W01": ["U1"]}, "seeds": {"W01": ["U1"]},
    "centres": {"W01": "U1"},
    "together": [["U1", "U2"]], "apart": [["U1", "U2"]], "start": {"U1": "W01"}, "instead": "gfa_m2",
}  # fmt: skip
_WHOLE_NUMBERS = ("zones", "min_zones", "max_zones", "seed")


def _fits(name: str, value: Any) -> bool:
    example = _EXAMPLES[name]
    if value is None:
        return getattr(ZoningRules(), name) is None
    if isinstance(example, (int, float)):
        wanted: type | tuple[type, ...] = int if name in _WHOLE_NUMBERS else (int, float)
        return isinstance(value, wanted) and not isinstance(value, bool)
    return _alike(value, example)


def _alike(value: Any, example: Any) -> bool:
    """Tell whether a value has the structure of the example."""
    if isinstance(example, dict):
        inner = next(iter(example.values()))
        return isinstance(value, Mapping) and all(
            isinstance(k, str) and _alike(v, inner) for k, v in value.items()
        )
    if isinstance(example, list):
        return isinstance(value, (list, tuple)) and all(_alike(v, example[0]) for v in value)
    if isinstance(example, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str)
