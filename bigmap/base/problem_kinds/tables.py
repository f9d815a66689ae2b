"""Problems of tables: sheets, rows joined to estates by name, operators and services."""

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Outlet, ProblemKind, RepairKind, Severity

# --- sheets and columns -------------------------------------------------------------------------------------

_CELL_BLANK = ProblemKind("cell_blank", Severity.DOUBT, "Cells without a value")
_CAPACITY_LOST = ProblemKind("capacity_lost", Severity.DOUBT, "Capacities that are no numbers")


class SheetHidden(
    Finding,
    kind=ProblemKind("sheet_hidden", Severity.DOUBT, "Hidden sheets"),
    text="The hidden sheet {sheet} was left aside.",
):
    sheet: str


class RowsHidden(
    Finding,
    kind=ProblemKind("rows_hidden", Severity.DOUBT, "Hidden rows", told=Outlet.FIGURES),
    text="Sheet {sheet}: {n} hidden rows ({rows}) were left aside: show them in Excel and save the file "
    "if they count.",
):
    sheet: str
    n: int
    rows: str


_LAYOUT = ProblemKind("table_layout", Severity.MENDED, "Tables laid out in another way", settled=True)


class TableTurned(
    Finding,
    kind=_LAYOUT,
    text="The table lies on its side, estates across the top: each of its columns was read as a row.",
):
    pass


class FormsRead(
    Finding,
    kind=_LAYOUT,
    text="{n} forms of one estate each were read as the rows of one table.",
):
    n: int


class TablesBeside(
    Finding,
    kind=_LAYOUT,
    text="{n} tables with the same head stand beside each other: they were read one below the other.",
):
    n: int


class FormulasUnsaved(
    Finding,
    kind=_CELL_BLANK,
    text="Sheet {sheet}: {n} cells are formulas without a saved result and were read as blank "
    "({cells}): open it in Excel and save it.",
):
    sheet: str
    n: int
    cells: str


class CellsFaulty(
    Finding,
    kind=_CELL_BLANK,
    text="Sheet {sheet}: {n} cells show an error such as #REF! and were read as blank ({cells}): "
    "mend them in Excel.",
):
    sheet: str
    n: int
    cells: str


class ServicesUnread(
    Finding,
    kind=ProblemKind("services_unread", Severity.DOUBT, "Tables of services not read", told=Outlet.FIGURES),
    text="It says who does which service, and was not read: name it with --services",
):
    pass


class ServicesTaken(
    Finding,
    kind=ProblemKind("services_taken", Severity.MENDED, "Tables of services read", settled=True),
    text="It says who does which service ({services}) on {n} units: {nobody} cells say nobody, {needless} "
    "not needed, {untold} do not tell.",
):
    n: int
    services: str
    nobody: int
    needless: int
    untold: int


class ServiceListTaken(
    Finding,
    kind=ServicesTaken.kind,
    text="It says who does which service, and was read: {n} lines.",
):
    n: int


class PresentTwice(
    Finding,
    kind=ProblemKind("present_twice", Severity.DOUBT, "Further tables of present zones"),
    text="Left aside: {first} tells the present zones; name this one with --start instead.",
):
    first: str


class ServiceUnknown(
    Finding,
    kind=ProblemKind("service_unknown", Severity.DOUBT, "Services not known"),
    text="“{text}” is neither a service nor a kind of unit; the line was left out.",
):
    text: str


class OperatorTwice(
    Finding,
    kind=ProblemKind("operator_twice", Severity.DOUBT, "Operators given twice"),
    text="Operator {id} stands twice; the later line was left out.",
):
    id: str


class CapacityLost(
    Finding,
    kind=_CAPACITY_LOST,
    text="The capacity “{text}” is not a number: the operator counts as having no limit.",
):
    text: str


class CapacityNegative(
    Finding,
    kind=_CAPACITY_LOST,
    text="The capacity “{text}” is below zero: the operator counts as having no limit.",
):
    text: str


class CapacityRough(
    Finding,
    kind=ProblemKind("capacity_rough", Severity.MENDED, "Rough capacities"),
    text="The capacity “{text}” was read as {value:,.0f}.",
):
    text: str
    value: float


class CapacityUnlimited(
    Finding,
    kind=ProblemKind("capacity_unlimited", Severity.MENDED, "Operators without a limit", settled=True),
    text="The capacity is “{text}”: the operator has no limit.",
):
    text: str


class CapacityRange(
    Finding,
    kind=ProblemKind("capacity_range", Severity.DOUBT, "Capacities from one number to another"),
    text="The capacity “{text}” is from {low:,.0f} to {high:,.0f}: the smaller number counts; "
    "enter the right one.",
):
    text: str
    low: float
    high: float


class CapacityInArea(
    Finding,
    kind=ProblemKind("capacity_in_area", Severity.DOUBT, "Capacities in floor area"),
    text="The capacity “{text}” is {m2:,.0f} m² of floor area, which cannot be compared with households: "
    "zones are given without a limit in households, and the floor area given is held against it.",
):
    text: str
    m2: float


