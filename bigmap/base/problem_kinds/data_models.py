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
