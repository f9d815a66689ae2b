"""Choices that are remembered between runs, in one small JSON file of the user."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import platformdirs

from bigmap.base import i18n


def settings_file() -> Path:
    """Return the path of the settings file (it need not exist)."""
    return Path(platformdirs.user_config_dir("bigmap", appauthor=False)) / "settings.json"


def load() -> dict[str, Any]:
    """Return the remembered choices; an unreadable file counts as none."""
    try:
        found = json.loads(settings_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def language() -> str:
    """Return the language chosen last, else that of the system."""
    remembered = load().get("language")
    return remembered if remembered in i18n.LANGUAGES else i18n.system_language()


def theme() -> str:
    """Return the theme chosen last: 'light', 'dark', or 'system' for that of the desktop."""
    remembered = load().get("theme")
    return remembered if remembered in ("light", "dark") else "system"


def remember(**choices: Any) -> None:
    """Store some choices beside those already there; a read-only profile is no error."""
    merged = {**load(), **choices}
    path = settings_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(merged, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError:
        return
