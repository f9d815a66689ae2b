"""Problems of layers that a data model tells: what was taken for what, and what was set aside."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, Severity


class ReadByModel(
    Finding,
    kind=ProblemKind(
        "read_by_model",
        Severity.MENDED,
        "Read by a data model",
        reread=True,
        settled=True,
        told=Outlet.SCREEN,
    ),
    text="Read as {model}: {parts}; choose a role for the layer if it is something else.",
):
    model: Text
    parts: Text


class NothingByModel(
    Finding,
    kind=ProblemKind(
        "set_aside", Severity.DOUBT, "Features set aside", reread=True, settled=True, unused=True
    ),
    text="Left aside, all {n} features: {what} ({model}); choose a role for the layer if they are needed.",
):
    n: int
    what: Text
    model: Text


class RowsSetAside(
    NothingByModel,
    text="Left aside, {n} of its features: {what} ({model}).",
):
    pass


class RowsDoubted(
    Finding,
    kind=ProblemKind("role_doubt", Severity.DOUBT, "Roles that may be wrong", reread=True),
    text="{n} of its features are used as {role}: {what} ({model}).",
):
    n: int
    role: Text
    what: Text
    model: Text


class RoleGuessed(
    Finding,
    kind=ProblemKind("role_guessed", Severity.DOUBT, "Roles guessed", reread=True, told=Outlet.SCREEN),
    text="Used as {role}, as {sign} tells: choose its role if it is something else.",
):
    role: Text
    sign: Text


class MostSetAside(
    Finding,
    kind=ProblemKind(
        "most_set_aside",
        Severity.DOUBT,
        "Most of the folder set aside",
        reread=True,
        cause=True,
        settled=True,
    ),
    text="The greater part of what was given is not used, since nothing tells what it is for: {n} of {layers}"
    " layers ({files}); choose their roles before the figures are used.",
):
    n: int
    layers: int
    files: str
