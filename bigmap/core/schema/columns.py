"""The columns of each layer, in the order in which files have them: to add a column, add a line.

A label or heading that is new needs its Chinese in ``resources/i18n``. What a zone is to sum up over its
units and no column of the units holds yet, is told by ``value``.
"""

from __future__ import annotations

from bigmap.core.schema.codes import BORDERS, GAP_CAUSES, GAP_KINDS, GAP_REPAIRS, RICH, UNIT_KINDS
from bigmap.core.schema.column import Column

_ZONE = Column("zone_id", "Zone code", heading="Zone", words="zone 片区")
_OPER = Column("oper", "Operator code")
_OPERATOR = Column("oper_name", "Operator", form="name")
_NAME = Column("name", "Name", form="name")
_HOUSEHOLDS = Column("hh", "Households", "integer", total="sum")
_UNTOLD = Column("hh_untold", "Units that tell no households", "integer", total="sum")
_FLOOR = Column("gfa_m2", "Gross floor area", "number", "m²", total="sum", heading="Floor area (m²)")
_SITE = Column(
    "site_m2", "Site area", "number", "m²", total="sum", heading="Area (m²)",
    words="面积 用地面积",
)  # fmt: skip
_SWEEP = Column(
    "sweep_m2", "Sweep area", "number", "m²", "sweep", "sum", heading="Sweep area (m²)",
    words="保洁面积",
)  # fmt: skip
_LOAD = Column("load", "Load that is balanced", "number", total="sum", heading="Load", words="工作量")
_GREEN = Column("green_m2", "Green area", "number", "m²", "green", "sum", heading="Green area (m²)")
_PARKING = Column("parking_n", "Parking bays", "integer", "", "park", "sum")
_PIECES = Column("pieces", "Number of pieces", "integer", total="count", heading="Pieces")
_STAFF = Column("staff_n", "Staff", "integer", "人", "staff", "sum", table=32)
_BALANCE = Column(
    "balance_y", "Balance a year", "number", "元/年", "", "sum", "wan", 22, "Balance (10,000 yuan)"
)
_COST = Column("cost_y", "Cost a year", "number", "元/年", "", "sum", "wan", 30, "Cost (10,000 yuan)")
_INCOME = Column("income_y", "Income a year", "number", "元/年", "", "sum", "wan", 31, "Income (10,000 yuan)")
_PARTS = (
    Column("fee_y", "Fees paid by residents a year", "number", "元/年", total="sum", form="wan"),
    Column("park_y", "Parking income a year", "number", "元/年", total="sum", form="wan"),
    Column("road_y", "Road contracts a year", "number", "元/年", total="sum", form="wan"),
    Column("other_y", "Bought services and subsidies a year", "number", "元/年", total="sum", form="wan"),
    Column("road_cost_y", "Cost of roads a year", "number", "元/年", "roadcost_y", "sum", "wan"),
)
_GROUPED = (
    _STAFF, _COST, _INCOME, _BALANCE,
    Column(
        "cover_ratio", "Cover ratio: income ÷ cost", "number", "", "cover", ("income_y", "cost_y"), "percent",
        20, "Cover ratio", decimals=4,
    ),
    Column("rich", "Rich or lean", table=21, codes=RICH),
    *_PARTS,
    Column("round_y", "Cost of whole people, within the cost", "number", "元/年", total="sum", form="wan"),
    Column(
        "self_ratio", "Self ratio: residents' payments ÷ cost inside the walls", "number", "", "self",
        form="percent", decimals=4,
    ),
    Column(
        "gap_hh", "Subsidy that closes the gap", "number", "元/户·月", form="hundredth", table=33,
        heading="Subsidy (yuan/household·month)",
    ),
    Column(
        "even_fee", "Break-even fee", "number", "元/m²·月", form="thousandth", table=34,
        heading="Break-even fee (yuan/m²·month)",
    ),
)  # fmt: skip
_INSIDE = Column("inside", "Inside the wall", "yes/no", heading="Wall", words="墙内")

