"""Repair gaps and overlaps: one by one or all small ones, each a step that can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents.build_scene import with_plan
from bigmap.commands.documents.export import write_checked
from bigmap.commands.editing.draw import propose
from bigmap.core.coverage.repair import RepairProposal, all_under
from bigmap.core.editing import gestures
from bigmap.core.planning.assignment import NOBODY
from bigmap.mapview import vocabulary
from bigmap.mapview.scene import pack_check
from bigmap.session.document import Checked, Document
from bigmap.session.unsaved import note_exported


def title_of(proposal: RepairProposal) -> Text:
    """Return what a proposal does, for a button and for the list of steps."""
    return Text(vocabulary.REPAIR[proposal.action], {"zone": proposal.zone})


def repair_one(context: Context, proposal: RepairProposal) -> None:
    """Repair one place on the list."""
    title = Text("{gap}: {action}", {"gap": proposal.gap_id, "action": title_of(proposal)})
    _repair(context, title, [proposal])


def fill_open(context: Context, units: npt.NDArray[np.int64], row: int) -> None:
    """Give ground without a zone to the zone of a row, or make it a zone of its own (`NOBODY`)."""
    tally = context.session.tally
    propose(context, gestures.new_zone(tally, units) if row == NOBODY else gestures.paint(tally, units, row))


def repair_under(context: Context) -> None:
    """Ask for an area and repair all places that are smaller, each as proposed."""
    gaps = context.document.coverage.gaps
    area = context.ui.ask_area(gaps)
    chosen = [] if area is None else all_under(gaps, area)
    if chosen:
        _repair(context, Text("Repair everything under {area:,.0f} m²", {"area": area}), chosen)


def save_checked(context: Context) -> None:
    """Ask for a folder and write the zones that are checked as they are now, with what is left to do."""
    checked, plan = context.document.checked, context.document.plan
    folder = context.ui.ask_folder(Text("Write the results into"))
    if folder is None or checked is None:
        return

    def done(_: None) -> None:
        note_exported(context.session, [checked])
        context.ui.tell(Text("The results are in {folder}", {"folder": str(folder)}))

    work = partial(write_checked, checked, plan, folder)
    context.ui.run(Text("Writing the results"), work, done, droppable=False)


def _repair(context: Context, title: Text, chosen: Sequence[RepairProposal]) -> None:
    work = partial(repaired, context.document, chosen)
    context.ui.run(title, work, lambda made: context.session.advance(title, made))


def repaired(document: Document, chosen: Sequence[RepairProposal], progress: Progress) -> Document:
    """Return the document after repairs of the zones on show."""
    progress.step(0.0, Text("Repairing the zones"))
    if document.checked is None:
        from bigmap.core.planning.replan import with_repairs

        plan = with_repairs(document.plan, chosen)
        progress.step(0.9, Text("Preparing the map"))
        return replace(with_plan(document, plan), by_hand=True)
    checked = _checked(document, document.checked, chosen, progress)
    progress.step(0.9, Text("Preparing the map"))
    return replace(
        document, checked=checked, scene=pack_check(document.plan, checked.zones, checked.coverage.gaps)
    )


def _checked(
    document: Document, old: Checked, chosen: Sequence[RepairProposal], progress: Progress
) -> Checked:
    from bigmap.core.coverage.proof import check_coverage
    from bigmap.core.coverage.repair import excluded, repair_zones

    gaps = old.coverage.gaps
    out = (*old.excluded, *excluded(gaps, chosen))
    zones = repair_zones(old.zones, gaps, chosen)
    progress.step(0.5, Text("Measuring the coverage"))
    proof = check_coverage(zones, document.plan.sources, document.plan.units, excluded=out)
    return Checked(old.file, zones, proof, out, (*old.applied, *chosen), old.problems)
