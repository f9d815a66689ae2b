"""One column of a layer: its names, type and unit, how it sums up and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from bigmap.base.i18n import Text

Type = Literal["text", "integer", "number", "yes/no"]
Form = Literal[
    "plain", "name", "list", "tenth", "hundredth", "thousandth", "percent", "signed percent", "wan"
]
Total = Literal["sum", "count"] | tuple[str, str] | None


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
        Name in the tables of a plan.
    label : str
        Name for people who get the files; English, translated by the catalogue.
    type : str
        'text', 'integer', 'number' or 'yes/no'; the same in every row.
    unit : str
        'm²', 'm', '0-1', '元/年' …, '' for none.
    alias : str
        Name in the files, at most 10 characters of lower-case ASCII; ``name`` by default.
    total : str, (str, str) or None
        How rows add up: 'sum' over units, zones and operators; 'count' for a number of things, counted anew
        for each group; (over, under) for the quotient of two sums; None for not at all.
    form : str
        How the window writes a value; numbers are 'plain' without decimals.
    table : int
        Place in the window's table of the layer, for units in the list of attributes; columns of the same
        place keep the order of the schema. 0 where it is not shown.
    heading : str
        Heading in the window, with the unit it is shown in; English, translated. ``label`` by default.
    file : bool
        Whether the column is handed over.
    decimals : int
        Decimals of a number in a table for a spreadsheet.
    words : str
        Further names in expressions, apart by spaces; ``name``, ``alias`` and the Chinese label always are.
    codes : dict of str to Text
        Meaning of the values of a coded text.
    value : callable or None
        Frame of units → value of each unit, where the frame has no column ``name``; zones and operators sum
        it.
    """

    name: str
    label: str
    type: Type = "text"
    unit: str = ""
    alias: str = ""
    total: Total = None
    form: Form = "plain"
    table: int = 0
    heading: str = ""
    file: bool = True
    decimals: int = 2
    words: str = ""
    codes: dict[str, Text] = field(default_factory=dict)
    value: Callable[[pd.DataFrame], Any] | None = None

    @property
    def key(self) -> str:
        """Name in the files."""
        return self.alias or self.name

    @property
    def text(self) -> Text:
        """Label for those who get the files."""
        return Text(self.label)

    @property
    def text_with_unit(self) -> Text:
        """Label with the unit."""
        return Text("{label} ({unit})", {"label": self.text, "unit": self.unit}) if self.unit else self.text

    @property
    def title(self) -> str:
        """Heading in the window, in English."""
        return self.heading or self.label

    @property
    def numeric(self) -> bool:
        """Whether values are numbers."""
        return self.type in ("integer", "number")

    def at(self, place: int, heading: str = "") -> Column:
        """Return the column for another layer, at a place of its table, with its own heading if given."""
        return replace(self, table=place, heading=heading or self.heading)

    def of_units(self, frame: pd.DataFrame) -> Any:
        """Return the value of each unit."""
        return frame[self.name] if self.value is None or self.name in frame else self.value(frame)
