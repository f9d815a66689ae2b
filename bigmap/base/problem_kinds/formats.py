"""Problems of files: what cannot be read, was damaged, or is left aside."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, Severity

# --- files that are not used --------------------------------------------------------------------------------

_LEFT_ASIDE = ProblemKind(
    "left_aside", Severity.DOUBT, "Layers left aside", reread=True, settled=True, unused=True
)
_POINTS = ProblemKind(
    "points", Severity.DOUBT, "Points without ground", settled=True, unused=True, told=Outlet.ZONES
)


class Unreadable(
    Finding,
    kind=ProblemKind("unreadable", Severity.ERROR, "Files that cannot be read", reread=True, unused=True),
    text="Left aside: {why}",
    unsaid=("role",),
):
    """``role`` is what its name says that it is for, '' where it says nothing."""

    why: Text
    role: str


SOURCE_LOST = ProblemKind(
    "source_lost", Severity.ERROR, "Needed files that cannot be read", reread=True, unused=True
)


class NeededUnreadable(
    Unreadable, kind=SOURCE_LOST, text="Left aside, though its name says that it is needed: {why}"
):
    pass


class TableMissing(
    Finding,
    kind=ProblemKind("table_missing", Severity.ERROR, "Shapefiles without their table", reread=True),
    text="Its .dbf is missing: {n} features came without names and figures; copy all parts together.",
):
    n: int


class TextsLeftAside(
    Finding,
    kind=_LEFT_ASIDE,
    text="Left aside: texts are not read; save a table that is needed from it as .xlsx.",
):
    pass


class WithoutRole(
    Finding,
    kind=_LEFT_ASIDE,
    text="Left aside: neither name nor fields tell what it is for; name its role if it is needed.",
):
    pass


class WithoutEstates(
    Finding,
    kind=_LEFT_ASIDE,
    text="Left aside: there is no layer of estates to which its rows could be joined.",
):
    pass


class WithoutHead(
    Finding,
    kind=_LEFT_ASIDE,
    text="Left aside: no row in it names columns, such as 小区名称 and 户数.",
):
    pass


class WithoutFigures(
    Finding,
    kind=_LEFT_ASIDE,
    text="Left aside: it has no column of estate names with figures beside it, and no coordinates.",
):
    pass


class PointsLeftAside(
    Finding,
    kind=_POINTS,
    text="Left aside: its {n} features are points and have no ground.",
):
    n: int


class PointsWithoutOutlines(
    Finding,
    kind=_POINTS,
    text="Its {n} features are points: they have no ground and there are no outlines they could tell of; "
    "they were left out ({hh:.0f} households).",
):
    n: int
    hh: float


class SecondBoundary(
    Finding,
    kind=ProblemKind("second_boundary", Severity.DOUBT, "More than one boundary", reread=True, settled=True),
    text="Left aside: {first} is taken as the boundary.",
):
    first: str


class ArchiveTwice(
    Finding,
    kind=ProblemKind("archive_twice", Severity.MENDED, "Archives with the same files", settled=True),
    text="Left aside: the files in it lie beside it already.",
):
    pass


class LeftOut(
    Finding,
    kind=ProblemKind("left_out", Severity.MENDED, "Left out by you", settled=True),
    text="Left out, as you chose.",
):
    pass


class Chosen(
    Finding,
    kind=ProblemKind("chosen", Severity.MENDED, "Read as you chose", settled=True),
    text="Read as you chose: {what}.",
):
    what: Text


class OpenElsewhere(
    Finding,
    kind=ProblemKind("open_elsewhere", Severity.DOUBT, "Files open in another program"),
    text="Another program has files of this folder open ({files}): what is not saved there is not read.",
):
    files: str


# --- damage -------------------------------------------------------------------------------------------------

_FILE_CUT = ProblemKind("file_cut", Severity.ERROR, "Files that end early")
_SHAPES_CUT = ProblemKind("shapes_cut", Severity.ERROR, "Shapes cut off")
_TEXT_DAMAGED = ProblemKind("text_damaged", Severity.DOUBT, "Damaged text")


class FileCut(
    Finding,
    kind=_FILE_CUT,
    text="The file ends early or is damaged: {n} features were read, the rest is lost; ask for it again.",
):
    n: int


class PartCut(
    Finding,
    kind=_FILE_CUT,
    text="One of its parts ends early: {n} of {rows} features are lost; ask for all parts again.",
):
    n: int
    rows: int


class DrawingDamaged(
    Finding,
    kind=_FILE_CUT,
    text="The drawing is damaged: at least {n} of the {rows} things drawn in it could not be read; ask for it"
    " again.",
):
    n: int
    rows: int


class EntryLost(
    Finding,
    kind=ProblemKind("entry_lost", Severity.ERROR, "Entries that are no features"),
    text="{n} entries of its list of features are no features and were left out (numbers {numbers}): "
    "ask for them again.",
):
    n: int
    numbers: str


class LineLost(
    Finding,
    kind=ProblemKind("line_lost", Severity.ERROR, "Lines that cannot be read"),
    text="Line {line} is no GeoJSON feature and was left out: ask for it again.",
):
    line: int


class RowsLost(
    Finding,
    kind=ProblemKind("rows_lost", Severity.DOUBT, "Attributes lost"),
    text="The .dbf ends early: {n} of {shapes} features came without name or figures; ask for all of it.",
):
    n: int
    shapes: int


class RowsSpare(
    Finding,
    kind=ProblemKind("rows_spare", Severity.DOUBT, "Rows without a shape"),
    text="The .dbf has {rows} rows for {shapes} shapes; the last rows have no shape and were left out.",
):
    rows: int
    shapes: int


class RowsDeleted(
    Finding,
    kind=ProblemKind("rows_deleted", Severity.DOUBT, "Deleted features"),
    text="{n} features are marked as deleted in the .dbf and were left out.",
):
    n: int


class ShapesCut(
    Finding,
    kind=_SHAPES_CUT,
    text="The .shp ends early: {n} of {shapes} shapes are lost; ask for all of it.",
):
    n: int
    shapes: int


class ShapesDamaged(
    Finding,
    kind=_SHAPES_CUT,
    text="The .shp is damaged: {n} of {shapes} shapes are lost; ask for it again.",
):
    n: int
    shapes: int


class IndexMissing(
    Finding,
    kind=ProblemKind("index_missing", Severity.MENDED, "Shape index missing"),
    text="Its .shx is missing; the shapes were found without it.",
):
    pass


class IndexStale(
    Finding,
    kind=ProblemKind("index_stale", Severity.MENDED, "Shape index out of date"),
    text="Its .shx belongs to another state of the file; the shapes were found without it.",
):
    pass


class BadShape(
    Finding,
    kind=ProblemKind("bad_shape", Severity.ERROR, "Shapes that cannot be read"),
    text="Its shape cannot be read.",
):
    pass


class OpenRing(
    Finding,
    kind=ProblemKind("open_ring", Severity.MENDED, "Rings left open"),
    text="Its ring was not closed; it was closed with a straight line.",
):
    pass


class Arcs(
    Finding,
    kind=ProblemKind("arcs", Severity.MENDED, "Arcs drawn as short lines"),
    text="{n} shapes with arcs were drawn with short straight lines, from feature {first} on.",
):
    n: int
    first: int


# --- text ---------------------------------------------------------------------------------------------------


class TextDestroyed(
    Finding,
    kind=ProblemKind("text_destroyed", Severity.DOUBT, "Destroyed text"),
    text="Field {field}: “{value}” was destroyed before it came here (锟斤拷 stands for what is lost):"
    " ask for the text as it was.",
):
    field: str
    value: str


class TextDamaged(
    Finding,
    kind=_TEXT_DAMAGED,
    text="Field {field}: a part of “{value}” is damaged, � stands for it: correct it, or ask for the file"
    " again.",
):
    field: str
    value: str


class MoreTextDamaged(
    Finding,
    kind=_TEXT_DAMAGED,
    text="{n} more values are damaged: ask for the file again.",
):
    n: int


class EncodingContradicts(
    Finding,
    kind=ProblemKind(
        "encoding_contradicts", Severity.DOUBT, "Encoding label is wrong", reread=True, cause=True
    ),
    text="It says that its text is {label}, but the bytes are {encoding}; the bytes were believed.",
):
    label: str
    encoding: str


class EncodingUnknown(
    Finding,
    kind=ProblemKind("encoding_unknown", Severity.DOUBT, "Encoding unknown", reread=True, cause=True),
    text="Its text is in no encoding known here and may be shown wrong: choose its encoding.",
):
    pass


class NumberStars(
    Finding,
    kind=ProblemKind("number_stars", Severity.MENDED, "Cells of asterisks only"),
    text="Field {field}: {n} cells hold asterisks only, for no value or for a number too long for the"
    " field; they count as unknown.",
):
    field: str
    n: int
