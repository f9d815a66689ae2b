"""A look at sheets of Excel and CSV before they are read for good, and how many rows would be joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.table_figures import Bearers, matched
from bigmap.core.sources.layers import NUMBER_FIELDS, Role, SourceTable
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.detect_format import has_encodings
from bigmap.io.georeferencing.placement import bounds_of
from bigmap.io.reading.layer_survey import LayerSurvey, preview_outlines
from bigmap.io.spreadsheets.cells import CellGrid
from bigmap.io.spreadsheets.estate_table import Use, coordinates, is_operators, points_of, table_of, use_of
from bigmap.io.spreadsheets.operator_table import OPERATOR_FIELDS, operator_columns
from bigmap.io.spreadsheets.sheet_layouts import read_tables
from bigmap.io.spreadsheets.table_head import TableSheet, framed, head_of
from bigmap.io.vocabulary.field_names import match_fields
from bigmap.io.vocabulary.layer_roles import detect_role

SAMPLE_ROWS = 5
_SHEET_FIELDS = ("name", "code", *NUMBER_FIELDS, "mgmt", "oper", "type")


@dataclass(frozen=True)
class TableSurvey(LayerSurvey):
    """What a sheet holds.

    Attributes
    ----------
    grid : CellGrid
        Its cells.
    of_operators : bool
        Whether the name of the file says that it lists operators.
    """

    grid: CellGrid = field(default_factory=lambda: CellGrid("", [], []), repr=False)
    of_operators: bool = False
    _sheets: dict[tuple[str, int], TableSheet] = field(default_factory=dict, compare=False, repr=False)

    def sheet(self, choice: SourceOptions) -> TableSheet:
        """Return its head and rows as chosen; each way of reading it is worked out once."""
        way = (choice.encoding, choice.head)
        if way not in self._sheets:
            grid, head = self.grid, choice.head
            if choice.encoding not in {"", self.encoding}:
                (grid,) = read_tables(self.file, ProblemLog(), choice.encoding)
                head = head or self.head  # which nobody finds in garbled words
            self._sheets[way] = TableSheet(self.file, self.layer or "", framed(grid, head))
        return self._sheets[way]

    def use(self, choice: SourceOptions) -> Use:
        """Return what it is taken for."""
        if self.of_operators and choice.role is None:
            return Use.OPERATORS
        return use_of(self.sheet(choice), choice)[0]

    @property
    def head(self) -> int:
        """Row of its head as found, from 1; 0 for none."""
        return head_of(self.grid)

    def role_in(self, choice: SourceOptions) -> Role:
        """Return what its rows are."""
        use = self.use(choice)
        if use in {Use.OPERATORS, Use.NOTHING}:
            return Role.OPERATORS if use == Use.OPERATORS else Role.UNKNOWN
        return Role.ESTATES if use == Use.FIGURES else use_of(self.sheet(choice), choice)[1].role

    def has_points(self, choice: SourceOptions) -> bool:
        """Tell whether there are columns of coordinates."""
        return coordinates(self.sheet(choice).frame, choice) is not None

    def shown(self, choice: SourceOptions) -> tuple[list[str], list[list[str]]]:
        """Return its heads and some rows as chosen."""
        frame = self.sheet(choice).frame
        return [str(name) for name in frame.columns], frame.head(SAMPLE_ROWS).to_numpy().tolist()

    def vocabulary(self, choice: SourceOptions) -> Sequence[str]:
        """Return what a column can mean."""
        use = self.use(choice)
        if use == Use.OPERATORS:
            return OPERATOR_FIELDS
        return _SHEET_FIELDS if use == Use.FIGURES else (*_SHEET_FIELDS, "x", "y")

    def meant(self, choice: SourceOptions, told: Mapping[str, str]) -> dict[str, str]:
        """Return meaning → column, what the planner ``told`` first."""
        frame = self.sheet(choice).frame
        if self.use(choice) == Use.OPERATORS:
            return operator_columns(frame.columns, told)
        found = {m: c.name for m, c in match_fields(frame.columns, self.role_in(choice), told=told).items()}
        at = coordinates(frame, replace(choice, fields=told))
        return found if at is None or self.use(choice) == Use.FIGURES else {**found, "x": at[0], "y": at[1]}

    def as_layer(self, choice: SourceOptions) -> LayerSurvey:
        """Return its points as a layer; one without features where it is taken for something else."""
        plain = LayerSurvey(self.file, self.layer, self.role_in(choice), refusal=self.refusal)
        at = coordinates(self.sheet(choice).frame, choice) if not self.refusal else None
        if at is None or self.use(choice) != Use.POINTS:
            return plain
        shapes = points_of(self.sheet(choice), *at).shapes
        known = sum(shape is not None for shape in shapes)
        return replace(
            plain, geometry="Point", features=known, bounds=bounds_of(shapes), lines=preview_outlines(shapes)
        )


def survey_sheets(file: Path) -> list[LayerSurvey]:
    """Return a survey of each sheet of a file that has rows; one that cannot be read says why."""
    try:
        grids = read_tables(file, ProblemLog())
    except UserError as fault:
        return [TableSurvey(file, role=detect_role(file.stem).role, geometry="Table", refusal=fault.text)]
    coded = file.suffix.lower() in {".csv", ".tsv"} and has_encodings(file)
    encoding = enc.decide([file.read_bytes()]).encoding if coded else ""
    operators = _lists_operators(file)
    found = []
    for grid in grids:
        rows = framed(grid)
        if len(rows) or any(any(row) for row in grid.cells):
            name = grid.name if len(grids) > 1 else None
            found.append(
                TableSurvey(
                    file,
                    name,
                    encoding=encoding,
                    geometry="Table",
                    features=len(rows),
                    grid=grid,
                    of_operators=operators,
                )
            )
    return [replace(survey, role=survey.role_in(SourceOptions())) for survey in found]


def _lists_operators(file: Path) -> bool:
    try:
        return is_operators(file)
    except UserError:
        return False


# --- what would be joined -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Joined:
    """How many rows of a sheet belong to estates, by their names alone."""

    rows: int
    sure: int
    near: int
    doubtful: int
    spare: int


def count_joined(
    sheet: TableSurvey, choice: SourceOptions, estates: Sequence[str], communities: Sequence[str] = ()
) -> Joined | None:
    """Return how many rows of a sheet would be joined to estates; None where there is nothing to join.

    Namesakes that only the ground of their community tells apart count as doubtful here.
    """
    if sheet.use(choice) != Use.FIGURES or not estates:
        return None
    table: SourceTable = table_of(sheet.sheet(choice), choice, ProblemLog())
    frame = table.frame[~table.frame.duplicated()]
    n = len(estates)
    bearers = Bearers(list(estates), list(range(1, n + 1)), [""] * n, list(communities))
    own, found = matched(table, frame, bearers)
    near = sum(pair.score < 100 for pair in found.pairs)
    sure = len(own.pairs) + len(found.pairs)
    return Joined(len(frame), sure, near, len(found.doubtful), len(found.spare) + len(own.refused))
