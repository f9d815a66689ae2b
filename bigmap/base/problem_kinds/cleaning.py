"""Problems of shapes: what cleaning repaired, left out, or took from points and lines."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, RepairKind, Severity

# --- the boundary -------------------------------------------------------------------------------------------

BOUNDARY_GAP = ProblemKind(
    "boundary_gap", Severity.DOUBT, "Ground between districts to decide", decision=True
)
BOUNDARY_ENCLOSED = ProblemKind(
    "boundary_enclosed", Severity.DOUBT, "Ground enclosed by the boundary", decision=True
)
_BOUNDARY_SLIT = ProblemKind("boundary_slit", Severity.MENDED, "Slits between districts closed")
_BOUNDARY_OVERLAP = ProblemKind("boundary_overlap", Severity.DOUBT, "Districts overlap")


class BoundaryProposed(
    Finding,
    kind=ProblemKind(
        "boundary_proposed", Severity.DOUBT, "No boundary given", told=Outlet.SCREEN, cause=True
    ),
    text="No boundary was given; one was proposed around the estates, buildings and roads ({km2:.2f} km²): "
    "give the official one before the figures are handed out.",
):
    km2: float


class BoundaryUnusable(
    BoundaryProposed,
    severity=Severity.ERROR,
    text="The boundary that was given holds no shape that can be used; one was proposed around the estates, "
    "buildings and roads ({km2:.2f} km²): mend the file, or ask for it again.",
):
    pass


class BoundaryPlace(Finding, unsaid=("m2", "width", "other")):
    """Ground between features of the boundary, ``width`` metres wide, at one feature and ``other`` ones."""

    m2: float
    width: float
    other: str


class SlitBetween(
    BoundaryPlace,
    kind=_BOUNDARY_SLIT,
    text="A slit of {m2:,.3f} m² ({width:.3f} m wide) between it and {other} was closed.",
    unsaid=(),
):
    pass


class SlitInside(
    BoundaryPlace,
    kind=_BOUNDARY_SLIT,
    text="A slit of {m2:,.3f} m² ({width:.3f} m wide) in its outline was closed.",
    unsaid=("other",),
):
    pass


class BoundaryGap(
    BoundaryPlace,
    kind=BOUNDARY_GAP,
    text="{m2:,.1f} m² ({width:.2f} m wide) between it and {other} belong to no feature of the boundary; "
    "they count as open ground inside it: decide whose they are, or give them as an exclusion.",
    unsaid=(),
):
    pass


class BoundaryEnclosed(
    BoundaryPlace,
    kind=BOUNDARY_ENCLOSED,
    text="{m2:,.0f} m² that it encloses with {other} belong to no feature of the boundary and were left "
    "outside: add them to the boundary if they are yours.",
    unsaid=("width",),
):
    pass


class NarrowOverlap(
    BoundaryPlace,
    kind=_BOUNDARY_OVERLAP,
    severity=Severity.MENDED,
    text="It shares {m2:,.3f} m² ({width:.3f} m wide) with {other}; the ground counts once.",
    unsaid=(),
):
    pass


class WideOverlap(NarrowOverlap, severity=Severity.DOUBT):
    pass


# --- features across the boundary ---------------------------------------------------------------------------

ACROSS_BOUNDARY = ProblemKind(
    "across_boundary", Severity.DOUBT, "Across the boundary", repair=RepairKind.COUNT
)


class FiguresAcross(Finding, unsaid=("share", "figures", "hh", "gfa_m2")):
    """Figures of a feature that count by its ``share`` inside; ``hh`` and ``gfa_m2`` of it do not count.

    These are None where nobody tells them.
    """

    share: float
    figures: Text
    hh: float | None
    gfa_m2: float | None


class PartInside(
    FiguresAcross,
    kind=ACROSS_BOUNDARY,
    text="{share:.1%} of its {what} lie inside the boundary, so {figures} count here.",
    unsaid=("hh", "gfa_m2"),
):
    what: Text


class PartSettled(PartInside, severity=Severity.MENDED):
    pass


class AllCounted(
    PartInside,
    severity=Severity.MENDED,
    text="{share:.1%} of its {what} lie inside the boundary; {figures} count here, as you chose.",
):
    pass


class StripInside(
    FiguresAcross,
    kind=ACROSS_BOUNDARY,
    text="Only {m2:,.1f} m² of it ({share:.2%}) lie inside the boundary: the strip went to the neighbours, "
    "and {figures} count here.",
    unsaid=("hh", "gfa_m2"),
):
    m2: float


class StripSettled(StripInside, severity=Severity.MENDED):
    pass


class BareStrip(
    Finding,
    kind=ACROSS_BOUNDARY,
    severity=Severity.MENDED,
    text="Only {m2:,.1f} m² of it ({share:.2%}) lie inside the boundary: the strip went to the neighbours.",
):
    m2: float
    share: float


# --- where features lie -------------------------------------------------------------------------------------

_FAR_AWAY = ProblemKind("far_away", Severity.ERROR, "Features far away", decision=True, told=Outlet.ZONES)


class Elsewhere(
    Finding,
    kind=ProblemKind(
        "elsewhere", Severity.ERROR, "Layer lies elsewhere", decision=True, reread=True, cause=True
    ),
    text="None of its features meets the boundary, the nearest is {km:.1f} km away; "
    "the layer was left out: check its coordinate system.",
):
    km: float


class FarAway(Finding, kind=_FAR_AWAY, text="It lies {km:.0f} km away from the others and was left out."):
    km: float


class PointFarAway(
    Finding,
    kind=_FAR_AWAY,
    text="It is a point without a place in the surroundings; it was left out.",
):
    pass


class StrayVertex(
    Finding,
    kind=ProblemKind("stray_vertex", Severity.DOUBT, "Stray vertices", told=Outlet.ZONES),
    text="A stray vertex {km:.1f} km away was taken out of its shape ({after:.0f} m² are left); look whether "
    "a corner is missing.",
):
    km: float
    after: float


# --- shapes -------------------------------------------------------------------------------------------------


class NoShape(
    Finding,
    kind=ProblemKind("no_shape", Severity.ERROR, "Features without a shape", told=Outlet.ZONES),
    text="It has no shape and was left out.",
):
    pass


NO_GROUND = ProblemKind("no_ground", Severity.ERROR, "Shapes without ground", told=Outlet.ZONES)


class NoGround(Finding, kind=NO_GROUND, text="Its shape encloses no ground; it was left out."):
    pass


class Heights(
    Finding,
    kind=ProblemKind("heights", Severity.MENDED, "Heights dropped"),
    text="{n} shapes carried heights or measures (Z, M); these were dropped, the ground is the same.",
):
    n: int


class RepeatedVertex(
    Finding,
    kind=ProblemKind("repeated_vertex", Severity.MENDED, "Vertices given twice"),
    text="{n} shapes held a vertex twice in a row; the second was dropped, the ground is the same.",
):
    n: int


class NoNumber(
    Finding,
    kind=ProblemKind("no_number", Severity.MENDED, "Vertices without coordinates"),
    text="A vertex without coordinates was taken out of its shape.",
):
    pass


class Dense(
    Finding,
    kind=ProblemKind("dense", Severity.MENDED, "Very dense outlines thinned"),
    text="Its outline has {n} vertices; those that change it by less than 1 cm were dropped, {left} are left "
    "({before:.0f} m² before, {after:.0f} m² after).",
):
    n: int
    left: int
    before: float
    after: float


class Invalid(
    Finding,
    kind=ProblemKind("invalid", Severity.MENDED, "Shapes put right", told=Outlet.ZONES),
    text="Its outline crossed itself; it was put right ({before:.0f} m² before, {after:.0f} m² after).",
):
    before: float
    after: float


class HoleUnmarked(
    Finding,
    kind=ProblemKind("hole_unmarked", Severity.DOUBT, "Holes drawn as areas", told=Outlet.ZONES),
    text="A ring within its outline was not marked as a hole, or a part was marked as one; it was put right "
    "({before:.0f} m² before, {after:.0f} m² after).",
):
    before: float
    after: float


class Spike(
    Finding,
    kind=ProblemKind("spike", Severity.MENDED, "Spikes cut off"),
    text="Its outline had a spike (under {width:g} m wide, under {angle:g}°); it was cut off "
    "({before:.1f} m² before, {after:.1f} m² after).",
):
    before: float
    after: float
    width: float
    angle: float


class Multipart(
    Finding,
    kind=ProblemKind("multipart", Severity.DOUBT, "Estates in several pieces"),
    text="The estate lies in {n} pieces; they were kept as one.",
):
    n: int


# --- features that claim the same ground --------------------------------------------------------------------


_DUPLICATE = ProblemKind("duplicate", Severity.MENDED, "Drawn twice", settled=True)


class Duplicate(Finding, kind=_DUPLICATE, text="It has the very shape of {other} and was left out."):
    other: str


class RivalDuplicate(
    Finding,
    kind=_DUPLICATE,
    severity=Severity.DOUBT,
    text="It has the very shape of {other}, but other figures; it was left out ({hh:,.0f} households).",
    unsaid=("gfa_m2",),
):
    other: str
    hh: float
    gfa_m2: float


class SameGround(
    Finding,
    kind=ProblemKind(
        "same_ground", Severity.DOUBT, "Estates on one ground", repair=RepairKind.ONE_OF_TWO, settled=True
    ),
    text="It lies on the ground of {other} (to {share:.0%}): both count in one unit that bears both names, "
    "{own} and {theirs} households.",
    unsaid=("hh", "gfa_m2"),
):
    """Two estates on one ground; ``hh`` and ``gfa_m2`` are the smaller figures, those in doubt."""

    other: str
    share: float
    own: str
    theirs: str
    hh: float
    gfa_m2: float


class SameGroundSettled(SameGround, severity=Severity.MENDED):
    pass


class SharedGround(Finding, unsaid=("other",)):
    """Ground of two estates: of one and of the ``other``."""

    other: str


class NearDuplicate(
    SharedGround,
    kind=ProblemKind("near_duplicate", Severity.DOUBT, "Nearly drawn twice", repair=RepairKind.GIVE_TO_OTHER),
    text="It covers the same ground as {other} to {share:.0%}, as if drawn twice; both were kept.",
    unsaid=(),
):
    share: float


class Inside(
    Finding,
    kind=ProblemKind("inside", Severity.DOUBT, "Estates inside others"),
    text="It lies inside {other}; both were kept, the {area:.0f} m² count for it alone.",
):
    other: str
    area: float


class Overlap(
    SharedGround,
    kind=ProblemKind("overlap", Severity.DOUBT, "Overlapping estates", repair=RepairKind.GIVE_TO_OTHER),
    text="It shares {area:.0f} m² with {other}; the ground counts for that one.",
    unsaid=(),
):
    area: float


class OverlapGiven(
    Finding,
    kind=ProblemKind("overlap_given", Severity.MENDED, "Shared ground given by you", settled=True),
    text="The ground it shares with others was given to it, as you chose ({area:,.0f} m² in the file).",
):
    area: float


class SameName(
    Finding,
    kind=ProblemKind("same_name", Severity.DOUBT, "Same name"),
    text="{n} estates bear this name, first {other}; all were kept.",
):
    n: int
    other: str


class GivenTwice(
    Finding,
    kind=ProblemKind("given_twice", Severity.MENDED, "Buildings given twice"),
    text="{n} buildings stand in {other} too; they count as public buildings only.",
):
    n: int
    other: str
