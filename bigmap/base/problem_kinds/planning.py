"""Problems of a plan: its zones and operators."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, RepairKind, Severity, Stage

# --- zones --------------------------------------------------------------------------------------------------

_NO_LOAD = ProblemKind(
    "no_load",
    Severity.DOUBT,
    "Balanced by another field",
    stage=Stage.ZONES,
    told=Outlet.SCREEN,
    repair=RepairKind.BALANCE,
    cause=True,
    settled=True,
)
_GROUND_IN_PIECES = ProblemKind(
    "ground_in_pieces", Severity.DOUBT, "Ground in several pieces", stage=Stage.ZONES, told=Outlet.SCREEN
)
_UNEVEN = ProblemKind("uneven", Severity.DOUBT, "Uneven zones", stage=Stage.ZONES, told=Outlet.SCREEN)


class NoLoad(
    Finding,
    kind=_NO_LOAD,
    text="No file gives {wanted}, so {instead} is balanced instead",
    unsaid=("taken", "usable"),
):
    wanted: Text | str
    instead: Text
    taken: str
    usable: list[str]


class NoLoadAsChosen(
    NoLoad,
    severity=Severity.MENDED,
    text="No file gives {wanted}, so {instead} is balanced instead, as you chose",
):
    pass


class GroundInPieces(
    Finding,
    kind=_GROUND_IN_PIECES,
    text="The ground lies in {n} separate pieces; no zone crosses between them",
):
    n: int


class PiecesJoinedElsewhere(
    Finding,
    kind=_GROUND_IN_PIECES,
    text="The ground lies in {n} separate pieces; {m} of them ({area:,.0f} m² in all) are too small for a "
    "zone of their own and joined the nearest zone, which is therefore not in one piece",
):
    n: int
    m: int
    area: float


class CommunityInPieces(
    Finding,
    kind=ProblemKind(
        "community_in_pieces",
        Severity.DOUBT,
        "Communities in several pieces",
        stage=Stage.ZONES,
        told=Outlet.SCREEN,
    ),
    text="{group} lies in {n} pieces that do not touch; each of them is kept whole for itself",
):
    group: Text
    n: int


class Uneven(
    Finding,
    kind=_UNEVEN,
    text="Zone {zone} has {off:+.1%} against the mean load, more than the {wanted} wanted; its"
    " heaviest part, {part}, alone has {share:.0%} of a mean zone",
):
    zone: str
    off: float
    wanted: str
    part: str
    share: float


class UnevenBank(
    Finding,
    kind=_UNEVEN,
    text="Zone {zone} has {off:+.1%} against the mean load, more than the {wanted} wanted: its ground, the"
    " piece around {part}, lies apart from the rest, and its {n} zones share the load of {share:.2f} mean"
    " zones",
):
    zone: str
    off: float
    wanted: str
    part: str
    n: int
    share: float


class FewestNotProven(
    Finding,
    kind=ProblemKind(
        "fewest", Severity.DOUBT, "Fewest zones not proven", stage=Stage.ZONES, told=Outlet.SCREEN
    ),
    text="{k} zones keep the maximum load of {limit}; whether {least} would do is not proven",
):
    k: int
    limit: str
    least: int | Text


class PresentUnknown(
    Finding,
    kind=ProblemKind("present_unknown", Severity.DOUBT, "Present zones of other units", told=Outlet.SCREEN),
    text="The present zones name {n} units that are not there ({units} …); they were left out",
):
    n: int
    units: str


class PresentNamesUnknown(
    Finding,
    kind=PresentUnknown.kind,
    text="The table of present zones names {n} estates that are not there: {names}; they were left out",
):
    n: int
    names: str


class PresentByName(
    Finding,
    kind=ProblemKind(
        "present_by_name", Severity.DOUBT, "Present zones told by names of estates", told=Outlet.SCREEN
    ),
    text="Present zones: {n} estates in {zones} zones by name; {rest} units that no name tells of go with the"
    " nearest that one does. New zones start from these",
):
    n: int
    zones: int
    rest: int


class ServicesElsewhere(
    Finding,
    kind=ProblemKind(
        "services_elsewhere", Severity.DOUBT, "Services of units that are not there", told=Outlet.FIGURES
    ),
    text="The table of services names {n} units that are not there: {units}; nothing is taken from their"
    " lines",
):
    n: int
    units: str


class LocksGone(
    Finding,
    kind=ProblemKind("locks_gone", Severity.DOUBT, "Locks given up", stage=Stage.ZONES),
    text="The zones were built anew, so {n} locks of zones to operators were given up",
):
    n: int


# --- operators ----------------------------------------------------------------------------------------------

CAPACITY = ProblemKind(
    "capacity",
    Severity.ERROR,
    "Operators beyond their capacity",
    stage=Stage.BUNDLES,
    decision=True,
)
_OVER_CAPACITY = ProblemKind(
    "over_capacity",
    Severity.ERROR,
    "Operators with more than their capacity",
    stage=Stage.OWNERS,
    decision=True,
    told=Outlet.SERVED,
)
_COVER_BAND = ProblemKind(
    "cover_band", Severity.DOUBT, "Cover ratio outside the band", stage=Stage.BUNDLES, decision=True
)


class NoRoom(
    Finding,
    kind=CAPACITY,
    text="No operator has room for zone {zone} with {hh:,.0f} households: {operator} has the most left,"
    " {left:,.0f}; raise a capacity by {short:,.0f} or make more and smaller zones",
):
    zone: str
    hh: float
    operator: str
    left: float
    short: float


class CoversMore(
    Finding,
    kind=_COVER_BAND,
    text="{operator} covers {cover:.1%} of its cost, more than {high:.1%}: a band of {band:.1%} would"
    " hold, or zones that cost {money:,.0f} yuan a year more than they bring",
    unsaid=("low",),
):
    operator: str
    cover: float
    low: float
    high: float
    band: float
    money: float


class CoversLess(
    CoversMore,
    text="{operator} covers {cover:.1%} of its cost, less than {low:.1%}: a band of {band:.1%} would"
    " hold, or {money:,.0f} yuan a year more income",
    unsaid=("high",),
):
    pass


class OperatorShare(
    Finding,
    kind=ProblemKind(
        "operator_share",
        Severity.DOUBT,
        "Operators with a large share",
        stage=Stage.BUNDLES,
        decision=True,
    ),
    text="{operator} has {share:.1%} of the whole, more than the {most:.0%} that one operator should have",
):
    operator: str
    share: float
    most: float


class BundleParts(
    Finding,
    kind=ProblemKind(
        "bundle_parts", Severity.DOUBT, "Operators with scattered zones", stage=Stage.BUNDLES, decision=True
    ),
    text="The zones of {operator} lie in {n} parts that are not near each other",
):
    operator: str
    n: int


class ContractEnded(
    Finding,
    kind=ProblemKind(
        "contract_ended",
        Severity.DOUBT,
        "Contracts that have ended",
        stage=Stage.BUNDLES,
        decision=True,
    ),
    text="The contract of {operator} ended on {day}, so it is given no zones; enter a later end where it"
    " goes on",
):
    operator: str
    day: str


class OverCapacity(
    Finding,
    kind=_OVER_CAPACITY,
    text="{operator} has {hh:,.0f} households, {over:,.0f} more than its capacity of {capacity:,.0f}"
    " ({share:.1%}): take zones from it, or enter a larger capacity",
):
    operator: str
    hh: float
    over: float
    capacity: float
    share: float


class OverFloorArea(
    Finding,
    kind=_OVER_CAPACITY,
    text="{operator} has {m2:,.0f} m² of floor area, {over:,.0f} more than its capacity of {capacity:,.0f}:"
    " take zones from it, or enter a larger capacity",
):
    operator: str
    m2: float
    over: float
    capacity: float


class OverNoCapacity(
    Finding,
    kind=_OVER_CAPACITY,
    text="{operator} has {hh:,.0f} households, but its capacity is 0: take zones from it, or enter a larger"
    " capacity",
):
    operator: str
    hh: float


class OperatorUnknown(
    Finding,
    kind=ProblemKind(
        "operator_unknown",
        Severity.ERROR,
        "Operators not in the table",
        stage=Stage.OWNERS,
        decision=True,
        told=Outlet.SERVED,
    ),
    text="Zone {zone} names {operator}, which is not in the table of operators: nobody is"
    " served there; put the name right, or add a line to the table",
):
    zone: str
    operator: str


class EndedServes(
    Finding,
    kind=ProblemKind(
        "ended_serves",
        Severity.ERROR,
        "Zones whose contract has run out",
        stage=Stage.OWNERS,
        decision=True,
        told=Outlet.SERVED,
    ),
    text="Zone {zone} belongs to {operator}, whose contract has run out: nobody is served"
    " there; give it to another one, or enter a later end of the contract",
):
    zone: str
    operator: str
