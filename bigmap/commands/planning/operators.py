"""Cost and income, and who serves which zone: parameters, bundles, and the best single swap."""

from __future__ import annotations

from dataclasses import replace

from bigmap.base import settings
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents.build_scene import with_plan
from bigmap.core.operators.bundling_rules import rules_values
from bigmap.core.planning.swap import Of, Swap, owners_after, suggest_swap, zones_after_swap
from bigmap.session.document import Document


def parameters(context: Context) -> None:
    """Ask for the parameters, reckon cost and income by them, and remember them for the next plan."""
    document = context.document
    answer = context.ui.ask_parameters(document.plan.parameters)
    if answer is None or answer == document.plan.parameters:
        return

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.replan import reckoned

        progress.step(0.0, Text("Reckoning cost and income"))
        return with_plan(document, reckoned(document.plan, answer), drawn_alike=True)

    def done(made: Document) -> None:
        context.keep(lambda: settings.keep(parameters=answer.changed()))
        context.session.advance(title, made)

    title = Text("Changing the parameters")
    context.ui.run(title, work, done)


def bundle(context: Context) -> None:
    """Ask how zones shall be given to operators, and do it."""
    document = context.document
    rules = context.ui.ask_bundle(document.plan)
    if rules is None:
        return

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.replan import rebundled

        made = with_plan(document, rebundled(document.plan, rules, progress.part(0.0, 0.95)))
        return replace(made, by_hand=True) if rules.locks else made

    def done(made: Document) -> None:
        context.keep(lambda: settings.keep(bundle={**rules_values(rules), "locks": {}}))
        context.session.advance(title, made)

    title = Text("Giving zones to operators")
    context.ui.run(title, work, done)


def swap(context: Context, of: Of) -> None:
    """Look for the move that brings cover ratios closest together, show it, and make it where wanted."""
    plan = context.document.plan

    def done(found: Swap | None) -> None:
        if found is None:
            context.ui.tell(
                Text(
                    "No single move brings the cover ratios closer together while everything stays in one"
                    " piece and the limits hold."
                )
            )
        elif context.ui.ask_swap(plan, found):
            _make(context, found)

    context.ui.run(Text("Looking for the best swap"), lambda progress: suggest_swap(plan, of, progress), done)


def _make(context: Context, found: Swap) -> None:
    document = context.document

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.replan import with_assignment, with_owners

        progress.step(0.0, Text("Making the swap"))
        plan = document.plan
        if found.unit is None:
            made = with_owners(plan, owners_after(plan, found))
        else:
            made = with_assignment(plan, zones_after_swap(plan, found))
        return replace(with_plan(document, made), by_hand=True)

    title = Text("Suggested swap")
    context.ui.run(title, work, lambda made: context.session.advance(title, made))
