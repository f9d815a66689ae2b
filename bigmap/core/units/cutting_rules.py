"""What the planner asks of the cut of the ground."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UnitRules:
    """How the ground is cut.

    Attributes
    ----------
    reach_m : float
        Ground of a block farther than this from every building becomes open ground.
    min_area_m2, min_width_m : float
        A left-over piece below either goes to the neighbour with the longest shared border; width is 2A/P.
    open_side_m : float
        Unclaimed ground larger than a square of this side is cut along a grid of it.
    grid_m : float
        Vertices lie on a grid of this step, and what is nearer together becomes one point.
    slit_m : float
        Narrower ground between two features of the boundary is closed; wider ground is a unit of its own
        from ``min_width_m`` on.
    estate_first : bool
        True gives a strip that estate and road both claim to the estate (靠院归院), false to the
        road (沿路归路).
    bridges : bool
        True gives what a road has of excluded ground between two banks to the road.
    """

    reach_m: float = 50.0
    min_area_m2: float = 50.0
    min_width_m: float = 1.0
    open_side_m: float = 500.0
    grid_m: float = 0.01
    slit_m: float = 0.2
    estate_first: bool = True
    bridges: bool = True
