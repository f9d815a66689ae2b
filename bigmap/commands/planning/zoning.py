"""Build zones, and check zones that somebody else drew."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents.build_scene import advance_document, pack_document, with_plan
from bigmap.commands.documents.defaults import remember_balance
from bigmap.commands.viewing.view import zoom_to_all
from bigmap.core.planning.plan import Plan, assignment_of
from bigmap.core.sources.layers import Role
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.zone_names import row_of, zone_names
from bigmap.mapview.scene import pack_check, pack_plan
from bigmap.session.document import Checked, Document
from bigmap.session.unsaved import in_its_place

ALTERNATIVES = 4
"""How many sets of zones are shown side by side."""


def build(context: Context) -> None:
    """Ask how many zones or how large, and build them on the same units."""
    document = context.document
    rules = context.ui.ask_rules(with_locks(document))
    if rules is None:
        return

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.replan import rezone

        plan = rezone(document.plan, rules, progress.part(0.0, 0.95))
        return _rebuilt(document, plan, progress.part(0.95, 1.0))

    title = Text("Building zones")
    context.ui.run(title, work, lambda made: _replace(context, title, made))


def with_locks(document: Document) -> Plan:
    """Return the plan with what is locked on the map among its rules, in place of locks of an earlier map."""
    plan, held = document.plan, document.assignment
    if held is None:
        return plan
    ids = plan.units.frame["unit_id"].astype(str).to_numpy()
    code = [zone.zone_id if zone else "" for zone in held.zones]
    closed = [row for row, zone in enumerate(held.zones) if zone and zone.locked and (held.zone == row).any()]
    single = np.flatnonzero(held.locked & (held.zone >= 0) & ~np.isin(held.zone, closed))
    rules = replace(
        plan.rules,
        locked_zones={code[row]: tuple(ids[held.zone == row]) for row in closed},
        locks={ids[u]: code[held.zone[u]] for u in single},
    )
    return replace(plan, rules=rules)


def _rebuilt(document: Document, plan: Plan, progress: Progress) -> Document:
    """Return the document with new zones; what its rules held stays locked on the map."""
    made = replace(pack_document(plan, document.paths, progress, document.choices), sources=document.sources)
    before = document.assignment
    if before is None or not (plan.rules.locked_zones or plan.rules.locks):
        return made
    fresh = assignment_of(plan)
    names = zone_names(plan.units, plan.rules, len(plan.zones))
    kept = {row_of(z.zone_id, names): z for z in before.zones if z and z.locked}
    closed = {row_of(code, names) for code in plan.rules.locked_zones}
    zones = tuple(
        replace(z, locked=True, name=kept[row].name, colour=kept[row].colour)
        if z and row in closed & kept.keys()
        else z
        for row, z in enumerate(fresh.zones)
    )
    bound = plan.units.frame["unit_id"].astype(str).isin(list(plan.rules.locks)).to_numpy()
    return replace(made, assignment=replace(fresh, zones=zones, locked=bound & before.locked))


def compare(context: Context) -> None:
    """Ask for rules, build several sets of zones that differ, and use the one the planner picks."""
    document = context.document
    rules = context.ui.ask_rules(with_locks(document))
    if rules is None:
        return

    def work(progress: Progress) -> list[Alternative]:
        from bigmap.core.planning.replan import weighed
        from bigmap.core.zoning.alternatives import alternatives

        plan = weighed(document.plan, rules)
        present = plan.zone_of_unit if len(plan.zones) else None
        names = [str(name) for name in plan.zones["zone_id"]]
        return alternatives(plan.units, plan.graph, rules, ALTERNATIVES, present, progress, names)

    context.ui.run(Text("Building alternatives"), work, lambda found: _choose(context, document, found))


def _choose(context: Context, document: Document, found: list[Alternative]) -> None:
    chosen = context.ui.ask_candidate(document.plan, found)
    if chosen is None:
        return

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.replan import with_candidate

        plan = with_candidate(document.plan, chosen, progress.part(0.0, 0.9))
        return _rebuilt(document, plan, progress.part(0.9, 1.0))

    title = Text("Using the alternative: {title}", {"title": chosen.title})
    context.ui.run(title, work, lambda made: _replace(context, title, made))


def _replace(context: Context, title: Text, made: Document) -> None:
    context.session.advance(title, in_its_place(context.session, made))


def keep_scenario(context: Context) -> None:
    """Ask for a name, and keep the present state of the plan under it."""
    n = len(context.session.scenarios) + 1
    name = context.ui.ask_text(Text("Keep this state as"), str(Text("Scenario {n}", {"n": n})))
    name = name.strip() if name else ""
    there = Text("There is a scenario {name} already.", {"name": name})
    if name and (name not in context.session.scenarios or context.ui.offer(there, Text("Replace it"))):
        context.session.keep(name)
        text = "{name} is kept: compare with it on a second map (menu View)."
        context.ui.hint(Text(text, {"name": name}))


def take_scenario(context: Context) -> None:
    """Ask for a scenario, and go on with it; undo goes back."""
    names = list(context.session.scenarios)
    at = context.ui.ask_one(Text("Go on with which scenario?"), names, len(names) - 1)
    if at is not None:
        advance_document(
            context, Text("Use {name}", {"name": names[at]}), context.session.scenarios[names[at]]
        )


def balance_instead(context: Context, title: Text, name: str) -> None:
    """Balance another field where no file gives the wanted one, now and from now on; `undo` takes it back."""
    document = context.document

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.replan import rezone

        rules = replace(document.plan.rules, instead=name)
        plan = rezone(document.plan, rules, progress.part(0.0, 0.95))
        progress.step(0.95, Text("Preparing the map"))
        return with_plan(document, plan)

    def done(made: Document) -> None:
        context.session.advance(title, made)
        remember_balance(made)

    context.ui.run(title, work, done)


def check(context: Context) -> None:
    """Ask for a layer of zones and show its gaps and overlaps."""
    file = context.ui.ask_file(Text("Check zones that somebody else drew"))
    if file:
        check_file(context, file)


def check_file(context: Context, file: Path) -> None:
    """Show the gaps and overlaps of the zones in ``file``, over the units of the plan."""
    document = context.document
    title = Text("Checking {name}", {"name": file.name})
    work = partial(check_zones_of, document, file)
    context.ui.run(title, work, lambda made: context.session.advance(Text("Check zones"), made))


def end_check(context: Context) -> None:
    """Go back from a check to the plan's own zones."""
    document, title = context.document, Text("Back to the plan")

    def work(progress: Progress) -> Document:
        progress.step(0.0, title)
        return replace(document, checked=None, scene=pack_plan(document.built)).make_ready()

    def done(plan: Document) -> None:
        context.session.advance(title, plan)
        zoom_to_all(context)

    context.ui.run(title, work, done)


def check_zones_of(document: Document, file: Path, progress: Progress) -> Document:
    """Return the document with the zones of ``file`` on show, and their coverage."""
    from bigmap.core.clean.drawn_zones import drawn_zones
    from bigmap.core.coverage.proof import check_coverage
    from bigmap.io.reading.folder import read_folder

    plan = document.plan
    inputs, part = [*document.layer_files, file], progress.part(0.0, 0.4)
    layers = read_folder(inputs, {Role.ZONES: file}, progress=part, choices=document.choices)
    zones = drawn_zones(
        layers, plan.sources.crs
    )  # the document's own layers help to place those without a CRS
    progress.step(0.4, Text("Measuring the coverage"))
    coverage = check_coverage(zones, plan.sources, plan.units)
    progress.step(0.9, Text("Preparing the map"))
    scene = pack_check(plan, zones, coverage.gaps)
    return replace(document, scene=scene, checked=Checked(file, zones, coverage))