UNITS = (
    Column("unit_id", "Unit code", table=15, heading="Code", words="编号"),
    _ZONE.at(3),
    Column("oper", "Operator code", words="服务企业"),
    Column("kind", "Kind", table=2, codes=UNIT_KINDS),
    _NAME.at(1),
    _HOUSEHOLDS.at(8),
    _FLOOR.at(10),
    _SITE.at(9),
    _LOAD,
    _INSIDE.at(5),
    Column("comm", "Community", table=4),
    Column("street", "Street office"),
    Column("mgmt", "Management mode", table=6, heading="Management", words="管理方式"),
    Column("road_class", "Road class", table=7),
    Column("width_m", "Width", "number", "m", "width", table=14, heading="Road width (m)"),
    _SWEEP.at(11),
    Column("grade", "Cleaning grade; 0 off the roads", "integer"),
    _GREEN.at(12),
    _PARKING.at(13),
    Column("staff_n", "Staff", "number", "人", "staff", "sum", "tenth"),
    _COST.at(0, "Cost a year (yuan)"),
    _INCOME.at(0, "Income a year (yuan)"),
    _BALANCE.at(0),
    *_PARTS,
    Column("source", "Source file", alias="src", table=16, heading="Source", words="来源"),
    Column("locked", "Locked", "yes/no", file=False, words="锁定"),
)
ZONES = (
    _ZONE.at(1),
    _NAME,
    _OPER,
    _OPERATOR.at(2),
    Column("units", "Number of units", "integer", total="count", table=5, heading="Units"),
    _PIECES.at(10),
    _HOUSEHOLDS.at(3),
    _UNTOLD,
    _FLOOR.at(8),
    _SITE.at(4),
    _SWEEP.at(9),
    _LOAD.at(6),
    Column(
        "compact", "Compactness 4πA/P²", "number", "0-1", form="hundredth", table=11, heading="Compactness",
        decimals=4,
    ),
    _GREEN,
    _PARKING,
    *_GROUPED,
    Column("off", "Off target", "number", form="signed percent", table=7, file=False),
    Column("locked", "Locked", "yes/no", table=12, file=False),
)  # fmt: skip
OPERATORS = (
    Column("operator_id", "Operator code", alias="oper"),
    _NAME.at(1, "Operator"),
    Column("capacity", "Capacity in households", "number", total="sum", table=5, heading="Capacity"),
    Column("zones", "Number of zones", "integer", total="count", table=2, heading="Zones"),
    _HOUSEHOLDS.at(3),
    _UNTOLD,
    _LOAD.at(25),
    _SITE.at(26),
    _PIECES.at(23),
    Column(
        "share", "Share of all households", "number", "0-1", form="percent", table=24, heading="Share",
        decimals=4,
    ),
    _FLOOR,
    _SWEEP,
    _GREEN,
    _PARKING,
    *_GROUPED,
    Column("used", "Used", "number", form="percent", table=4, file=False),
    Column("phone", "Phone", table=40, file=False),
    Column("capacity_told", "Capacity as written", table=41, file=False),
    Column("manager", "Project manager", table=42, file=False),
    Column("qualification", "Qualification", table=43, file=False),
    Column("remark", "Remark", table=44, file=False),
)  # fmt: skip
GAPS = (
    Column("gap_id", "Gap code", table=1, heading="No."),
    Column("kind", "Kind", table=2, codes=GAP_KINDS),
    Column("area_m2", "Area", "number", "m²", form="tenth", table=3, heading="Area (m²)"),
    Column("width_m", "Width", "number", "m", form="tenth", table=5, heading="Width (m)"),
    _INSIDE.at(6),
    Column("near_name", "Nearest road or estate", form="name", table=4, heading="Near"),
    Column("zones", "Touching zones", form="list", table=7, heading="Zones beside it"),
    Column("units", "Units it lies on", form="list", table=8),
    Column("services", "Services that nobody does", form="list", table=9, heading="Services"),
    Column("cause", "Cause", table=10, codes=GAP_CAUSES),
    Column("suggest", "Proposed repair", codes=GAP_REPAIRS),
    Column("proposal", "Proposal", table=11, file=False),
)
DRAWN = (
    Column("zone_id", "Zone code", form="name", table=1, heading="Zone"),
    _OPER,
    _PIECES.at(4),
    _SITE.at(3),
    Column("oper_name", "Operator", form="name", table=2, file=False),
)
"""Zones that somebody else drew."""

ADJACENCY = (
    Column("unit_a", "Unit code"),
    Column("unit_b", "Code of the unit beside it"),
    Column("border_m", "Length of the common border", "number", "m"),
    Column("crosses", "What lies along the border (a road's class, or a word)", codes=BORDERS),
)

LAYERS: dict[str, tuple[Column, ...]] = {
    "units": UNITS,
    "zones": ZONES,
    "operators": OPERATORS,
    "gaps": GAPS,
    "drawn": DRAWN,
    "adjacency": ADJACENCY,
}
"""Columns of each layer."""


def exported(layer: str) -> list[Column]:
    """Return the columns of a layer that are handed over."""
    return [column for column in LAYERS[layer] if column.file]


def shown(layer: str) -> list[Column]:
    """Return the columns of a layer that the window shows, in their order there."""
    return sorted((column for column in LAYERS[layer] if column.table), key=lambda column: column.table)


def summed(layer: str) -> list[Column]:
    """Return the columns of a layer that are sums over its units."""
    return [column for column in LAYERS[layer] if column.total == "sum"]


def column_of(layer: str, name: str) -> Column:
    """Return a column by its name."""
    return next(column for column in LAYERS[layer] if column.name == name)


def word_index(layer: str) -> dict[str, str]:
    """Return every name by which an expression may call a column of a layer → the column."""
    found: dict[str, str] = {}
    for column in LAYERS[layer]:
        label = column.text.render("zh")
        names = (column.name, column.key, label, *column.words.split())
        found |= {name: column.name for name in names if name.isidentifier()}
    return found
