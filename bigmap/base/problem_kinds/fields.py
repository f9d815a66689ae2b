"""Problems of values in fields: numbers, codes and units."""

from bigmap.base.problem_kind import Finding, ProblemKind, RepairKind, Severity

# --- numbers and codes --------------------------------------------------------------------------------------


class FieldRivals(
    Finding,
    kind=ProblemKind("field_rivals", Severity.DOUBT, "Fields that mean the same", reread=True),
    text="Field {field} was used; {others} could be meant as well.",
):
    field: str
    others: str


class FieldEmpty(
    Finding,
    kind=ProblemKind("field_empty", Severity.DOUBT, "Fields filled from others", reread=True),
    text="Field {field} tells nothing in all features; {other} was used instead ({n} values).",
):
    field: str
    other: str
    n: int


class FieldFilled(
    FieldEmpty,
    text="Field {field} tells nothing in {n} features; {other} was used there.",
):
    pass


class NumberMended(
    Finding,
    kind=ProblemKind("number_mended", Severity.MENDED, "Numbers typed in words"),
    text="Field {field}: “{text}” was read as {value:g} ({n} values like it).",
):
    field: str
    text: str
    value: float
    n: int


class NumberRough(
    Finding,
    kind=ProblemKind("number_rough", Severity.DOUBT, "Rough numbers"),
    text="Field {field}: “{text}” was read as {value:g} ({n} values like it).",
):
    field: str
    text: str
    value: float
    n: int


class NumberLost(
    Finding,
    kind=ProblemKind("number_lost", Severity.DOUBT, "Values that are no numbers", reread=True),
    text="Field {field}: “{text}” is not a number and was left empty ({n} values like it).",
):
    field: str
    text: str
    n: int


class NumberNegative(
    Finding,
    kind=ProblemKind("number_negative", Severity.DOUBT, "Numbers below zero"),
    text="Field {field}: {value:.12g} is below zero and was left empty ({n} values like it).",
):
    field: str
    value: float
    n: int


class NumberHuge(
    Finding,
    kind=ProblemKind("number_huge", Severity.DOUBT, "Numbers too large"),
    text="Field {field}: {value:.12g} is more than there can be and was left empty ({n} values like it).",
):
    field: str
    value: float
    n: int


class NumberSign(
    Finding,
    kind=ProblemKind("number_sign", Severity.DOUBT, "Numbers that stand for no value"),
    text="Field {field}: {value:.12g} is what programs write where there is no value; it was left empty "
    "({n} values like it).",
):
    field: str
    value: float
    n: int


class TextOnOneLine(
    Finding,
    kind=ProblemKind("text_on_one_line", Severity.MENDED, "Line breaks and blanks in texts"),
    text="Field {field}: line breaks and blanks were taken out, as in “{text}” ({n} values like it).",
):
    field: str
    text: str
    n: int


class SerialNames(
    Finding,
    kind=ProblemKind("serial_names", Severity.DOUBT, "Names that a drawing program gave"),
    text="Field {field}: “{text}” only numbers the shape and is no name ({n} values like it); these features "
    "have no name, unless points or a table tell it.",
):
    field: str
    text: str
    n: int


class CodeMended(
    Finding,
    kind=ProblemKind("code_mended", Severity.MENDED, "Codes written out"),
    text="Field {field}: the code “{text}” was written out as {code} ({n} values like it).",
):
    field: str
    text: str
    code: str
    n: int


class CodeLost(
    Finding,
    kind=ProblemKind("code_lost", Severity.DOUBT, "Codes whose digits are lost"),
    text="Field {field}: digits of the code “{text}” are lost, so it was left empty ({n} values like it).",
):
    field: str
    text: str
    n: int


class CodeRepeated(
    Finding,
    kind=ProblemKind("code_repeated", Severity.DOUBT, "Codes borne by several features"),
    text="Field {field}: {n} features share a code with another ({codes}): give each its own.",
):
    field: str
    n: int
    codes: str


class FloorsGuessed(
    Finding,
    kind=ProblemKind("floors_guessed", Severity.DOUBT, "Floors guessed from the height"),
    text="Floors of {n} buildings were guessed from their height, {floor:g} m a floor.",
):
    n: int
    floor: float


# --- units --------------------------------------------------------------------------------------------------

UNIT_WAN = ProblemKind(
    "unit_wan",
    Severity.DOUBT,
    "Floor area in 10,000 m²?",
    repair=RepairKind.MULTIPLY_FLOOR_AREAS,
)


class UnitOfField(
    Finding,
    kind=ProblemKind("unit", Severity.MENDED, "Units converted"),
    text="Field {field}: values were multiplied by {factor:g}, for the unit in its name.",
):
    field: str
    factor: float


class FloorAreaInWan(
    Finding,
    kind=UNIT_WAN,
    text="Floor area {value:g} m² for {hh:.0f} households looks like 10,000 m²: {better:,.0f} m²? "
    "It was left as it stands.",
):
    value: float
    hh: float
    better: float


class FloorAreaAloneInWan(
    Finding,
    kind=UNIT_WAN,
    text="Floor area {value:g} m² looks like 10,000 m²: {better:,.0f} m²? It was left as it stands.",
):
    value: float
    better: float


class FloorAreaNotInWan(
    Finding,
    kind=ProblemKind("unit_not_wan", Severity.DOUBT, "Floor area not in 10,000 m²?"),
    text="Floor area {value:,.0f} m² for {hh:.0f} households looks like m² counted as 10,000 m²: "
    "{better:,.0f} m²? It was left as it stands.",
):
    value: float
    hh: float
    better: float


class FloorAreasMultiplied(
    Finding,
    kind=ProblemKind("unit_wan_mended", Severity.MENDED, "Floor areas multiplied by 10,000", settled=True),
    text="Floor areas were multiplied by 10,000, as you said ({n} of them): "
    "{before:g} became {after:,.0f} m².",
):
    n: int
    before: float
    after: float


class Dwellings(
    Finding,
    kind=ProblemKind("dwellings", Severity.DOUBT, "Dwellings counted as households"),
    text="Field {field} counts dwellings (套), not registered households; it was used all the same.",
):
    field: str


class RateWrong(
    Finding,
    kind=ProblemKind("rate_wrong", Severity.DOUBT, "Rates above 100 %"),
    text="Rate {value:g} is above 100 % and was left empty.",
):
    value: float


class RateMixed(
    Finding,
    kind=ProblemKind("rate_mixed", Severity.DOUBT, "Per cent or share?"),
    text="Rates in per cent and in shares are mixed: {value:g} was read as {better:.1%}.",
):
    value: float
    better: float


class RatePerCent(
    Finding,
    kind=ProblemKind("rate_per_cent", Severity.MENDED, "Per cent converted"),
    text="Field {field}: values are in per cent and were divided by 100.",
):
    field: str


class FeePerHousehold(
    Finding,
    kind=ProblemKind("fee_per_household", Severity.DOUBT, "Fees per household"),
    text="Field {field} tells the fee of a household, not of a square metre; it was not used.",
):
    field: str


class FeeUnit(
    Finding,
    kind=ProblemKind("fee_unit", Severity.DOUBT, "Fees by the year?"),
    text="A fee of {value:g} yuan per m² and month is dear; per year it would be {better:.3g} a month. "
    "It was left as it stands.",
):
    value: float
    better: float
