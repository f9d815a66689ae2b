"""Problems of lines and points: outlines made of lines, roads, points that tell of outlines."""

from bigmap.base.problem_kind import Finding, ProblemKind, Severity

# --- outlines -----------------------------------------------------------------------------------------------

_GAP_CLOSED = ProblemKind("gap_closed", Severity.MENDED, "Gaps in outlines closed")


class ClosedLines(
    Finding,
    kind=ProblemKind("closed_lines", Severity.MENDED, "Outlines made into areas"),
    text="{n} closed lines were made into areas.",
):
    n: int


class OutlineClosed(
    Finding,
    kind=_GAP_CLOSED,
    text="Its line had a gap of {gap:.3f} m; it was closed and made into an area of {after:.0f} m².",
):
    gap: float
    after: float


class GapClosed(Finding, kind=_GAP_CLOSED, text="A gap of {gap:.3f} m at the end of its line was closed."):
    gap: float


class SmallFaces(
    Finding,
    kind=ProblemKind("small_faces", Severity.MENDED, "Tiny faces between lines"),
    text="{n} faces between lines were under {limit:g} m² ({area:.1f} m² in all); they were dropped.",
):
    n: int
    area: float
    limit: float


class LinesJoined(
    Finding,
    kind=ProblemKind("lines_joined", Severity.MENDED, "Lines joined into areas"),
    text="{n} open lines were joined into {faces} areas ({area:.0f} m² in all).",
):
    n: int
    faces: int
    area: float


class ClosesNothing(
    Finding,
    kind=ProblemKind("closes_nothing", Severity.ERROR, "Lines that close nothing"),
    text="Its line closes no area; it was left out.",
):
    pass


class LineUnused(
    Finding,
    kind=ProblemKind("line_unused", Severity.DOUBT, "Lines not used"),
    text="Its line only borders areas that other lines draw; its name and figures went to none of them.",
):
    pass


# --- roads --------------------------------------------------------------------------------------------------


class RoadSplit(
    Finding,
    kind=ProblemKind("road_split", Severity.MENDED, "Road areas cut at junctions"),
    text="It is one shape of {area:.0f} m²; it was cut at its junctions into {n} segments, together about "
    "{metres:.0f} m long (half the outline), on average {width:.1f} m wide (2A/P).",
):
    area: float
    n: int
    metres: float
    width: float


class CentreLines(
    Finding,
    kind=ProblemKind("centre_lines", Severity.DOUBT, "Road outlines with centre lines"),
    text="{n} centre lines ({km:.1f} km) run in road areas: they gave names and classes to {areas} of them "
    "and make no ground of their own.",
):
    n: int
    km: float
    areas: int


class WidthMeasured(
    Finding,
    kind=ProblemKind("width_measured", Severity.MENDED, "Road width measured"),
    text="{n} road areas have no width; it was measured as 2A/P, {low:.1f} to {high:.1f} m.",
):
    n: int
    low: float
    high: float


class WidthAssumed(
    Finding,
    kind=ProblemKind("width_assumed", Severity.DOUBT, "Road width assumed"),
    text="{n} roads have no width; it was assumed by class: 30, 20, 12, 5 m, or 3 m for paths.",
):
    n: int


class DualCarriageway(
    Finding,
    kind=ProblemKind("dual_carriageway", Severity.DOUBT, "Dual carriageways"),
    text="Two lines of this road run {apart:.0f} m apart for {metres:.0f} m, as of two carriageways; each "
    "has its own width, ground under both counts once: check that the width is not that of the whole road.",
):
    apart: float
    metres: float


# --- points -------------------------------------------------------------------------------------------------


class PointAlone(
    Finding,
    kind=ProblemKind("point_alone", Severity.DOUBT, "Points without an outline"),
    text="It is a point in no outline; it was left out ({hh:.0f} households).",
):
    hh: float


class PointsRepeated(
    Finding,
    kind=ProblemKind("points_repeated", Severity.MENDED, "Points given twice"),
    text="{n} points repeat another one of the same outline, with its name or place; each counts once.",
):
    n: int


class HouseholdsRepeated(
    Finding,
    kind=ProblemKind("households_repeated", Severity.DOUBT, "Households repeated at points"),
    text="{n} points in it all say {hh:.0f} households; this was taken as the number of the whole, once "
    "({sum:.0f} if it is that of each).",
):
    n: int
    hh: float
    sum: float


class PointsDiffer(
    Finding,
    kind=ProblemKind("points_differ", Severity.DOUBT, "Points that disagree"),
    text="It says {own:.0f} households, the points in it {points:.0f}; its own number was kept.",
):
    own: float
    points: float


class PointsJoined(
    Finding,
    kind=ProblemKind("points_joined", Severity.MENDED, "Points joined to outlines"),
    text="{n} points lie in {outlines} outlines and gave them {named} names and {hh:.0f} households.",
):
    n: int
    outlines: int
    named: int
    hh: float
