"""Problems of units: what they tell, buildings without ground, bridges, slivers, islands."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, Severity
from bigmap.base.problem_kinds.cleaning import NO_GROUND

_ZEROS = ProblemKind("zeros", Severity.DOUBT, "Columns of zeros")


class NoHouseholds(
    Finding,
    kind=ProblemKind("no_households", Severity.DOUBT, "Households not told", told=Outlet.FIGURES),
    text="{said}: shares, loads, capacities, cost and income count only the others",
):
    said: Text


class NoFloorArea(
    Finding,
    kind=ProblemKind("no_floor_area", Severity.DOUBT, "Floor areas not told", told=Outlet.FIGURES),
    text="{said}: shares, loads, capacities, cost and income count only the others",
):
    said: Text


class HouseholdsAllZero(
    Finding, kind=_ZEROS, text="All {n} features give 0 households: they count as not told"
):
    n: int


class FloorAreasAllZero(
    Finding, kind=_ZEROS, text="All {n} features give a floor area of 0: they count as not told"
):
    n: int


_OUTSIDE = ProblemKind("outside_boundary", Severity.DOUBT, "Buildings outside the boundary")
_EXCLUDED = ProblemKind("on_exclusion", Severity.DOUBT, "Buildings on water or hills")


class BuildingOutside(
    Finding,
    kind=_OUTSIDE,
    text="{share:.0%} of it lies outside the boundary; it was left out with {hh:,.0f} households",
):
    share: float
    hh: float


class BuildingOutsideUntold(
    Finding,
    kind=_OUTSIDE,
    text="{share:.0%} of it lies outside the boundary; it was left out, its households are not told",
):
    share: float


class BuildingsOutside(
    Finding,
    kind=_OUTSIDE,
    text=(
        "{n} buildings lie outside the boundary by half or more and were left out: {hh:,.0f} households are"
        " known, {silent} of them tell none"
    ),
):
    n: int
    hh: float
    silent: int


class BuildingExcluded(
    Finding,
    kind=_EXCLUDED,
    unsaid=("gfa_m2",),
    text=(
        "{share:.0%} of it stands on excluded ground (water, hill); it was left out with {hh:,.0f} households"
    ),
):
    share: float
    hh: float
    gfa_m2: float | None


class BuildingExcludedUntold(
    Finding,
    kind=_EXCLUDED,
    unsaid=("gfa_m2",),
    text=(
        "{share:.0%} of it stands on excluded ground (water, hill); it was left out, its households are not"
        " told"
    ),
):
    share: float
    gfa_m2: float | None


class BuildingsExcluded(
    Finding,
    kind=_EXCLUDED,
    unsaid=("gfa_m2",),
    text=(
        "{n} buildings stand on excluded ground (water, hill) by half or more and were left out: {hh:,.0f}"
        " households are known, {silent} of them tell none"
    ),
):
    n: int
    hh: float
    silent: int
    gfa_m2: float | None


class Bridges(
    Finding,
    kind=ProblemKind(
        "bridges",
        Severity.MENDED,
        "Bridges that belong to their roads",
        told=Outlet.SCREEN | Outlet.CHECK,
    ),
    text=(
        "Bridges and underpasses of roads over excluded ground: {n} ({m2:,.0f} m²) belong to their roads, are"
        " ground of the plan and link both sides; --no-bridges leaves them excluded"
    ),
):
    n: int
    m2: float


class BridgeOpen(
    Finding,
    kind=ProblemKind("bridge_open", Severity.DOUBT, "Roads that end over excluded ground"),
    text=(
        "Roads over excluded ground that reach no other ground inside the boundary: {n}; their {m:,.0f} m"
        " there stay excluded"
    ),
):
    n: int
    m: float


class GroundTaken(
    Finding,
    kind=NO_GROUND,
    severity=Severity.DOUBT,
    text="Its ground already belongs to other features, so it became part of the unit there",
    unsaid=("hh", "gfa_m2"),
):
    hh: float
    gfa_m2: float


class Outside(
    Finding,
    kind=ProblemKind("outside", Severity.DOUBT, "Outside the governed ground"),
    text="It lies outside the governed ground and was left out",
    unsaid=("hh", "gfa_m2"),
):
    """A feature without ground of the plan; ``hh`` and ``gfa_m2`` are what is lost, 0 of a neighbour's."""

    hh: float
    gfa_m2: float


_SLIVER = ProblemKind("sliver", Severity.MENDED, "Slivers given to neighbours")


class Sliver(
    Finding,
    kind=_SLIVER,
    text="{n} slivers ({area:,.0f} m² in all) went to the neighbour with the longest shared border",
):
    n: int
    area: float


class SliverExcluded(
    Finding,
    kind=_SLIVER,
    text=(
        "{n} slivers ({area:,.2f} m² in all) touch no ground but excluded ground, as between the shore and"
        " the boundary: they count as excluded"
    ),
):
    n: int
    area: float


class Island(
    Finding,
    kind=ProblemKind("island", Severity.DOUBT, "Units without a neighbour"),
    text="Unit {unit} ({m2:,.0f} m²) touches no other unit, so that it will be a zone of its own or a piece"
    " apart: check the boundary, the exclusions and the barriers around it",
):
    unit: str
    m2: float
