"""Problems of places: coordinate systems missing, wrong or guessed, layers that lie off the others."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, ProblemKind, RepairKind, Severity

_CRS_GUESSED = ProblemKind(
    "crs_guessed",
    Severity.DOUBT,
    "Coordinate system guessed",
    repair=RepairKind.CONFIRM_CRS,
    reread=True,
    cause=True,
)
_SHIFTED = ProblemKind(
    "shifted",
    Severity.DOUBT,
    "Layers that lie off the others",
    repair=RepairKind.MOVE_TO_OTHERS,
    reread=True,
    cause=True,
)
_UNSHIFTED = ProblemKind(
    "unshifted", Severity.MENDED, "Moved between datums", repair=RepairKind.PUT_BACK, settled=True
)
_CONTROL_POINTS = ProblemKind("control_points", Severity.DOUBT, "Placed by control points", settled=True)


class PrjUnreadable(
    Finding,
    kind=ProblemKind("prj_unreadable", Severity.DOUBT, "Unreadable .prj", reread=True),
    text="Its .prj cannot be understood; the coordinate system is told from the coordinates.",
):
    pass


class CrsLinked(
    Finding,
    kind=ProblemKind("crs_linked", Severity.DOUBT, "Coordinate systems behind a link", reread=True),
    text="Its coordinate system is a link to the network, which is not followed: name the system.",
):
    pass


class CrsContradicts(
    Finding,
    kind=ProblemKind(
        "crs_contradicts",
        Severity.DOUBT,
        "Coordinate system contradicts the coordinates",
        reread=True,
        cause=True,
    ),
    text="It says {crs}, but its coordinates cannot be that; what it says was set aside.",
):
    crs: str


class CrsElsewhere(
    Finding,
    kind=ProblemKind(
        "crs_elsewhere", Severity.DOUBT, "Coordinate system puts it elsewhere", reread=True, cause=True
    ),
    text="It says {crs}, which puts it {km:.0f} km away from the other layers; what it says was set aside.",
):
    crs: str
    km: float


class CrsGuessed(
    Finding,
    kind=_CRS_GUESSED,
    text="It does not tell its coordinate system; {crs} was taken, which it fits ({sure:.0%} sure).",
    unsaid=("code", "swapped", "scale"),
):
    crs: str
    sure: float
    code: str
    swapped: bool
    scale: float


class MillimetresGuessed(
    CrsGuessed,
    text="Its coordinates are in millimetres; they were made metres and {crs} was taken ({sure:.0%} sure).",
):
    pass


class SwappedAxesGuessed(
    CrsGuessed,
    text="Its x and y are exchanged; they were put right and {crs} was taken ({sure:.0%} sure).",
):
    pass


class ControlPointsUsed(
    Finding,
    kind=_CONTROL_POINTS,
    text="Placed by {n} control points: turned by {turn:.3f}°, scale {scale:.6f}, RMS {rms:.2f} m"
    " (residuals {residuals} m).",
):
    n: int
    turn: float
    scale: float
    rms: float
    residuals: str


class ControlPointsChosen(ControlPointsUsed, severity=Severity.MENDED):
    pass


class NoDatumShift(
    Finding,
    kind=ProblemKind("no_datum_shift", Severity.DOUBT, "No official datum shift", reread=True),
    text="No official shift from {crs} to CGCS2000 is known: it may lie 60-130 m off.",
):
    crs: str


class WrongZone(
    Finding,
    kind=ProblemKind("wrong_zone", Severity.DOUBT, "Drawn in the wrong zone", reread=True, cause=True),
    text="It is drawn in the wrong zone: the meridian of {crs} is {deg:.0f}° away;"
    " areas are measured in another.",
):
    crs: str
    deg: float


class TooWide(
    Finding,
    kind=ProblemKind("too_wide", Severity.DOUBT, "Coordinates span too far", reread=True, cause=True),
    text="Its coordinates span {km:.0f} km: it holds strays, or features of two coordinate systems.",
):
    km: float


class Shifted(
    Finding,
    kind=_SHIFTED,
    text="It lies about {metres:.0f} m to the {direction} of where {other} would have it:"
    " check its coordinate system, or place it by control points.",
    unsaid=("datum", "layer", "option", "move"),
):
    metres: float
    direction: Text
    other: str
    datum: str
    layer: str
    option: str | None
    move: str


class ShiftedLikeAWebMap(
    Shifted,
    text="It lies about {metres:.0f} m to the {direction} of where {other} would have it,"
    " which looks like {datum}: if so, take the shift back here or with --shift {layer}={option}.",
    unsaid=("move",),
):
    pass


class DatumUntold(
    Finding,
    kind=ProblemKind(
        "datum_untold", Severity.DOUBT, "WGS 84 or GCJ-02?", repair=RepairKind.CONFIRM_DATUM, reread=True
    ),
    text="It is labelled WGS 84, but web maps of China give GCJ-02 under that label, here {metres:.0f} m off,"
    " and no other layer tells: lay it over an official map. If it lies off, take the shift back with"
    " --shift {layer}=gcj02; if it is right, say so with --shift {layer}=0,0.",
):
    metres: float
    layer: str


class LayerMoved(
    Finding,
    kind=_UNSHIFTED,
    text="It was moved by {metres:.0f} m ({east:+.1f} m east, {north:+.1f} m north), as told.",
):
    metres: float
    east: float
    north: float


class ShiftTakenBack(
    Finding,
    kind=_UNSHIFTED,
    text="It was moved by about {metres:.0f} m from {datum} to CGCS2000, as told; the formula is "
    "approximate.",
):
    metres: float
    datum: str
