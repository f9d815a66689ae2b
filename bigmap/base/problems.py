"""Problems: every guess, repair and doubt, with the place it was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, ProblemKind, Severity, Stage, Unlisted, UnlistedPlaces


@dataclass(frozen=True)
class Problem:
    """One finding and its place.

    Attributes
    ----------
    what : Finding
        What is wrong and what was done.
    file : str
        Name of the file, empty where no file is to blame.
    feature : int or None
        Number of the feature in the file, from 1.
    name : str
        Name of the feature, empty where it has none.
    place : tuple of float or None
        (x, y) in the project CRS, in metres.
    accepted : bool
        Whether the planner said that it is right so: it counts as mended.
    """

    what: Finding
    file: str = ""
    feature: int | None = None
    name: str = ""
    place: tuple[float, float] | None = None
    accepted: bool = False

    @property
    def shown(self) -> type[Finding]:
        """The class of the finding; of those which it ends, for an end of a list."""
        return self.what.like if isinstance(self.what, Unlisted | UnlistedPlaces) else type(self.what)

    @property
    def kind(self) -> ProblemKind:
        """The kind of problem; that of the list which it ends, for an end of a list."""
        return self.shown.kind

    @property
    def code(self) -> str:
        """Stable short name of the kind, for example ``duplicate``."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """How much it asks of the planner."""
        return Severity.MENDED if self.accepted else self.shown.severity

    @property
    def text(self) -> Text:
        """The finding as a sentence."""
        return Text(self.what.template, dict(vars(self.what)))

    @property
    def before(self) -> float | None:
        """What the finding says that it was before, mostly ground in m²; None where nothing was changed."""
        return self._number("before")

    @property
    def after(self) -> float | None:
        """What the finding says that it was made."""
        return self._number("after")

    def _number(self, name: str) -> Any:
        return getattr(self.what, name) if name in self.what.fields else None


@dataclass
class ProblemLog:
    """The problems of one run, in the order they were found."""

    items: list[Problem] = field(default_factory=list)

    def add(
        self,
        what: Finding,
        *,
        file: str = "",
        feature: int | None = None,
        name: str = "",
        place: tuple[float, float] | None = None,
    ) -> None:
        """Record one finding."""
        self.items.append(Problem(what, file, feature, name, place))

    def before(self, stage: Stage) -> ProblemLog:
        """Return the problems that stay when this stage is done again."""
        return ProblemLog([problem for problem in self.items if problem.kind.stage < stage])

    def counts(self) -> dict[str, int]:
        """Return how many problems there are of each severity."""
        found = Counter(p.severity for p in self.items)
        return {s.value: found[s] for s in (Severity.ERROR, Severity.MENDED, Severity.DOUBT)}

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
