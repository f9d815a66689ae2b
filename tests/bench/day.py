"""A day in the life of a planner: tasks of the usual day, each done wholly by mouse and keys, clicks counted.

    python -m tests.bench.day FOLDER [--pictures OUT] [--lang zh]

Opens the folder in the real window, without a display, and does what `TASKS` lists; whether each came to what
it should is read from the session. Exits with 1 where one did not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import geopandas as gpd
import numpy as np
import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit

from bigmap.app import prepare
from bigmap.base import i18n
from bigmap.base.i18n import tr
from bigmap.core.planning.assignment import NOBODY
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.panels.gaps_panel import RepairUnderDialog
from tests.helpers.planner import Place, Planner

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
Task = Callable[["Day"], str]


class Day:
    """What the planner sees and remembers on that day."""

    def __init__(self, planner: Planner, folder: Path, scrap: Path) -> None:
        self.p, self.folder, self.scrap = planner, folder, scrap

    @property
    def tally(self):
        return self.p.session.tally

    def zone_of(self, units) -> list[int]:
        return sorted(set(self.tally.zone[list(units)].tolist()))

    def beside_a_border(self, n: int, kind: str | None = None) -> tuple[list[int], int]:
        """Return n units of one zone that touch each other and another zone, and that zone."""
        tally, graph = self.tally, self.tally.unit_index.graph
        kinds = tally.unit_index.units.frame["kind"].to_numpy()
        across = np.flatnonzero(tally.zone[graph.left] != tally.zone[graph.right])
        for edge in across[len(across) // 3 :]:
            start, row = int(graph.left[edge]), int(tally.zone[graph.right[edge]])
            if row == NOBODY or (kind and kinds[start] != kind):
                continue
            found = [start]
            while len(found) < n:
                near = tally.unit_index.neighbours(np.array(found))
                near = [u for u in near.tolist() if u not in found and tally.zone[u] == tally.zone[start]]
                if not near:
                    break
                middles = tally.unit_index.middles
                found.append(min(near, key=lambda u, at=middles, to=middles[start]: at[u].distance(to)))
            if len(found) == n and not tally.broken_by(tally.move(found, row)):
                return found, row
        raise LookupError("no such units")

    def around(self, units, margin: float = 1.0) -> tuple[float, float, float, float]:
        west, south, east, north = shapely.total_bounds(self.tally.unit_index.units.polygons[list(units)])
        dx, dy = margin * max(east - west, 60), margin * max(north - south, 60)
        return west - dx, south - dy, east + dx, north + dy

    def hold(self) -> None:
        """Say what must be true after everything."""
        tally = self.tally
        shapes = self.p.session.document.zone_polygons.shapes
        there = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
        assert shapely.coverage_is_valid(there)
        hh = tally.unit_index.units.frame["hh"].to_numpy()
        held = sum(tally.figures(row).sums["hh"] for row in tally.live) + hh[tally.zone == NOBODY].sum()
        assert abs(held - hh.sum()) < 1e-6


# --- the tasks ---


def open_folder(day: Day) -> str:
    p = day.p
    p.picture("0-welcome")
    with p.answering(p.file(day.folder)):
        p.click(p.window.welcome.folder)
    p.rest()
    p.picture("0-opened")
    return f"{len(day.tally.zone):,} units, {len(day.tally.live)} zones"


def paint_five(day: Day) -> str:
    p, (units, row) = day.p, day.beside_a_border(5)
    p.look_at(day.around(units, 2))
    p.command("tool_paint")
    other = next(
        u for u in day.tally.unit_index.neighbours(np.array(units)).tolist() if day.tally.zone[u] == row
    )
    p.map_click(p.inside(other), ALT)
    while (size := p.session.hand.brush_m) > 3:
        p.key(Qt.Key.Key_BracketLeft, on=p.target())
        p.until(lambda held=size: p.session.hand.brush_m < held, "the brush stays as it is")
    for unit in units:
        p.map_click(p.inside(unit))
    p.picture("3a-painted")
    assert day.zone_of(units) == [row]
    return f"5 units to {day.tally.zones[row].zone_id}"


def choose_five_and_give(day: Day) -> str:
    p, (units, row) = day.p, day.beside_a_border(5)
    p.look_at(day.around(units, 2))
    p.command("tool_box")
    for i, unit in enumerate(units):
        p.map_click(p.inside(unit), SHIFT if i else Qt.KeyboardModifier.NoModifier)
    assert sorted(p.session.chosen.tolist()) == sorted(units)
    p.click_zone(row)
    p.key(Qt.Key.Key_Return, held=CTRL, on=p.window)
    p.rest()
    p.picture("3b-given")
    assert day.zone_of(units) == [row]
    return f"5 chosen units to {day.tally.zones[row].zone_id}"


def lasso_a_zone(day: Day) -> str:
    p, (units, _) = day.p, day.beside_a_border(12)
    p.look_at(day.around(units))
    p.command("tool_lasso")
    ground = shapely.union_all(day.tally.unit_index.units.polygons[units]).convex_hull
    ring = list(ground.buffer(2).exterior.simplify(3).coords)
    before = len(day.tally.live)
    p.map_drag(ring, "3c-lasso")
    chosen = p.session.chosen
    p.map_menu(p.inside(int(chosen[0])), tr("&New zone of the chosen units"))
    p.picture("3c-new-zone")
    assert len(day.tally.live) == before + 1
    return f"new zone of {len(chosen)} units"


def road_through(day: Day) -> tuple[int, list[Place]]:
    """Return a zone, and a line along a road that goes right through it."""
    tally, roads = day.tally, day.p.session.document.built.sources.roads.geometry.to_numpy()
    shapes = day.p.session.document.zone_polygons.shapes
    for row in sorted(tally.live, key=lambda r: -tally.figures(r).units):
        lines = shapely.line_merge(shapely.union_all(roads[shapely.intersects(roads, shapes[row])]))
        parts = shapely.get_parts(shapely.intersection(lines, shapes[row]))
        for part in sorted(parts, key=lambda g: -g.length)[:5]:
            ends = shapely.get_coordinates(part)[[0, -1]]
            near = shapely.distance(shapely.points(ends), shapes[row].exterior)
            if part.length > 300 and near.max() < 1:
                way = shapely.simplify(part, 4).coords[:]
                (ax, ay), (bx, by) = way[0], way[1]
                (cx, cy), (dx, dy) = way[-1], way[-2]
                first = (
                    ax + (ax - bx) * 8 / np.hypot(ax - bx, ay - by),
                    ay + (ay - by) * 8 / np.hypot(ax - bx, ay - by),
                )
                last = (
                    cx + (cx - dx) * 8 / np.hypot(cx - dx, cy - dy),
                    cy + (cy - dy) * 8 / np.hypot(cx - dx, cy - dy),
                )
                return row, [first, *way, last]
    raise LookupError("no road goes through a zone")


def follow_a_road(day: Day, *, exactly: bool) -> str:
    p, (_, way) = day.p, road_through(day)
    name = "3d-exact" if exactly else "3d-road"
    way_out = tr("Divide exactly, units cut along the line" if exactly else "Divide by whole units")
    line = shapely.LineString(way)
    p.look_at(line.buffer(60).bounds)
    p.command("tool_cut")
    zones, units = len(day.tally.live), len(day.tally.zone)
    for place in way:
        p.map_click(place)
    p.picture(f"{name}-line")
    with p.answering(lambda menu: p.entry(menu, way_out)):
        p.key(Qt.Key.Key_Return, on=p.target())
    p.rest()
    p.picture(name)
    assert len(day.tally.live) == zones + 1
    return f"{len(way)} corners, {len(day.tally.zone) - units} units cut"


def drag_a_border(day: Day) -> str:
    p, (units, row) = day.p, day.beside_a_border(8)
    frame = day.around(units)
    p.look_at(frame)
    graph, unit_index = day.tally.unit_index.graph, day.tally.unit_index
    mine = np.isin(graph.left, units) & (day.tally.zone[graph.right] == row)
    mine |= np.isin(graph.right, units) & (day.tally.zone[graph.left] == row)
    a, b = int(graph.left[mine][0]), int(graph.right[mine][0])
    edge = shapely.intersection(unit_index.units.polygons[a], unit_index.units.polygons[b])
    start = shapely.line_interpolate_point(shapely.get_parts(edge)[0], 0.5, normalized=True)
    end = unit_index.middles[units[-1]]
    before = day.tally.zone.copy()
    p.command("tool_border")
    p.map_drag(
        [(start.x, start.y), ((start.x + end.x) / 2, (start.y + end.y) / 2), (end.x, end.y)], "3e-border"
    )
    moved = int((day.tally.zone != before).sum())
    assert moved
    return f"{moved} units followed"


def undo_and_redo(day: Day) -> str:
    p, steps = day.p, 0
    before = day.tally.zone.copy()
    while p.session.history.undoable:
        p.key(Qt.Key.Key_Z, held=CTRL, on=p.window)
        p.rest()
        steps += 1
    start = day.tally.zone.copy()
    for _ in range(steps):
        p.key(Qt.Key.Key_Z, held=CTRL | SHIFT, on=p.window)
        p.rest()
    assert np.array_equal(day.tally.zone, before)
    assert len(start) != len(before) or (start != before).any()
    return f"{steps} steps back and forth"


def longest_road(day: Day) -> tuple[list[Place], list[int]]:
    """Return the corners of the longest line of roads that many zones share, and the road units under it."""
    tally = day.tally
    lines = shapely.get_parts(
        shapely.line_merge(shapely.union_all(day.p.session.document.built.sources.roads.geometry))
    )
    kinds = tally.unit_index.units.frame["kind"].isin(["road", "lane"]).to_numpy()
    found = []
    for line in sorted(lines, key=lambda g: -g.length)[:40]:
        units = tally.unit_index.tree.query(line, predicate="intersects")
        units = units[kinds[units] & (tally.zone[units] != NOBODY)]
        found.append(
            (len(set(tally.zone[units].tolist())), line.length, shapely.simplify(line, 2).coords[:], units)
        )
    _, _, way, units = max(found, key=lambda f: f[:2])
    return way, units.tolist()


def whole_road(day: Day) -> str:
    p, (way, units) = day.p, longest_road(day)
    frame, zones = day.tally.unit_index.units.frame, len(day.zone_of(units))
    row = int(day.tally.zone[units[1]])
    p.look_at(day.around(units, 0.1))
    p.command("tool_look")
    p.map_click(p.inside(units[0]))
    p.picture("4a-road-picked")
    told = dict(p.window.results.attributes.pairs)
    if frame["name"].iloc[units[0]]:
        p.command("choose_name")
        p.rest()
    else:
        p.command("tool_along")
        p.map_drag(way, "4a-along")
    p.map_menu(p.inside(units[1]), tr("&Give the chosen units to the zone"))
    p.picture("4a-road-given")
    gave = p.session.chosen
    assert day.zone_of(gave) == [row]
    said = [told.get(tr(title), "–") for title in ("Road class", "Road width (m)", "Sweep area (m²)")]
    return f"{len(gave)} road units, of {zones} zones, to one; read: {', '.join(said)}"


def split_a_road(day: Day) -> str:
    p, tally = day.p, day.tally
    frame, polygons = tally.unit_index.units.frame, tally.unit_index.units.polygons
    kinds = frame["kind"].isin(["road", "lane"]).to_numpy()
    unit = int(np.flatnonzero(kinds)[np.argsort(-shapely.length(polygons[kinds]))[5]])
    box = shapely.minimum_rotated_rectangle(polygons[unit])
    sides = sorted(
        zip(box.exterior.coords[:-1], box.exterior.coords[1:], strict=True),
        key=lambda s: shapely.LineString(s).length,
    )
    middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in sides[2:]]
    line = shapely.LineString(middle)
    p.look_at(day.around([unit], 0.3))
    area = frame["sweep_m2"].sum()
    p.command("tool_draw")
    spot = shapely.line_interpolate_point(line, 0.5, normalized=True).buffer(
        max(25, line.length * 0.8), quad_segs=1
    )
    for place in spot.exterior.coords[:-1]:
        p.map_click(place)
    p.picture("4b-outline")
    with p.answering(lambda menu: p.entry(menu, tr("New zone, units cut along the outline"))):
        p.key(Qt.Key.Key_Return, on=p.target())
    p.rest()
    p.picture("4b-cut")
    assert abs(day.tally.unit_index.units.frame["sweep_m2"].sum() - area) < 1e-6 * area
    return f"{len(day.tally.zone) - len(kinds)} more units, sweep area kept"


def damaged_zones(day: Day) -> Path:
    """Write the zones as somebody else drew them: one has a hole, one a bite, one laps over."""
    shapes = day.p.session.document.zone_polygons.shapes
    rows = [r for r in day.tally.live if shapes[r] is not None][:3]
    drawn = {r: shapes[r] for r in day.tally.live if not shapely.is_empty(shapes[r])}
    for row, size, lap in zip(rows, (25, 40, 12), (False, False, True), strict=True):
        spot = shapely.point_on_surface(drawn[row]).buffer(size)
        if lap:
            drawn[row] = shapely.union(drawn[row], shapely.Point(drawn[row].exterior.coords[0]).buffer(size))
        else:
            drawn[row] = shapely.difference(drawn[row], spot)
    path = day.scrap / "外单位片区.geojson"
    frame = gpd.GeoDataFrame(
        {"zone_id": [day.tally.zones[r].zone_id for r in drawn]}, geometry=list(drawn.values()),
        crs=day.p.session.document.built.sources.crs,
    )  # fmt: skip
    frame.to_crs(4490).to_file(path, driver="GeoJSON")
    return path


def check_foreign(day: Day) -> str:
    p, path = day.p, damaged_zones(day)
    with p.answering(p.file(path)):
        p.command("check")
    p.rest()
    gaps = p.window.results.gaps
    p.picture("5a-check")
    found = len(gaps.rows_model.rows)
    for _ in range(3):
        p.click(p.window.results.gaps_panel.forth)
        p.rest()
    p.picture("5a-third")
    cause = dict(p.window.results.attributes.pairs).get(tr("Cause"), "?")

    def under(dialog: RepairUnderDialog) -> None:
        p.write(dialog.area.lineEdit(), "5000")
        p.press(tr("Repair"))(dialog)

    with p.answering(under):
        p.click(p.window.results.gaps_panel.under)
    p.rest()
    p.picture("5a-repaired")
    left = len(gaps.rows_model.rows)
    assert left < found
    p.command("end_check")
    p.rest()
    return f"{found} places, the third is caused by: {cause}; {left} left after the small ones"


def erase_and_refill(day: Day) -> str:
    p, (units, _) = day.p, day.beside_a_border(3)
    p.look_at(day.around(units, 2))
    p.command("tool_erase")
    bare = (day.tally.zone == NOBODY).sum()
    p.map_drag([p.inside(u) for u in units], "5b-eraser")
    assert (day.tally.zone == NOBODY).sum() > bare
    results = p.window.results
    bar = results.tabs.tabBar()
    p.click(bar, bar.tabRect(2).center())
    p.click(results.gaps_panel.forth)
    p.rest()
    p.picture("5b-gap")
    said = results.gaps_panel.buttons[0].text()
    p.click(results.gaps_panel.buttons[0])
    p.rest()
    p.picture("5b-filled")
    assert (day.tally.zone == NOBODY).sum() == bare
    return f"“{said}”"


def two_scenarios(day: Day) -> str:
    p = day.p

    def name(dialog: QInputDialog) -> None:
        p.write(dialog.findChild(QLineEdit), tr("Scenario {n}", n=1))
        p.key(Qt.Key.Key_Return, on=dialog.findChild(QLineEdit))

    with p.answering(name):
        p.command("keep_scenario")

    def fewer(dialog: BuildZonesDialog) -> None:
        p.write(dialog.number.lineEdit(), str(len(day.tally.live) * 3 // 4))
        p.press(tr("Build zones"))(dialog)

    with p.answering(fewer):
        p.command("build")
    p.rest()
    p.command("second_map")
    p.until(p.window.compare.differences.foot.text)
    p.rest()
    p.picture("7-side-by-side")
    said = p.window.compare.differences.foot.text()
    p.click(p.window.compare.take)
    p.rest()
    p.picture("7-taken")
    p.command("second_map")
    return said


TASKS: tuple[tuple[str, Task], ...] = (
    ("0   open the folder", open_folder),
    ("3a  give 5 units to a neighbour, by brush", paint_five),
    ("3b  choose 5 units, give them to a neighbour", choose_five_and_give),
    ("3c  lasso units, make them a zone", lasso_a_zone),
    ("3d  follow a road: divide, whole units", lambda day: follow_a_road(day, exactly=False)),
    ("3d' follow a road: divide, exactly", lambda day: follow_a_road(day, exactly=True)),
    ("3e  drag a border", drag_a_border),
    ("3f  undo all, redo all", undo_and_redo),
    ("4a  a whole road to one zone", whole_road),
    ("4b  cut a road exactly", split_a_road),
    ("5a  check somebody's zones, repair small gaps", check_foreign),
    ("5b  erase, find the gap, give it away", erase_and_refill),
    ("7   two scenarios side by side, use one", two_scenarios),
)  # fmt: skip


def main() -> int:
    """Live the day."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--lang", default="zh")
    parser.add_argument("--only", nargs="+", help="beginnings of the titles of tasks")
    args = parser.parse_args()
    prepare()
    app = QApplication.instance() or QApplication(["day"])
    from bigmap.ui.widgets.theme import apply_theme

    apply_theme(app)
    i18n.use(args.lang)
    failed = 0
    with tempfile.TemporaryDirectory() as scrap:
        planner = Planner(app, args.pictures)
        day = Day(planner, args.folder, Path(scrap))
        print(f"{'task':48}{'clicks':>7}{'drags':>7}{'keys':>6}{'words':>7}{'s':>7}  what came of it")
        for title, task in TASKS:
            if args.only and not title.startswith(("0", *args.only)):
                continue
            before, start = dict(planner.counts), time.perf_counter()
            try:
                said = task(day)
                day.hold()
            except Exception:  # noqa: BLE001 - told, and the day goes on
                failed += 1
                said = "FAILED: " + traceback.format_exc().strip().splitlines()[-1]
                traceback.print_exc()
                if task is open_folder:
                    break
            n = {k: planner.counts[k] - before[k] for k in before}
            took = time.perf_counter() - start
            print(
                f"{title:48}{n['clicks']:7}{n['drags']:7}{n['keys']:6}{n['words']:7}{took:7.1f}  {said}",
                flush=True,
            )
        planner.close()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
