"""Tables for a spreadsheet: CSV that Excel and WPS open with Chinese and codes intact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api import types

from bigmap.base.atomic_write import replacing, store
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Severity
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.planning.plan import Plan
from bigmap.core.schema.columns import exported
from bigmap.core.schema.frames import to_frame
from bigmap.core.units.barriers import barrier_crossings
from bigmap.io.writing.exchange_layers import zones_layer

SEVERITIES = {
    Severity.ERROR: Text("error"),
    Severity.DOUBT: Text("doubt"),
    Severity.MENDED: Text("mended"),
}
PROBLEM_LABELS = {
    "severity": Text("Severity"),
    "code": Text("Problem code"),
    "text": Text("What is wrong"),
    "file": Text("File"),
    "feature": Text("Number of the feature"),
    "name": Text("Name"),
    "x": Text("X in the project CRS"),
    "y": Text("Y in the project CRS"),
    "before": Text("Before"),
    "after": Text("After"),
}

_DESCRIBED = {
    "units.geojson": "units",
    "zones.geojson": "zones",
    "operators.geojson": "operators",
    "gaps.geojson": "gaps",
    "adjacency.csv": "adjacency",
}
"""File of the dictionary of fields → its layer."""

_WIDTHS = {"severity": 10, "code": 20, "text": 90, "file": 24, "name": 24}
"""Column of the problem list → its width in a spreadsheet, in characters."""

_LOOKS_LIKE_NUMBER = re.compile(r"(?=.*\d)[\d\s.,:/+\-%eE年月日时分$¥()]+")
_LOOKS_LIKE_FORMULA = re.compile(r"[=+\-@\t\r]")


def write_csv(
    frame: pd.DataFrame, path: Path, labels: Mapping[str, Text] | None = None, lang: str | None = None
) -> None:
    """Write a table as UTF-8 with a byte order mark, so that Excel reads the Chinese.

    Text that Excel would turn into a number or a date (a 15-digit grid code, 3-5) is written as
    ``="350203009001001"``; text that it would run as a formula gets a tab in front.

    Parameters
    ----------
    frame : pandas.DataFrame
    path : pathlib.Path
    labels : mapping of str to Text, optional
        Names of columns for people, written behind the stable ones: ``zone_id 片区编号``.
    lang : str, optional
        Language of the labels; the one in use by default.
    """
    safe = pd.DataFrame({name: _protected(frame[name]) for name in frame.columns}, columns=frame.columns)
    labels = labels or {}
    heads = [f"{name} {labels[name].render(lang)}" if name in labels else name for name in frame.columns]
    safe.to_csv(
        path, index=False, header=heads, encoding="utf-8-sig", errors="replace", lineterminator="\r\n"
    )


def column_labels(layer: str) -> dict[str, Text]:
    """Return the names for people, with units, of the columns of a layer."""
    return {column.key: column.text_with_unit for column in exported(layer)}


def zones_table(plan: Plan) -> pd.DataFrame:
    """Return one row a zone: the fields of zones.geojson, rounded for a spreadsheet."""
    layer = zones_layer(plan)
    return _rounded(pd.DataFrame(layer.drop(columns=layer.geometry.name)), "zones")


def operators_table(plan: Plan) -> pd.DataFrame:
    """Return one row an operator, also those without ground: the fields of operators.geojson, so rounded."""
    return _rounded(to_frame(plan.operators, "operators"), "operators")


def _rounded(table: pd.DataFrame, layer: str) -> pd.DataFrame:
    return table.round({c.key: c.decimals for c in exported(layer) if c.type == "number"})


def adjacency_table(plan: Plan) -> pd.DataFrame:
    """Return one row a pair of neighbouring units: ``unit_a``, ``unit_b``, ``border_m``, ``crosses``.

    Every common border is there; those that a barrier cut out of the plan's own graph say so.
    """
    graph, ids = build_graph(plan.units.polygons), plan.units.frame["unit_id"].to_numpy(object)
    linked = np.isin(graph.left * graph.n + graph.right, plan.graph.left * graph.n + plan.graph.right)
    what = np.where(linked, barrier_crossings(graph, plan.units).what, "barrier")
    columns = (ids[graph.left], ids[graph.right], graph.border_m.round(2), what)
    return pd.DataFrame(dict(zip((c.key for c in exported("adjacency")), columns, strict=True)))


def problems_table(problems: ProblemLog, lang: str | None = None) -> pd.DataFrame:
    """Return one row a problem, its sentence in ``lang``, its place in metres of the project CRS."""
    rows = [
        (
            SEVERITIES[p.severity].render(lang),
            p.code,
            p.text.render(lang),
            p.file,
            p.feature,
            p.name,
            *(p.place or (None, None)),
            p.before,
            p.after,
        )
        for p in problems
    ]
    table = pd.DataFrame(rows, columns=list(PROBLEM_LABELS))
    table["feature"] = table["feature"].astype("Int64")
    numbers = ["x", "y", "before", "after"]
    return table.astype(dict.fromkeys(numbers, "float64")).round(dict.fromkeys(numbers, 2))


def can_write_xlsx() -> bool:
    """Tell whether the library for .xlsx is there; it is no part of every installation."""
    return find_spec("openpyxl") is not None


def write_problems(problems: ProblemLog, path: Path, lang: str | None = None) -> None:
    """Write the problem list as .xlsx where ``path`` ends so, else as CSV.

    Raises
    ------
    UserError
        If the file cannot be written, or .xlsx cannot be written here.
    """
    table = problems_table(problems, lang)
    xlsx = path.suffix.lower() == ".xlsx"
    if xlsx and not can_write_xlsx():
        raise UserError(
            "{file}: .xlsx cannot be written here; choose a name that ends in .csv.", file=path.name
        )
    if xlsx:
        store(path, _xlsx(table, lang))
        return
    with replacing(path) as fresh:
        write_csv(table, fresh, PROBLEM_LABELS, lang)


def _xlsx(table: pd.DataFrame, lang: str | None) -> bytes:
    """Return a workbook to be read at once: wide columns, the head kept in sight, a filter."""
    content = BytesIO()
    heads = {name: text.render(lang) for name, text in PROBLEM_LABELS.items()}
    title = Text("Problems").render(lang)
    with pd.ExcelWriter(content, engine="openpyxl") as writer:
        shown = table.rename(columns=heads).map(_no_formula)
        shown.to_excel(writer, index=False, sheet_name=title, freeze_panes=(1, 0))
        sheet = writer.sheets[title]
        sheet.auto_filter.ref = sheet.dimensions
        for letter, name in zip("ABCDEFGHIJ", PROBLEM_LABELS, strict=True):
            sheet.column_dimensions[letter].width = _WIDTHS.get(name, 14)
    return content.getvalue()


def fields_table() -> pd.DataFrame:
    """Return the dictionary of every property of every exported layer, in Chinese and English."""
    rows = [
        {
            "file": file,
            "property": c.key,
            "中文": c.text.render("zh"),
            "English": c.text.render("en"),
            "type": c.type,
            "unit": c.unit,
            "代码": "; ".join(f"{code}={text.render('zh')}" for code, text in c.codes.items()),
            "codes": "; ".join(f"{code}={text.render('en')}" for code, text in c.codes.items()),
        }
        for file, layer in _DESCRIBED.items()
        for c in exported(layer)
    ]
    return pd.DataFrame(rows)


def _protected(column: pd.Series) -> pd.Series:
    is_text = types.is_string_dtype(column.dtype) or types.is_object_dtype(column.dtype)
    return column.map(_protect, na_action="ignore").astype(object) if is_text else column


def _no_formula(value: object) -> object:
    return f"\t{value}" if isinstance(value, str) and value.startswith("=") else value


def _protect(value: object) -> object:
    if not isinstance(value, str):
        return value
    if _LOOKS_LIKE_NUMBER.fullmatch(value):
        return f'="{value}"'
    return f"\t{value}" if _LOOKS_LIKE_FORMULA.match(value) else value
