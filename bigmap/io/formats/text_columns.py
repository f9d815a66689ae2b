"""Text columns that stand as Latin-1 in place of their bytes: decided, decoded, shown in samples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bigmap.io.formats import encoding as enc

SAMPLE_ROWS = 5
_NOT_BYTES = re.compile(r"([^\x00-\xff]+)")

_LOST_IN_GB18030, _LOST_BYTE = "\x841\xa47", "\xff"
_LOST_AT_END = re.compile("\x841(\xa47?)?$")

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Wording:
    """The text of a layer, decoded.

    Attributes
    ----------
    table : pandas.DataFrame
        One column a field, named as in the file.
    decision : enc.Decision
    samples : mapping of str to list of dict
        Encoding in which all the text can be read → its first rows in that encoding, field name → text. The
        decided one is the first; it is the only one where the format itself tells the encoding.
    """

    table: pd.DataFrame
    decision: enc.Decision
    samples: dict[str, Rows] = field(default_factory=dict)


def worded(arrow: pa.Table, label: str = "", told: str = "", widths: Sequence[int] = ()) -> Wording:
    """Return the table of a layer whose text stands as Latin-1.

    Parameters
    ----------
    arrow : pyarrow.Table
        Text columns and field names: each character is a byte of the file.
    label : str
        Encoding that the file claims, '' for none.
    told : str
        Encoding that the user chose, '' to decide from the bytes.
    widths : sequence of int
        Bytes that a value of each column may have, where the format has such widths; a value that fills its
        field may end in a half character.
    """
    foreign = [_foreign(column) for column in arrow.columns]
    words = (word for column in foreign for word in column)
    raw = [_bytes(word) for word in chain(arrow.column_names, islice(words, enc.ENOUGH))]
    decision = enc.Decision(told, told=True) if told else enc.decide(raw, label)
    if decision.encoding == enc.UTF8 and any(
        _LOST_IN_GB18030 in word for column in foreign for word in column
    ):
        arrow = _with_lost_marked(arrow)
        foreign = [_foreign(column) for column in arrow.columns]
    limits = widths if len(widths) == arrow.num_columns else [0] * arrow.num_columns
    columns = [
        _recoded(column, decision.encoding, limit) if words else column
        for column, words, limit in zip(arrow.columns, foreign, limits, strict=True)
    ]
    table = pa.table(columns, names=_names(arrow, decision.encoding)).to_pandas()
    order = dict.fromkeys((decision.encoding, *enc.possible_encodings(raw)))
    picked = _sample(arrow, foreign)
    return Wording(table, decision, {encoding: _rows(picked, encoding) for encoding in order})


def _with_lost_marked(arrow: pa.Table) -> pa.Table:
    """Return columns with a byte that no character has where GB18030 wrote that one was lost.

    Such text is UTF-8 that a program took for GBK: what it could not read it replaced, and the last of that
    may be cut off in a field name.
    """
    names = [_LOST_AT_END.sub(_LOST_BYTE, name) for name in arrow.column_names]
    columns = [
        pc.replace_substring(column, _LOST_IN_GB18030, _LOST_BYTE) if _is_text(column.type) else column
        for column in arrow.columns
    ]
    return pa.table(columns, names=names)


def unicode_text(arrow: pa.Table, decision: enc.Decision) -> Wording:
    """Return the table of a layer whose text is decoded already."""
    table = arrow.to_pandas()
    texts = [
        name for name, kind in zip(arrow.column_names, arrow.schema.types, strict=True) if _is_text(kind)
    ]
    rows = table[texts].head(SAMPLE_ROWS).fillna("").astype(str).to_dict("records")
    return Wording(table, decision, {decision.encoding: rows})


def original(text: str, encoding: str, *, cut: bool = True) -> str:
    """Return what a text that stands as Latin-1 means; characters beyond Latin-1 are decoded already."""
    if text.isascii():
        return text
    runs = _NOT_BYTES.split(text)
    return "".join(run if i % 2 else enc.decode(_bytes(run), encoding, cut=cut) for i, run in enumerate(runs))


def _bytes(text: str) -> bytes:
    return text.encode(enc.LATIN1, "ignore")


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _foreign(column: pa.ChunkedArray) -> list[str]:
    """Return the different values of a text column that are not ASCII."""
    if not _is_text(column.type):
        return []
    words = column.filter(pc.invert(pc.string_is_ascii(column))).unique().to_pylist()
    return [word for word in words if word is not None]


def _recoded(column: pa.ChunkedArray, encoding: str, width: int) -> pa.ChunkedArray:
    """Return a text column decoded, each different value once."""
    coded = pa.chunked_array(column.chunks, type=column.type).combine_chunks().dictionary_encode()
    texts = pa.array(_originals(coded.dictionary.to_pylist(), encoding, width), type=pa.string())
    return pa.chunked_array([texts.take(coded.indices)])


def _originals(words: list[str], encoding: str, width: int) -> list[str]:
    """Return what the words mean: all in one go, and one by one where a character is cut or damaged."""
    try:
        texts = "\n".join(words).encode(enc.LATIN1).decode(encoding).split("\n")
    except UnicodeError:
        texts = []
    if len(texts) == len(words):
        return texts
    return [original(word, encoding, cut=0 < width <= len(word)) for word in words]


def _names(arrow: pa.Table, encoding: str) -> list[str]:
    return unique([original(name, encoding).strip() for name in arrow.column_names])


def unique(names: Sequence[str]) -> list[str]:
    """Return the names with a number after those that the ten bytes of a .dbf made equal."""
    out: list[str] = []
    for name in names:
        tries = (name if n == 0 else f"{name}_{n}" for n in range(len(names)))
        out.append(next(attempt for attempt in tries if attempt not in out))
    return out


def _sample(arrow: pa.Table, foreign: Sequence[Sequence[str]]) -> pa.Table:
    """Return the text of a few rows, those with foreign letters first, and figures under foreign names."""
    telling = np.zeros(len(arrow), dtype=bool)
    for column, words in zip(arrow.columns, foreign, strict=True):
        if words:
            ascii_only = pc.fill_null(pc.string_is_ascii(column), True)
            telling |= ~ascii_only.to_numpy(zero_copy_only=False).astype(bool)
    rows = np.concatenate([np.flatnonzero(telling)[:SAMPLE_ROWS], np.flatnonzero(~telling)[:SAMPLE_ROWS]])
    shown = [i for i, f in enumerate(arrow.schema) if _is_text(f.type) or not f.name.isascii()]
    return arrow.select(shown).take(np.sort(rows[:SAMPLE_ROWS]))


def _rows(picked: pa.Table, encoding: str) -> Rows:
    names = _names(picked, encoding)
    columns = [[_shown(value, encoding) for value in column.to_pylist()] for column in picked.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _shown(value: object, encoding: str) -> str:
    return "" if value is None else original(value, encoding) if isinstance(value, str) else str(value)
