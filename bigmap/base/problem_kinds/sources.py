"""Problems of what was given as a whole: which files and layers are used, and for what."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, Severity
from bigmap.base.problem_kinds.formats import SOURCE_LOST, WithoutRole


class KindsLeftAside(
    Finding,
    kind=WithoutRole.kind,
    text="Left aside: files of this kind are not read here ({n}: {files}); export what is needed from them as"
    " .shp, .gpkg or .xlsx.",
):
    n: int
    files: str


class PicturesLeftAside(
    Finding,
    kind=WithoutRole.kind,
    text="Left aside: pictures are no layers ({n}: {files}); one that is needed is laid under the map.",
):
    n: int
    files: str


class TablesLeftAside(
    Finding,
    kind=WithoutRole.kind,
    text="Left aside: tables of this kind are not read here ({n}: {files}); save those that are needed as"
    " .xlsx.",
):
    n: int
    files: str


class FoldersLeftAside(
    Finding,
    kind=WithoutRole.kind,
    text="Left aside: folders more than {depth} deep or after the first {most} are not looked into"
    " ({n}: {files}); open the one that is needed by itself.",
):
    depth: int
    most: int
    n: int
    files: str


class LayersWithoutRole(
    Finding,
    kind=WithoutRole.kind,
    text="Left aside: {n} of its layers tell nothing of what they are for ({layers}); name the role of those"
    " that are needed.",
):
    n: int
    layers: str


class OtherState(
    Finding,
    kind=ProblemKind("other_state", Severity.DOUBT, "Copies and older states", reread=True, settled=True),
    text="Left aside: by its name it is a copy or another state of {first}, which is used; to use this one,"
    " leave out the other and choose its role.",
):
    first: str


class RoleGuessed(
    Finding,
    kind=ProblemKind(
        "role_guessed", Severity.DOUBT, "Roles guessed", told=Outlet.SCREEN, reread=True, cause=True
    ),
    text="{layer} is taken as {role} by its fields alone, its name does not say so: choose another role if it"
    " is not.",
):
    layer: str
    role: Text


class NamesContradict(
    Finding,
    kind=ProblemKind("names_contradict", Severity.DOUBT, "Names that contradict each other", reread=True),
    text="The name of its layer says {role}, the name of the file {other}: it was taken as {role}; choose the"
    " other role if it is that.",
):
    role: Text
    other: Text


class GreaterPartAside(
    Finding,
    kind=ProblemKind("greater_part_aside", Severity.DOUBT, "Most of the folder set aside", reread=True),
    text="The greater part of what was given is not used: {n} of {features} features, nobody knows what for"
    " ({files}): choose their roles.",
):
    n: int
    features: int
    files: str


class Empty(
    Finding,
    kind=WithoutRole.kind,
    text="Left aside: it holds no features.",
    unsaid=("role",),
):
    """``role`` as of `Unreadable`."""

    role: str


class NeededEmpty(
    Empty,
    kind=SOURCE_LOST,
    text="Left aside: it holds no features, though its name says that it is needed: ask for it again.",
):
    pass


class RowsWithoutRole(
    Finding,
    kind=WithoutRole.kind,
    text="Left aside: {n} of its {rows} features are nothing that is used here; name the role of the layer if"
    " they are needed.",
):
    n: int
    rows: int
