"""Build zones, and check zones that somebody else drew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.desk import Desk
from bigmap.commands.files import packed
from bigmap.core.layers import Role
from bigmap.mapview.payload import pack_check, pack_plan
from bigmap.session.document import Checked, Document


def build(desk: Desk) -> None:
    """Ask how many zones or how large, and build them on the same units."""
    document = _document(desk)
    rules = desk.ui.ask_rules(document.plan)
    if rules is None:
        return

    def work(progress: Progress) -> Document:
        from bigmap.core.pipeline import rezone

        plan = rezone(document.plan, rules, progress.part(0.0, 0.95))
        return packed(plan, document.paths, progress.part(0.95, 1.0))

    desk.ui.run(Text("Building zones"), work, desk.session.replace)


def check(desk: Desk) -> None:
    """Ask for a layer of zones and show its gaps and overlaps."""
    file = desk.ui.ask_file(Text("Check zones that somebody else drew"))
    if file:
        check_file(desk, file)


def check_file(desk: Desk, file: Path) -> None:
    """Show the gaps and overlaps of the zones in ``file``, over the units of the plan."""
    document = _document(desk)
    title = Text("Checking {name}", {"name": file.name})
    desk.ui.run(title, lambda progress: checked(document, file, progress), desk.session.replace)


def end_check(desk: Desk) -> None:
    """Go back from a check to the plan's own zones."""
    document = _document(desk)
    desk.session.replace(replace(document, checked=None, scene=pack_plan(document.plan)))


def checked(document: Document, file: Path, progress: Progress) -> Document:
    """Return the document with the zones of ``file`` on show, and their coverage."""
    from bigmap.core.coverage import check_coverage

    plan = document.plan
    zones = zones_in(file, document, progress.part(0.0, 0.4))
    progress.step(0.4, Text("Measuring the coverage"))
    coverage = check_coverage(zones, plan.sources, plan.units)
    progress.step(0.9, Text("Preparing the map"))
    scene = pack_check(plan, zones, coverage.gaps)
    return replace(document, scene=scene, checked=Checked(file, zones, coverage))


def zones_in(file: Path, document: Document, progress: Progress) -> gpd.GeoDataFrame:
    """Return the zones drawn in ``file`` in the project CRS, placed with the help of the document's own layers."""
    from bigmap.io.folder import read_folder

    layers = read_folder([*document.paths, file], {Role.ZONES: file}, progress=progress)
    drawn = pd.concat([layer.frame for layer in layers.of(Role.ZONES)], ignore_index=True)
    drawn = drawn.to_crs(document.plan.sources.crs)
    shapes = shapely.make_valid(shapely.force_2d(drawn.geometry.to_numpy()))
    solid = shapely.area(shapes) > 0
    if not solid.any():
        raise UserError("{file} holds no polygons: choose a layer of zones.", file=file.name)
    return _named(gpd.GeoDataFrame(drawn.drop(columns="geometry"), geometry=shapes, crs=drawn.crs)[solid])


def _named(drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return zones with an id each: their code, else their name, else a number; never one twice."""
    ids = drawn["code"].where(drawn["code"] != "", drawn["name"]).reset_index(drop=True)
    ids = ids.where(ids != "", [f"Z{i + 1:02d}" for i in range(len(ids))])
    again = ids.groupby(ids).cumcount()
    ids = ids.where(again == 0, ids + "-" + (again + 1).astype(str))
    operator = drawn["oper"].where(drawn["oper"] != "", None).to_numpy()
    return gpd.GeoDataFrame({"zone_id": ids, "oper": operator}, geometry=drawn.geometry.to_numpy(), crs=drawn.crs)


def _document(desk: Desk) -> Document:
    if desk.session.document is None:
        raise UserError("Nothing is open yet: open a folder of layers first.")
    return desk.session.document
