"""Problems in groups of one kind: what a group is called, what is in it, and the line over all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bigmap.base.i18n import tr
from bigmap.base.problem_kind import ProblemKind, Severity
from bigmap.base.problems import Problem, ProblemLog

ORDER = (Severity.ERROR, Severity.DOUBT, Severity.MENDED)


@dataclass(frozen=True)
class Group:
    """Problems of one kind and severity."""

    severity: Severity
    kind: ProblemKind
    problems: tuple[Problem, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What the group is known by when the problems change."""
        return (self.severity.value, self.code)

    @property
    def code(self) -> str:
        """Code of the kind."""
        return self.kind.code

    @property
    def title(self) -> str:
        """Name of the group in the language in use."""
        return tr(self.kind.title)


def grouped(problems: Iterable[Problem], severities: Collection[Severity] = ORDER) -> list[Group]:
    """Return the groups of these severities: what needs a hand first, then causes, then the larger ones."""
    found: dict[tuple[Severity, ProblemKind], list[Problem]] = {}
    for problem in problems:
        if problem.severity in severities:
            found.setdefault((problem.severity, problem.kind), []).append(problem)
    groups = [Group(severity, kind, tuple(items)) for (severity, kind), items in found.items()]
    return sorted(groups, key=lambda g: (ORDER.index(g.severity), not g.kind.cause, -len(g.problems)))


def headline(problems: ProblemLog) -> str:
    """Return how many problems there are and what became of them, in one line."""
    counts, n = problems.counts(), len(problems)
    if n == 0:
        return tr("No problems")
    values = {"n": n, "mended": counts["mended"], "doubt": counts["doubt"], "error": counts["error"]}
    if counts["error"]:
        return tr("{n} problems, {mended} mended, {doubt} to decide, {error} not used", **values)
    values.pop("error")
    return tr("{n} problems, {mended} mended, {doubt} to decide", **values)


def as_lines(problems: Iterable[Problem]) -> str:
    """Return problems for the clipboard: one line each, tabs between file, feature, name, sentence."""
    rows = ((p.file, "" if p.feature is None else str(p.feature), p.name, str(p.text)) for p in problems)
    return "\n".join("\t".join(row) for row in rows)


def whereabouts(problem: Problem) -> str:
    """Return file and number of the feature, for the small print."""
    parts = [problem.file, "" if problem.feature is None else f"#{problem.feature}"]
    return "  ·  ".join(part for part in parts if part)
