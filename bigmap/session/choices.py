"""Import choices that are remembered: for the folder they were made in, and for files like theirs elsewhere.

A file is known again by its name and the names of its fields, so that next month's delivery needs no click,
and a file of the same name but another layout is not read by yesterday's choices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def remember(folder: Path, chosen: Sequence[tuple[Source, Values]]) -> None:
    """Store what was chosen for sources of a folder; empty values forget it. A failure is none."""
    new = {(str(folder), source.key): (source, values) for source, values in chosen}
    kept = [entry for entry in _load() if (entry["folder"], entry["key"]) not in new]
    kept = [entry for entry in kept if not _forgotten(entry, new.values())]
    for (place, key), (source, values) in new.items():
        if values:
            kept.append({"folder": place, "key": key, "fields": list(source.fields), "choice": dict(values)})
    path = choices_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept[-KEPT:], ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError:
        return


def recall(folder: Path, sources: Sequence[Source]) -> dict[str, Values]:
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
    """Return the entries, oldest first; an unreadable file counts as none."""
    try:
        held = json.loads(choices_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [e for e in held if _is_entry(e)] if isinstance(held, list) else []


def _is_entry(entry: object) -> bool:
    wanted = {"folder": str, "key": str, "fields": list, "choice": dict}
    return isinstance(entry, dict) and all(isinstance(entry.get(k), kind) for k, kind in wanted.items())
