"""Columns of a table that nothing reads: named once a table, with what those that nearly fit could be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile

import pandas as pd
from rapidfuzz.distance import Levenshtein

from bigmap.base.listing import first_of
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.io.vocabulary.field_names import folded

_NUMBERING = frozenset({"序号", "no", "no.", "num", "编号", "id", "fid", "objectid"})
_NEAR = 0.5
_SHOWN = 12


def say_unused(
    frame: pd.DataFrame,
    used: Collection[str],
    lacking: Mapping[str, Iterable[str]],
    file: str,
    log: ProblemLog,
) -> None:
    """Say which columns are not used, and which of them could be one that is looked for.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows as text.
    used : collection of str
        Columns that are read.
    lacking : mapping of str to iterable of str
        What no column tells → the heads by which it is known.
    file : str
    log : ProblemLog
    """
    rest = [str(c) for c in frame.columns if c not in used and folded(str(c)) not in _NUMBERING]
    rest = [column for column in rest if (frame[column].astype("str").str.strip() != "").any()]
    near = {column: head for column in rest if (head := _nearest(column, lacking))}
    for column, head in near.items():
        log.add(kinds.ColumnNear(column=column, head=head), file=file)
    plain = [column for column in rest if column not in near]
    if plain:
        shown = first_of(plain, _SHOWN)
        log.add(kinds.ColumnsUnused(columns=shown, n=len(plain)), file=file)


def _nearest(column: str, lacking: Mapping[str, Iterable[str]]) -> str:
    """Return the head that a column is most like, '' where it is like none."""
    key = folded(column)
    heads = [head for heads in lacking.values() for head in heads if len(folded(head)) > 2]
    best = max(heads, key=lambda head: _likeness(key, folded(head)), default="")
    return best if best and Levenshtein.normalized_similarity(key, folded(best)) >= _NEAR else ""


def _likeness(key: str, head: str) -> float:
    """Return how like two heads are, those that begin alike more so."""
    begin = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(key, head, strict=False)))
    return float(Levenshtein.normalized_similarity(key, head)) + 0.3 * begin / max(len(key), len(head))
