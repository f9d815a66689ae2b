"""Problems: every guess, repair and doubt, with the place it was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bigmap.base.i18n import Text


class Severity(StrEnum):
    """How much a problem asks of the planner."""

    ERROR = "error"
    """A feature or a wish could not be used."""
    DOUBT = "doubt"
    """Used as it stands, or guessed: somebody should look."""
    MENDED = "mended"
    """Repaired; nothing to do."""


@dataclass(frozen=True)
class Problem:
    """One finding.

    Attributes
    ----------
    severity : Severity
    code : str
        Stable short name of the kind of problem, for example ``duplicate``.
    text : Text
        What is wrong and what was done, as one sentence; its values ``before`` and ``after`` tell what was
        changed, mostly ground in m².
    file : str
        Name of the file, empty where no file is to blame.
    feature : int or None
        Number of the feature in the file, from 1.
    name : str
        Name of the feature, empty where it has none.
    place : tuple of float or None
        (x, y) in the project CRS, in metres.
    """

    severity: Severity
    code: str
    text: Text
    file: str = ""
    feature: int | None = None
    name: str = ""
    place: tuple[float, float] | None = None

    @property
    def before(self) -> float | None:
        """What the sentence says that it was before, None where nothing was changed."""
        return self.text.values.get("before")

    @property
    def after(self) -> float | None:
        """What the sentence says that it was made."""
        return self.text.values.get("after")


@dataclass
class ProblemLog:
    """The problems of one run, in the order they were found."""

    items: list[Problem] = field(default_factory=list)

    def add(
        self,
        severity: Severity,
        code: str,
        template: str,
        /,
        *,
        file: str = "",
        feature: int | None = None,
        name: str = "",
        place: tuple[float, float] | None = None,
        **values: Any,
    ) -> None:
        """Record one problem; ``values`` fill the ``{names}`` of the English ``template``."""
        self.items.append(Problem(severity, code, Text(template, values), file, feature, name, place))

    def counts(self) -> dict[str, int]:
        """Return how many problems there are of each severity."""
        found = Counter(p.severity for p in self.items)
        return {s.value: found[s] for s in (Severity.ERROR, Severity.MENDED, Severity.DOUBT)}

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
