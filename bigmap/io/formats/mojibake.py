"""Text that another program read in the wrong encoding and saved so: 閲戞. What it was can mostly be told."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.io.formats import encoding as enc
from bigmap.io.vocabulary.resync import LOST

_WAYS = (("gb18030", enc.UTF8), ("cp1252", enc.UTF8), ("latin-1", enc.UTF8), ("latin-1", enc.GB18030))
"""Encoding that the text was taken for, and the one that it was in."""
_MOST_LOST = 0.3
"""Values that may have lost a letter on the way."""
_EVERYDAY, _ODD = 0.6, 0.4
"""Least share of everyday characters in what was meant, and greatest in what stands there."""


def restored(table: pd.DataFrame, file: str, log: ProblemLog) -> pd.DataFrame:
    """Return a layer with text as it was before another program read it in the wrong encoding, which is said.

    Parameters
    ----------
    table : pandas.DataFrame
        Its index is the number of the feature in the file, from 1.
    file : str
    log : ProblemLog
    """
    names = [str(name) for name in table.columns]
    texts = [n for n in table.columns if isinstance(table[n].dtype, pd.StringDtype)]
    values = {name: [v for v in table[name].dropna().unique() if not v.isascii()] for name in texts}
    foreign = [name for name in names if not name.isascii()]
    way = _way([*foreign, *(value for held in values.values() for value in held)])
    if way is None:
        return table
    out = table.copy()
    for name, held in values.items():
        meant = {value: was for value in held if (was := _meant(value, way)) is not None}
        if meant:
            rows = table.index[table[name].isin(list(meant))]
            first = str(table[name][rows[0]])
            found = kinds.TextRestored(field=str(name), text=first, value=meant[first], n=len(rows))
            log.add(found, file=file, feature=int(rows[0]))
            out[name] = table[name].replace(meant)
    out.columns = pd.Index([_meant(name, way) or name for name in names])
    return out if out.columns.is_unique else out.set_axis(names, axis="columns")


def _way(texts: Sequence[str]) -> tuple[str, str] | None:
    """Return how texts were misread, None where they were not."""
    if not texts or _everyday("".join(texts)) > _ODD:
        return None
    for way in _WAYS:
        meant = [_meant(text, way) for text in texts]
        told = "".join(text for text in meant if text is not None)
        lost = sum(text is None for text in meant)
        if told and lost <= _MOST_LOST * len(texts) and _everyday(told) > _EVERYDAY:
            return way
    return None


def _meant(text: str, way: tuple[str, str]) -> str | None:
    """Return what a text was before it was misread, None where that is no text."""
    taken, was = way
    try:
        raw = text.rstrip(f"?{LOST}").encode(taken)
        return raw.decode(was)
    except UnicodeDecodeError as fault:
        is_end = fault.start > 0 and fault.end == len(raw)
        return raw[: fault.start].decode(was) + LOST if is_end else None
    except UnicodeEncodeError:
        return None


def _everyday(text: str) -> float:
    """Return the share of everyday characters among those that are not ASCII."""
    signs = [c for c in text if not c.isascii() and c != LOST]
    return sum(c in enc.level_one() for c in signs) / len(signs) if signs else 0.0
