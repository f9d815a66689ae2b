"""What the planner asks of the zones."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ZoningRules:
    """Wishes and limits for zone building.

    Attributes
    ----------
    zones : int or None
        Number of zones wanted.
    max_load : float or None
        Largest load of a zone, in the unit of the load; the number of zones follows from it.
        With neither given, the number is proposed from the load.
    balance : dict of str to float
        Field of the units → weight; the load of a unit is the weighted sum.
    tolerance : float
        Wanted largest deviation of a zone's load from the mean, as a share.
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
    instead: str = ""
