"""How the plan is looked at: colours, place, language."""

from __future__ import annotations

from bigmap.base import i18n, settings
from bigmap.commands.context import Context, List
from bigmap.mapview.messages import FitView
from bigmap.session.document import Pick
from bigmap.session.session import Colouring, Theme


def zoom_to_all(desk: Context) -> None:
    """Show the whole ground."""
    desk.ui.send(FitView())


def colour_by(desk: Context, colouring: Colouring) -> None:
    """Colour the units by one of their properties."""
    desk.session.colour_by(colouring)


def class_by(desk: Context, method: str) -> None:
    """Colour the units by load, sorted into classes by this method."""
    desk.session.class_by(method)


def second_map(desk: Context) -> None:
    """Show another state of the plan on a second map beside the first, or put that away."""
    desk.session.compare(not desk.session.comparing)


def go_to(desk: Context) -> None:
    """Ask for a place or a coordinate, and show it."""
    desk.ui.ask_place(desk.document)


def speak(desk: Context, lang: str) -> None:
    """Switch the whole window to Chinese or English."""
    i18n.use(lang)
    settings.remember(language=lang)
    desk.session.language_changed.emit()
    desk.session.facts_changed.emit()


def wear(desk: Context, theme: Theme) -> None:
    """Make the window light or dark, or as the system is; remembered."""
    settings.remember(theme=theme)
    desk.session.wear(theme)


def palette(desk: Context) -> None:
    """Let the user find a command by its name."""
    desk.ui.show_palette()


def keys(desk: Context) -> None:
    """Show the keys of all commands."""
    desk.ui.show_keys()


def step(desk: Context, through: List, by: int) -> None:
    """Go to the next or the previous place on the list of gaps or of problems, round and round."""
    desk.ui.step(through, by)


def picked(desk: Context, unit: int, zone: int, gap: int) -> None:
    """Choose what was clicked on the map: a gap before a unit, a unit before a zone."""
    order = [Pick("gap", gap), Pick("unit", unit), Pick("zone", zone)]
    if desk.session.document and desk.session.document.checked:
        order = [Pick("gap", gap), Pick("zone", zone), Pick("unit", unit)]
    desk.session.select(next((pick for pick in order if pick.row >= 0), None))


def cancel(desk: Context) -> None:
    """Stop the work under way."""
    desk.ui.cancel()


def about(desk: Context) -> None:
    """Tell what program this is."""
    desk.ui.about()


def quit_(desk: Context) -> None:
    """Close the window."""
    desk.ui.quit()