class ColumnsUnused(
    Finding,
    kind=ProblemKind("columns_unused", Severity.MENDED, "Columns not used", settled=True),
    text="{n} columns are not used: {columns}.",
):
    n: int
    columns: str


class ColumnNear(
    Finding,
    kind=ProblemKind("column_near", Severity.DOUBT, "Columns that nearly fit", reread=True),
    text="Column {column} is not used; it could be {head}: rename it so, or tell its meaning when the file "
    "is added (--field).",
):
    column: str
    head: str


class DateLost(
    Finding,
    kind=ProblemKind("date_lost", Severity.DOUBT, "Dates that cannot be read"),
    text="The date “{text}” cannot be read: the contract counts as running.",
):
    text: str


# --- parts of estates ---------------------------------------------------------------------------------------

_PARTS = ProblemKind("table_parts", Severity.MENDED, "Parts of estates summed", settled=True)


class PartsSummed(
    Finding,
    kind=_PARTS,
    text="{rows} rows are parts of {n} estates (column {field}): households and areas were summed by estate.",
):
    rows: int
    n: int
    field: str


class PhasesSummed(
    Finding,
    kind=_PARTS,
    severity=Severity.DOUBT,
    text="{n} totals are not told: the sums of their parts ({parts}) were taken.",
):
    n: int
    parts: str


class PartsUnknown(
    Finding,
    kind=ProblemKind("parts_unknown", Severity.DOUBT, "Parts of estates without a figure"),
    text="{n} estates have rows that do not tell {field}: it was left empty for them.",
):
    n: int
    field: str


class RowsUnexplained(
    Finding,
    kind=ProblemKind("rows_unexplained", Severity.DOUBT, "Estates in several rows", told=Outlet.FIGURES),
    text="{n} estates stand in several rows ({rows} rows: {names} …) and no column tells what the rows are: "
    "they were not used; name their parts in a column such as 楼栋, or sum them up.",
):
    n: int
    rows: int
    names: str


class RowsNameless(
    Finding,
    kind=ProblemKind("rows_nameless", Severity.DOUBT, "Rows without a name"),
    text="{n} rows have nothing in column {field} and were left out.",
):
    n: int
    field: str


# --- rows and estates ---------------------------------------------------------------------------------------

_ROW = ("table", "sheet", "mark")


class TableRow(Finding, unsaid=_ROW):
    """A row of a table that the planner may join: its file and sheet, and the ``mark`` it is known by."""

    table: str
    sheet: str
    mark: str


class RowTwice(
    Finding,
    kind=ProblemKind("row_twice", Severity.MENDED, "Rows given twice"),
    text="The row repeats another one word for word and was left out.",
):
    pass


class TableJoined(
    Finding,
    kind=ProblemKind("table_joined", Severity.MENDED, "Tables joined", settled=True),
    text="{n} of {rows} rows were joined to estates by name, {near} of them by a name written in "
    "another way.",
):
    n: int
    rows: int
    near: int


class TableChosen(
    Finding,
    kind=ProblemKind("table_chosen", Severity.MENDED, "Joined as you chose", settled=True),
    text="Row {row}, “{other}”, was joined to this estate, as you chose.",
):
    row: int
    other: str


class TableRefused(
    Finding,
    kind=ProblemKind("table_refused", Severity.MENDED, "Rows left unjoined by you", settled=True),
    text="Joined to no estate, as you chose.",
):
    pass


class TableNear(
    TableRow,
    kind=ProblemKind(
        "table_near",
        Severity.MENDED,
        "Joined by a similar name",
        repair=RepairKind.JOIN_TO_NONE,
        settled=True,
    ),
    text="Row {row}, “{other}”, was joined to this estate, {score:.0f} of 100 sure.",
    unsaid=_ROW,
):
    row: int
    other: str
    score: float


class TableDoubt(
    TableRow,
    kind=ProblemKind("table_doubt", Severity.DOUBT, "Rows to be joined?", repair=RepairKind.JOIN),
    text="Not joined: it could be {candidates}. Write the name as the estate has it, or tell it as 曾用名.",
    unsaid=("likely", "hh", *_ROW),
):
    candidates: str
    likely: dict[str, float]
    hh: float


class TableSpare(
    TableRow,
    kind=ProblemKind("table_spare", Severity.DOUBT, "Rows without an estate", repair=RepairKind.JOIN_TO_NONE),
    text="Not joined: no estate has this name or one like it.",
    unsaid=("hh", *_ROW),
):
    hh: float


class TableLacks(
    Finding,
    kind=ProblemKind("table_lacks", Severity.DOUBT, "Names without a match"),
    text="The table {table} has no sure row for it.",
):
    table: str


class TableConflict(
    Finding,
    kind=ProblemKind(
        "table_conflict", Severity.DOUBT, "Table and layer disagree", repair=RepairKind.TABLE_FIRST
    ),
    text="{field}: {own} here, {other} in row {row} of {table}; {used} was used.",
    unsaid=("source",),
):
    source: tuple[str, str]
    field: Text
    own: str
    other: str
    row: int
    table: str
    used: str
