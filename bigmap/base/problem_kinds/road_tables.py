"""Problems of ledgers of roads, joined to the roads by name."""

from bigmap.base.problem_kind import Finding, ProblemKind, Severity
from bigmap.base.problem_kinds.tables import TableJoined


class RoadsJoined(
    Finding,
    kind=TableJoined.kind,
    text="{n} roads of its {rows} rows were found by name.",
):
    n: int
    rows: int


class RoadsUnknown(
    Finding,
    kind=ProblemKind("roads_unknown", Severity.DOUBT, "Roads of a table that are not there"),
    text="{n} names are borne by no road: {names}; nothing is taken from their rows.",
):
    n: int
    names: str


class RoadsDisagree(
    Finding,
    kind=ProblemKind("roads_disagree", Severity.DOUBT, "Table and layer of roads disagree"),
    text="{n} values of roads are others here than in the layer; those of the layer were used "
    "(--prefer table).",
):
    n: int


class RoadsDisagreeTable(
    RoadsDisagree,
    text="{n} values of roads are others here than in the layer; those of the table were used.",
):
    pass
