"""How the plan is looked at: colours, place, language."""

from __future__ import annotations

from bigmap.base import i18n, settings
from bigmap.commands.context import Context, List
from bigmap.mapview.messages import FitView
from bigmap.session.document import Pick
from bigmap.session.session import Colouring, Panel, Theme


def zoom_to_all(context: Context) -> None:
    """Show the whole ground."""
    context.ui.send(FitView())


def colour_by(context: Context, colouring: Colouring) -> None:
    """Colour the units by one of their properties."""
    context.session.colour_by(colouring)


def class_by(context: Context, method: str) -> None:
    """Colour the units by load, sorted into classes by this method."""
    context.session.class_by(method)


def second_map(context: Context) -> None:
    """Show another state of the plan on a second map beside the first, or put that away."""
    context.session.compare(not context.session.comparing)


def go_to(context: Context) -> None:
    """Ask for a place or a coordinate, and show it."""
    context.ui.ask_place(context.document)


def set_language(context: Context, lang: str) -> None:
    """Switch the whole window to Chinese or English."""
    i18n.use(lang)
    settings.remember(language=lang)
    context.session.language_changed.emit()
    context.session.facts_changed.emit()


def set_theme(context: Context, theme: Theme) -> None:
    """Make the window light or dark, or as the system is; remembered."""
    settings.remember(theme=theme)
    context.session.set_theme(theme)


def fold(context: Context, panel: Panel) -> None:
    """Fold a panel beside the map, or unfold it; remembered."""
    context.session.fold(panel)
    settings.remember(folded=sorted(context.session.folded))


def palette(context: Context) -> None:
    """Let the user find a command by its name."""
    context.ui.show_palette()


def keys(context: Context) -> None:
    """Show the keys of all commands."""
    context.ui.show_keys()


def step(context: Context, through: List, by: int) -> None:
    """Go to the next or the previous place on the list of gaps or of problems, round and round."""
    context.ui.step(through, by)


def picked(context: Context, unit: int, zone: int, gap: int) -> None:
    """Choose what was clicked on the map: a gap before a unit, a unit before a zone."""
    order = [Pick("gap", gap), Pick("unit", unit), Pick("zone", zone)]
    if context.session.document and context.session.document.checked:
        order = [Pick("gap", gap), Pick("zone", zone), Pick("unit", unit)]
    context.session.select(next((pick for pick in order if pick.row >= 0), None))


def cancel(context: Context) -> None:
    """Stop the work under way."""
    context.ui.cancel()


def about(context: Context) -> None:
    """Tell what program this is."""
    context.ui.about()


def quit_(context: Context) -> None:
    """Close the window."""
    context.ui.quit()
