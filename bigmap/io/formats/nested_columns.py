"""Columns of Parquet that hold columns or lists: structs become ``outer.inner``, lists JSON text."""

from __future__ import annotations

import json

import pyarrow as pa

_DEEPEST = 4
"""Levels of structs that become columns; what lies deeper is left as JSON text."""


def flattened(table: pa.Table, depth: int = _DEEPEST) -> pa.Table:
    """Return a table without nested columns: ``names`` with ``primary`` in it becomes ``names.primary``.

    Examples
    --------
    >>> table = pa.table({"names": [{"primary": "湖滨南路"}], "rules": [[{"value": 18.0}]]})
    >>> flattened(table).to_pylist()
    [{'names.primary': '湖滨南路', 'rules': '[{"value": 18.0}]'}]
    """
    if depth and any(pa.types.is_struct(kind) for kind in table.schema.types):
        return flattened(table.flatten(), depth - 1)
    columns = [_as_json(column) if pa.types.is_nested(column.type) else column for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _as_json(column: pa.ChunkedArray) -> pa.Array:
    texts = [
        None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist()
    ]
    return pa.array(texts, pa.string())
