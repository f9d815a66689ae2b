"""What is written can be read, by day and by night: WCAG 2.1 AA over the style sheets of window and page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from bigmap.base.paths import resources
from bigmap.ui.panels.problems_panel import SIGNS
from bigmap.ui.widgets import day_night, theme

TEXT, PARTS = 4.5, 3.0
"""Least contrast of text, and of what shows where a control is or that it has the focus."""
GROUNDS = ("#ffffff", "#f7f8f7")
"""What a rule without a ground of its own stands on: panels, dialogs."""
INK, CHOSEN = "#1f2937", ("#12316b", "#dbe8fd")
FIELDS = ("QSpinBox", "QDoubleSpinBox", "QComboBox", "QLineEdit", "QPlainTextEdit")
Rules = dict[str, dict[str, str]]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#12316b", "#1d5fd6") == pytest.approx(2.2, abs=0.4)  # as selected text once was
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.fixture(params=["light", "dark"])
def theme_name(request: pytest.FixtureRequest) -> Iterator[str]:
    day_night.use_night(request.param == "dark")
    yield request.param
    day_night.use_night(False)


@cache
def rules() -> Rules:
    """Return what each selector of the style sheet says, later rules over earlier ones."""
    text = resources("styles", "light.qss").read_text(encoding="utf-8")
    found: Rules = {}
    for heads, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
        lines = [line.partition(":") for line in body.split(";") if ":" in line]
        for head in heads.split(","):
            found.setdefault(head.strip(), {}).update({k.strip(): v.strip() for k, _, v in lines})
    return found


def wider(selector: str) -> list[str]:
    """Return a selector and those whose rules hold for the same widget, the nearest first."""
    last = selector.rsplit(" ", maxsplit=1)[-1]
    plain = re.sub(r"(?<!:):(?!:)[!\w-]+", "", last)  # without states
    kind = re.sub(r"#\w+|\[[^]]*\]|::.*", "", plain)
    bare = re.sub(r"\[[^]]*\]", "", plain)
    return [selector, last, plain, bare, bare.partition("::")[0], kind]


def said(selector: str, *names: str) -> str | None:
    """Return the colour that a selector, or a wider one, gives for the first of these properties."""
    for head in wider(selector):
        for name in names:
            colour = re.search(r"#[0-9a-f]{6}", rules().get(head, {}).get(name, ""))
            if colour:
                return colour.group()
    return None


def test_all_text_of_the_window_can_be_read(theme_name: str) -> None:
    poor = []
    for selector in rules():
        if ":disabled" in selector or re.search("indicator|::chunk|QScrollBar", selector):
            continue  # what cannot be done, and what no text stands on
        ink = said(selector, "color") or INK
        ground = said(selector, "background", "background-color")
        for on in [ground] if ground else GROUNDS:
            got = contrast(day_night.shade(ink), day_night.shade(on))
            if got < TEXT:
                poor.append(f"{selector}: {ink} on {on} {got:.2f}")
    assert poor == []


def test_all_selected_text_can_be_read(theme_name: str) -> None:
    poor = []
    for selector in rules():
        ground = said(selector, "selection-background-color")
        if ground is None:
            continue
        ink = said(selector, "selection-color") or CHOSEN[0]
        got = contrast(day_night.shade(ink), day_night.shade(ground))
        if got < TEXT:
            poor.append(f"{selector}: {ink} on {ground} {got:.2f}")
    assert poor == []


def test_fields_and_the_focus_can_be_seen(theme_name: str) -> None:
    poor = []
    for selector in rules():
        edge = said(selector, "border-color", "border")
        field = any(selector == name or selector.startswith(f"{name}:focus") for name in FIELDS)
        if edge is None or not (field or ":focus" in selector or "::indicator" in selector):
            continue
        if ":disabled" in selector:
            continue
        for on in GROUNDS:
            got = contrast(day_night.shade(edge), day_night.shade(on))
            if got < PARTS:
                poor.append(f"{selector}: {edge} on {on} {got:.2f}")
    assert poor == []


@pytest.mark.parametrize(
    "kind",
    ["QPushButton", "QToolButton", "QTableView", "QTreeView", "QLineEdit", "QComboBox", "QTabBar::tab"],
)
def test_what_has_the_focus_looks_otherwise(kind: str) -> None:
    told = [selector for selector in rules() if selector.startswith(kind) and ":focus" in selector]
    assert any(re.search(r"border|background", " ".join(rules()[selector])) for selector in told)


def test_the_palette_can_be_read(theme_name: str) -> None:
    role, colours = theme._Role, {r: day_night.shade(c) for r, c in theme._PALETTE.items()}
    for ink, ground in (
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.WindowText, role.Window),
        (role.ButtonText, role.Button),
        (role.PlaceholderText, role.Base),
        (role.HighlightedText, role.Highlight),
        (role.Link, role.Window),
        (role.ToolTipText, role.ToolTipBase),
    ):
        assert contrast(colours[ink], colours[ground]) >= TEXT, (ink, ground)
    for _, colour in SIGNS.values():
        for ground in ("#ffffff", "#e8f0fd"):  # and chosen
            assert contrast(day_night.shade(colour), day_night.shade(ground)) >= TEXT, (colour, ground)


@pytest.mark.parametrize("root", [":root", ":root.dark"])
def test_the_page_around_the_ground_can_be_read(root: str) -> None:
    text = resources("web", "bigmap", "map.css").read_text(encoding="utf-8")
    block = re.search(re.escape(root) + r"\s*\{(.*?)\}", text, flags=re.S)
    assert block is not None
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block.group(1)))
    for ink in ("ink", "soft", "strong", "faint", "bad"):
        for ground in ("paper", "page"):
            assert contrast(colours[ink], colours[ground]) >= TEXT, (ink, ground)
