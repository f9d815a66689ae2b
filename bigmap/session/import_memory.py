"""Import choices that are remembered: for the folder they were made in, and for files like theirs elsewhere.

A file is known again by its name and the names of its fields, so that next month's delivery needs no click,
and a file of the same name but another layout is not read by yesterday's choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bigmap.base import profile
from bigmap.base.i18n import Text
from bigmap.base.settings import settings_file

KEPT = 500
"""Sources that are remembered; those chosen longest ago are forgotten first."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """What a layer is known by.

    Attributes
    ----------
    key : str
        File name, with the layer where the file holds several.
    fields : tuple of str
        Names of its fields.
    """

    key: str
    fields: tuple[str, ...]


def choices_file() -> Path:
    """Return the path of the file with the choices (it need not exist)."""
    return settings_file().with_name("choices.json")


def remember_options(folder: Path, chosen: Sequence[tuple[Source, Values]]) -> None:
    """Store what was chosen for sources of a folder; empty values forget it.

    Raises
    ------
    UserError
        If it cannot be stored; the file is then as it was.
    """
    new = {(str(folder), source.key): (source, values) for source, values in chosen}
    added = [
        {"folder": place, "key": key, "fields": list(source.fields), "choice": dict(values)}
        for (place, key), (source, values) in new.items()
        if values
    ]

    def amend(held: list[Any]) -> list[Any]:
        kept = [e for e in _sift(held)[0] if (e["folder"], e["key"]) not in new]
        return [*(e for e in kept if not _forgotten(e, new.values())), *added][-KEPT:]

    profile.change(choices_file(), list, amend)


def recall_options(folder: Path, sources: Sequence[Source]) -> dict[str, Values]:
    """Return what was chosen for these sources: in this folder, else last for one that looks the same."""
    entries = _load()
    found: dict[str, Values] = {}
    for source in sources:
        same = [e for e in entries if e["key"] == source.key and e["fields"] == list(source.fields)]
        here = [e for e in same if e["folder"] == str(folder)]
        if same:
            found[source.key] = (here or same)[-1]["choice"]
    return found


def anything() -> bool:
    """Tell whether anything is remembered, so that nobody looks at files in vain."""
    return choices_file().is_file()


def _forgotten(entry: Values, chosen: Any) -> bool:
    """Tell whether an entry of another folder says what was taken back here."""
    return any(
        not values and entry["key"] == source.key and entry["fields"] == list(source.fields)
        for source, values in chosen
    )


def _load() -> list[dict[str, Any]]:
    """Return the entries, oldest first; a damaged file counts as none."""
    try:
        return _sift(profile.read_profile(choices_file(), list))[0]
    except profile.Damaged:
        return []


def repair_import_memory() -> Text | None:
    """Set a damaged file aside, and return a sentence about it; None where all is well."""
    return profile.set_damaged_aside(choices_file(), list, _sift)


def _sift(held: list[Any]) -> tuple[list[Any], list[str]]:
    """Return the entries that can be used, and the numbers of those that cannot."""
    wrong = [str(number) for number, entry in enumerate(held, start=1) if not _is_entry(entry)]
    return [entry for entry in held if _is_entry(entry)], wrong


def _is_entry(entry: object) -> bool:
    wanted = {"folder": str, "key": str, "fields": list, "choice": dict}
    return isinstance(entry, dict) and all(isinstance(entry.get(k), kind) for k, kind in wanted.items())
