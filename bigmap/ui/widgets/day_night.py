"""Colours by day and by night: everything is drawn with the colours of the day, `shade` gives tonight's."""

from __future__ import annotations

import json
from functools import cache

from bigmap.base.paths import resources

_night = [False]


def use_night(night: bool) -> None:
    """Say whether it is night."""
    _night[0] = night


def is_night() -> bool:
    """Return whether it is night."""
    return _night[0]


@cache
def nightly() -> dict[str, str]:
    """Return each colour of the day ('#rrggbb') and what takes its place by night."""
    found: dict[str, str] = json.loads(resources("styles", "dark.json").read_text(encoding="utf-8"))
    return found


def shade(colour: str) -> str:
    """Return a colour of the day as it is now; one that has no counterpart stays."""
    return nightly().get(colour, colour) if _night[0] else colour


def shaded(text: str) -> str:
    """Return a style sheet or drawing with all its colours as they are now."""
    if not _night[0]:
        return text.replace("#fffffe", "#ffffff")
    for day in set(nightly()) & set(_colours(text)):
        text = text.replace(day, f"@{day[1:]}@")
    for day, night in nightly().items():
        text = text.replace(f"@{day[1:]}@", night)
    return text


def _colours(text: str) -> list[str]:
    import re

    return re.findall(r"#[0-9a-f]{6}", text)
