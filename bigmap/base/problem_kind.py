"""What a kind of problem is, and its findings: a sentence each, with typed values for its placeholders."""

import inspect
import numbers
import string
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, IntEnum, StrEnum, auto
from types import UnionType
from typing import Any, ClassVar, dataclass_transform, get_args, get_origin


class Severity(StrEnum):
    """How much a problem asks of the planner."""

    ERROR = "error"
    """A feature or a wish could not be used."""
    DOUBT = "doubt"
    """Used as it stands, or guessed: somebody should look."""
    MENDED = "mended"
    """Repaired; nothing to do."""


class Stage(IntEnum):
    """What brings a problem; it is found anew whenever that stage or an earlier one is done again."""

    SOURCES = auto()
    """Reading, cleaning and cutting."""
    ZONES = auto()
    """Building zones."""
    BUNDLES = auto()
    """Giving zones to operators."""
    OWNERS = auto()
    """Who has which zone: found anew with each edit."""


class Outlet(Flag):
    """Where a problem is told besides the problem list."""

    NOWHERE = 0
    SCREEN = auto()
    """Lines that the command line ends with."""
    FIGURES = auto()
    """Beside the figures that it leaves open: command line, report, check, printed sheets."""
    SERVED = auto()
    """Beside the figures of who serves: notes of a check, printed sheets."""
    CHECK = auto()
    """Notes of a check."""
    ZONES = auto()
    """Doubts of a check, where it is about the drawn zones: it changes what is checked."""


class RepairKind(StrEnum):
    """What the window offers to do about a problem."""

    MULTIPLY_FLOOR_AREAS = auto()
    BALANCE = auto()
    MOVE_TO_OTHERS = auto()
    PUT_BACK = auto()
    CONFIRM_CRS = auto()
    JOIN = auto()
    JOIN_TO_NONE = auto()
    TABLE_FIRST = auto()
    GIVE_TO_OTHER = auto()
    COUNT = auto()
    ONE_OF_TWO = auto()
    CONFIRM_DATUM = auto()

    @property
    def settles(self) -> bool:
        """Whether one of its decisions leaves everything as it is, so that accepting is not offered too."""
        told = {self.BALANCE, self.CONFIRM_CRS, self.CONFIRM_DATUM, self.JOIN, self.JOIN_TO_NONE}
        return self in told | {self.COUNT, self.ONE_OF_TWO}


@dataclass(frozen=True)
class ProblemKind:
    """A kind of problem, whatever the sentence says.

    Attributes
    ----------
    code : str
        Stable short name, as in ``problems.csv``.
    severity : Severity
        Of its findings, unless they have their own.
    title : str
        Name of a group of such problems, in English.
    stage : Stage
    decision : bool
        Whether it asks for a decision: told under ``report_notes``, exit code 3.
    told : Outlet
    repair : RepairKind or None
        What the window offers, besides leaving out and accepting.
    reread : bool
        Whether another choice of role, encoding, coordinate system or fields may mend it.
    cause : bool
        Whether many other problems may come from it: shown first.
    settled : bool
        Whether it was decided already or is about what is not used: leaving it out is not offered.
    unused : bool
        Whether it says why a source is not used, for a folder in which nothing is.
    """

    code: str
    severity: Severity
    title: str
    stage: Stage = Stage.SOURCES
    decision: bool = False
    told: Outlet = Outlet.NOWHERE
    repair: RepairKind | None = None
    reread: bool = False
    cause: bool = False
    settled: bool = False
    unused: bool = False


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Finding:
    """One sentence of a kind of problem, and its values as fields; a class for each sentence.

    A class names its kind, its English sentence, and fields for the placeholders of the sentence. ``unsaid``
    names fields that do not stand in it: what a repair needs. ``severity`` is that of the kind where it is
    not given. A subclass says the same with another sentence or severity, of the same values.

    Raises
    ------
    TypeError
        On definition, where placeholders and fields differ; on construction, for a value that is missing,
        not a field, or of another type.
    """

    kind: ClassVar[ProblemKind]
    template: ClassVar[str] = ""
    severity: ClassVar[Severity] = Severity.DOUBT
    unsaid: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(
        cls,
        *,
        kind: ProblemKind | None = None,
        text: str = "",
        severity: Severity | None = None,
        unsaid: tuple[str, ...] | None = None,
    ) -> None:
        if kind is not None:
            cls.kind, cls.severity = kind, kind.severity
        cls.severity = severity or cls.severity
        cls.template = text or cls.template
        cls.unsaid = cls.unsaid if unsaid is None else unsaid
        cls.fields = {**cls.fields, **inspect.get_annotations(cls)}
        if set(cls.fields) != placeholders(cls.template) | set(cls.unsaid):
            raise TypeError(
                f"{cls.__name__}: {list(cls.fields)} are not the placeholders of {cls.template!r}"
            )
        if clash := set(cls.fields) & {*dir(Finding), *inspect.get_annotations(Finding)}:
            raise TypeError(f"{cls.__name__}: {clash} are no names for fields")

    def __init__(self, **values: Any) -> None:
        if values.keys() != self.fields.keys():
            raise TypeError(f"{type(self).__name__} has the values {list(self.fields)}, not {list(values)}")
        for name, wanted in self.fields.items():
            if not _fits(values[name], wanted):
                raise TypeError(f"{type(self).__name__}.{name} is {wanted}, not {values[name]!r}")
            vars(self)[name] = values[name]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items())})"


def placeholders(template: str) -> set[str]:
    """Return the names in braces of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


class Unlisted(Finding, text="{n} more features are like the {listed} before.", unsaid=("like",)):
    """The end of a long list: how many more findings ``like`` those listed there are."""

    like: type[Finding]
    n: int
    listed: int


class UnlistedFigures(Unlisted, unsaid=("like", "sums")):
    """The end of a long list of findings with figures: ``sums`` of those known, by name."""

    sums: dict[str, float]


class UnlistedPlaces(
    Finding,
    text="{n} more places are like the {listed} before, {m2:,.3f} m² in all.",
    unsaid=("like",),
):
    """The end of a long list of places, with their ground."""

    like: type[Finding]
    n: int
    listed: int
    m2: float


_NUMBERS = {int: numbers.Integral, float: numbers.Real}


def _fits(value: object, wanted: Any) -> bool:
    """Tell whether a value is of a type; numpy's numbers are numbers, whole numbers are real ones."""
    if isinstance(wanted, UnionType):
        return any(_fits(value, one) for one in get_args(wanted))
    plain = get_origin(wanted) or wanted
    return isinstance(value, _NUMBERS.get(plain, plain))
