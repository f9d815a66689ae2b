"""Text in Chinese and English: an English template, its values, and the language chosen last.

A message keeps its template and values, so that a problem found while the window spoke Chinese
can be shown in English a minute later. Chinese lives in ``resources/i18n/zh/*.json``, one flat
object ``{English template: Chinese template}`` a file.
"""

from __future__ import annotations

import json
import locale
import os
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bigmap.base.paths import resources

LANGUAGES = ("zh", "en")
_current = ["zh"]


@dataclass(frozen=True)
class Text:
    """A translatable sentence: an English template and the values for its ``{names}``.

    Examples
    --------
    >>> Text("{n} units", {"n": 3}).render("en")
    '3 units'
    """

    template: str
    values: dict[str, Any] = field(default_factory=dict)

    def render(self, lang: str | None = None) -> str:
        """Return the sentence in ``lang``, or in the language in use."""
        lang = lang or _current[0]
        template = catalogue(lang).get(self.template, self.template)
        values = {k: v.render(lang) if isinstance(v, Text) else v for k, v in self.values.items()}
        return template.format(**values) if values else template

    def __str__(self) -> str:
        return self.render()


def tr(template: str, /, **values: Any) -> str:
    """Return the sentence in the language in use."""
    return Text(template, values).render()


def use(lang: str) -> None:
    """Make ``lang`` ('zh' or 'en') the language of every text rendered from now on."""
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} is not one of {LANGUAGES}")
    _current[0] = lang


def current() -> str:
    """Return the language in use."""
    return _current[0]


def system_language() -> str:
    """Return the language of the desktop: 'zh' where it is Chinese, else 'en'."""
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return the translations into ``lang``; English needs none."""
    merged: dict[str, str] = {}
    folder = resources("i18n", lang)
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        merged.update(json.loads(path.read_text(encoding="utf-8")))
    return merged
