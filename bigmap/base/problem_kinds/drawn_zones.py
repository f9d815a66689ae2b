"""Problems of zones that somebody else drew."""

from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, Severity


class ZoneInFeatures(
    Finding,
    kind=ProblemKind(
        "zone_in_features", Severity.MENDED, "Zones drawn as several features", told=Outlet.ZONES
    ),
    text=(
        "Zone {zone} is drawn as {n} features; they were taken as one ({before:,.0f} m² drawn, "
        "{after:,.0f} m² of ground; separate parts: {pieces})."
    ),
):
    zone: str
    n: int
    before: float
    after: float
    pieces: int


class ZoneTitleUseless(
    Finding,
    kind=ProblemKind(
        "zone_title_useless", Severity.DOUBT, "Codes that tell no zone apart", told=Outlet.ZONES
    ),
    text=(
        "All its {n} features are called {title}, which tells no zone from another: each was taken "
        "as a zone of its own; give each zone its own code."
    ),
):
    n: int
    title: str


class ZoneTitleShared(
    Finding,
    kind=ProblemKind("zone_title_shared", Severity.DOUBT, "Codes of several zones", told=Outlet.ZONES),
    text=(
        "{n} features are called {title} but differ in name or operator: they were taken as {zones} zones; "
        "give each zone its own code."
    ),
):
    n: int
    title: str
    zones: int
