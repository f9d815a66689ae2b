"""Damaged text, said with file, feature and field: what is lost on the way is never lost silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.io.vocabulary.resync import LOST

_DESTROYED = re.compile(f"锟斤拷?|锟{LOST}")
"""U+FFFD written as UTF-8 and read as GBK: the text was lost in another program, before."""
_ANY = f"{LOST}|锟斤|锟{LOST}"
_MOST = 20
"""Damaged values of a file that are told one by one."""
_SHOWN = 40


def say_values(table: pd.DataFrame, file: str, log: ProblemLog) -> None:
    """Say which values of a layer are damaged.

    Parameters
    ----------
    table : pandas.DataFrame
        Its index is the number of the feature in the file, from 1.
    file : str
    log : ProblemLog
    """
    names = [str(name) for name in table.columns if re.search(_ANY, str(name))]
    texts = [n for n in table.columns if isinstance(table[n].dtype, pd.StringDtype)]
    found = []
    for name in texts:
        hits = table[name][table[name].str.contains(_ANY, na=False, regex=True)]
        found += [(int(number), str(name), str(value)) for number, value in hits.items()]
    _say([*((None, name, name) for name in names), *found], file, log)


def say_cells(cells: Sequence[Sequence[str]], file: str, log: ProblemLog) -> None:
    """Say which cells of a sheet are damaged; the number of the feature is that of the row."""
    found = [
        (number, _letters(column), value)
        for number, row in enumerate(cells, start=1)
        for column, value in enumerate(row)
        if not value.isascii() and re.search(_ANY, value)
    ]
    _say(found, file, log)


def _say(found: Iterable[tuple[int | None, str, str]], file: str, log: ProblemLog) -> None:
    told = list(found)
    for number, field, value in told[:_MOST]:
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        if _DESTROYED.search(value):
            log.add(kinds.TextDestroyed(field=field, value=shown), file=file, feature=number)
        else:
            log.add(kinds.TextDamaged(field=field, value=shown), file=file, feature=number)
    if len(told) > _MOST:
        log.add(kinds.MoreTextDamaged(n=len(told) - _MOST), file=file)


def _letters(column: int) -> str:
    """Return the name of a column as spreadsheets show it: A, B, … AA."""
    letters, rest = "", column + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters
