"""Finding a command by some letters of its name: Chinese, English, or first letters of pinyin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bigmap.base.i18n import LANGUAGES, Text
from bigmap.base.pinyin import initials
from bigmap.commands.registry import COMMANDS, Command


def folded_text(title: str) -> str:
    """Return a menu title without its mnemonic: '打开文件夹(&O)…' and 'Open &folder…' alike."""
    return re.sub(r"\(&.\)", "", title).replace("&", "").rstrip("…")


def find_commands(query: str, among: Sequence[Command] = COMMANDS) -> list[Command]:
    """Return the commands that a query may mean, the best first; all for an empty one."""
    wanted = " ".join(query.lower().split())
    ranked = [(rank, i) for i, c in enumerate(among) if (rank := _rank(wanted, c)) is not None]
    return [among[i] for _, i in sorted(ranked)]


@cache
def _names(command: Command) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return in each language a command's title, its first letters, and it after the name of its menu."""
    titles, letters, whole = [], [], []
    for lang in LANGUAGES:
        title = folded_text(Text(command.title).render(lang)).lower()
        titles.append(title)
        letters.append(initials(title) if lang == "zh" else "".join(w[0] for w in title.split()))
        whole.append(f"{folded_text(Text(command.menu.value).render(lang)).lower()} {title}")
    return tuple(titles), tuple(letters), tuple(whole)


def _rank(query: str, command: Command) -> int | None:
    """Return how well a command fits, 0 best; None for not at all."""
    names, letters, whole = _names(command)
    if any(name.startswith(query) for name in names):
        return 0
    if any(f" {query}" in name for name in names):
        return 1
    if any(name.startswith(query) for name in letters):
        return 2
    if any(query in name for name in names):
        return 3
    if any(query in name for name in letters):
        return 4
    return 5 if any(all(word in name for word in query.split()) for name in whole) else None
