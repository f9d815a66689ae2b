"""Choices that are remembered between runs, in one small JSON file of the user."""

from __future__ import annotations

import base64
import binascii
import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs

from bigmap.base import i18n, profile
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text

THEMES = ("light", "dark")


def settings_file() -> Path:
    """Return the path of the settings file (it need not exist)."""
    return Path(platformdirs.user_config_dir("bigmap", appauthor=False)) / "settings.json"


def load() -> dict[str, Any]:
    """Return the remembered choices, without those that cannot be used."""
    try:
        return _sift(profile.read_profile(settings_file(), dict))[0]
    except profile.Damaged:
        return {}


def language() -> str:
    """Return the language chosen last, else that of the system."""
    return str(load().get("language") or i18n.system_language())


def theme() -> str:
    """Return the theme chosen last: 'light', 'dark', or 'system' for that of the desktop."""
    remembered = load().get("theme")
    return remembered if remembered in THEMES else "system"


def folded_panels() -> frozenset[str]:
    """Return the panels of the window that were folded last."""
    return frozenset(load().get("folded", ()))


def keep(**choices: Any) -> None:
    """Store some choices beside those already there.

    Raises
    ------
    UserError
        If they cannot be stored; the file is then as it was.
    """
    profile.change(settings_file(), dict, lambda held: {**held, **choices})


def keep_in(group: str, amend: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Store what ``amend`` makes of a group of choices ('columns') as it is by now; errors as `keep`."""

    def put(held: dict[str, Any]) -> dict[str, Any]:
        return {**held, group: amend(_sift(held)[0].get(group, {}))}

    profile.change(settings_file(), dict, put)


def remember(**choices: Any) -> None:
    """Store some choices that nobody misses much; a read-only profile is no error."""
    try:
        keep(**choices)
    except UserError as error:
        logging.getLogger("bigmap").warning("%s", error)


def remember_in(group: str, name: str, value: Any) -> None:
    """Store one choice of a group; as `remember`."""
    try:
        keep_in(group, lambda held: {**held, name: value})
    except UserError as error:
        logging.getLogger("bigmap").warning("%s", error)


def repair_settings() -> Text | None:
    """Set a damaged settings file aside, and return a sentence about it; None where all is well."""
    return profile.set_damaged_aside(settings_file(), dict, _sift)


# --- what can be used -------------------------------------------------------------------------------


def _sift(held: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the settings that can be used, and the names of those that cannot.

    Of a group each entry stands for itself. What is not known here is left alone: a later version wrote it.
    """
    good, wrong = dict(held), []
    for name, is_right in _FORMS.items():
        if name in held and not is_right(held[name]):
            wrong.append(name)
            del good[name]
    for name, is_right in _GROUPS.items():
        if name in good:
            good[name] = {k: v for k, v in good[name].items() if is_right(v)}
            wrong += [f"{name} {k}" for k in held[name] if k not in good[name]]
    return good, wrong


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _is_area(value: Any) -> bool:
    return _is_number(value) and value >= 0


def _is_geometry(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return False


def _is_widths(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(w, int) and 0 <= w < 100_000 for w in value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _is_spots(value: Any) -> bool:
    """Tell bookmarks: name, x, y, zoom."""
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == 4 and _is_text(row[0]) and all(map(_is_number, row[1:]))
        for row in value
    )


def _is_group(value: Any) -> bool:
    return isinstance(value, dict)


def _is_mapping(value: Any) -> bool:
    """Tell a saved mapping of fields: what the layer is for, and which column fills which field."""
    return (
        isinstance(value, dict)
        and value.keys() >= {"role", "fields"}
        and _is_text(value["role"])
        and isinstance(value["fields"], dict)
        and all(map(_is_text, [*value["fields"], *value["fields"].values()]))
    )


_GROUPS: dict[str, Callable[[Any], bool]] = {
    "bookmarks": _is_spots,
    "columns": _is_widths,
    "columns_hidden": _is_texts,
    "mappings": _is_mapping,
    "splits": _is_widths,
    "parameters": _is_number,
    "bundle": lambda value: isinstance(value, bool | dict) or _is_number(value),
}
_FORMS: dict[str, Callable[[Any], bool]] = {
    "language": lambda value: value in i18n.LANGUAGES,
    "theme": lambda value: value in (*THEMES, "system"),
    "geometry": _is_geometry,
    "folded": _is_texts,
    "repair_under_m2": _is_area,
    **dict.fromkeys(("folder", "edit_rule", "instead", "tianditu_key"), _is_text),
    **dict.fromkeys(tuple(_GROUPS), _is_group),
}
