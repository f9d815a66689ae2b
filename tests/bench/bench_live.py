"""From a stroke of 200 units to painted tables, charts and figures: 300,000 units, 10 and 500 zones.

Run by hand: medians in ms; ``cpu`` is the time of the thread, which alone counts on a busy machine::

    python -m tests.bench.bench_live
"""

from __future__ import annotations

import os
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from bigmap.base.i18n import Text
from bigmap.session.document import Document
from bigmap.session.session import Session
from bigmap.ui.panels.side_panels import ResultsPanel
from bigmap.ui.widgets.theme import apply_theme
from tests.bench.bench_edits import SIZES, stroke
from tests.helpers.grids import grid_city

STROKES = 21


def measured(app: QApplication, size: str, zones: int, tab: int) -> dict[str, float]:
    """Return the median milliseconds of each part of a stroke, with the tab of this number on show."""
    session, panel = Session(), ResultsPanel()
    session.open(Document(grid_city(*SIZES[size], zones), (), b""))
    panel.resize(420, 900)
    panel.show()
    panel.show_session(session)
    panel.tabs.setCurrentIndex(tab)
    edit = stroke(session.document.built, session.tally, 200)  # type: ignore[union-attr]
    assert len(edit.units) == 200
    parts: dict[str, list[float]] = {"edit": [], "tables": [], "paint": [], "all": [], "cpu": []}
    started = time.perf_counter()
    session.live  # noqa: B018 - what the first edit of a session costs more
    first = 1000 * (time.perf_counter() - started)
    for _ in range(STROKES):
        busy, t0 = time.thread_time(), time.perf_counter()
        session.edit(Text("Look"), edit)
        t1 = time.perf_counter()
        panel.follow(session)
        t2 = time.perf_counter()
        app.processEvents()
        t3 = time.perf_counter()
        parts["cpu"].append(1000 * (time.thread_time() - busy))
        edit = edit.inverse()
        for name, value in (("edit", t1 - t0), ("tables", t2 - t1), ("paint", t3 - t2), ("all", t3 - t0)):
            parts[name].append(1000 * value)
    panel.deleteLater()
    return {name: statistics.median(values) for name, values in parts.items()} | {"first": first}


def main() -> None:
    """Print the table."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app)
    size = sys.argv[1] if len(sys.argv) > 1 else "300k"
    for tab, title in ((0, "zones"), (1, "operators"), (2, "gaps"), (3, "charts")):
        found = {zones: measured(app, size, zones, tab) for zones in (10, 500)}
        for zones, times in found.items():
            line = "  ".join(f"{name} {value:6.1f}" for name, value in times.items())
            print(f"{size} {zones:4d} zones, {title:9s} on show:  {line}")
        print(f"500 : 10 zones = {found[500]['cpu'] / found[10]['cpu']:.2f} (cpu)")


if __name__ == "__main__":
    main()
