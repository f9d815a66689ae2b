"""The choices for a printed sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bigmap.base.i18n import Text


@dataclass(frozen=True)
class SheetOptions:
    """Choices for a printed sheet.

    Attributes
    ----------
    paper : str
        A4, A3, A2, A1 or A0.
    landscape : bool
    title : str or None
        None makes one from the name of the boundary.
    lang : str or None
        'zh' or 'en'; None for the language in use.
    colour_by : str
        'zone', 'operator' or 'kind'.
    author : str
        Who drew the sheet, printed in the foot; '' for nobody.
    note : str
        One more sentence for the notes.
    today : datetime.date or None
        Date on the sheet; None for the day of printing.
    """

    paper: str = "A3"
    landscape: bool = True
    title: str | None = None
    lang: str | None = None
    colour_by: str = "zone"
    author: str = ""
    note: str = ""
    today: date | None = None

    def say(self, template: str, /, **values: Any) -> str:
        """Return a sentence in the language of the sheet."""
        return Text(template, values).render(self.lang)

    @property
    def day(self) -> date:
        """The date printed on the sheet."""
        return self.today or datetime.now(UTC).astimezone().date()
