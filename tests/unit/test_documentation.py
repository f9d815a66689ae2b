"""What code and tests cite is explained in the documentation, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "resources/docs/architecture.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "resources/docs").glob("*.md"))]


def sources(folder: str) -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / folder).rglob("*.py")))


@pytest.mark.parametrize(
    ("folder", "citation"),
    [
        ("bigmap", r'"(R\d)"'),
        ("bigmap", r"\b(B[1-9])\b"),
        ("tests", r"[ (](F\d{1,2})(?=[:,. ] ?(?:to|and|[a-z]))"),
    ],
)
def test_every_rule_that_is_cited_has_its_row(folder, citation):
    cited = set(re.findall(citation, sources(folder)))
    assert cited
    assert {rule for rule in cited if f"| {rule} |" not in ARCHITECTURE} == set()


def test_no_module_cites_a_document_that_is_not_here():
    text = sources("bigmap") + sources("tests")
    assert set(re.findall(r"\b(?:domain|design|style|layout|names)[.]md\b", text)) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("readme", PAGES[:2], ids=lambda page: page.name)
def test_every_page_is_linked_from_the_readme(readme):
    text = readme.read_text(encoding="utf-8")
    assert [p.name for p in PAGES[2:] if f"resources/docs/{p.name}" not in text] == []


def test_every_target_of_the_makefile_is_in_the_contributors_page():
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    page = (ROOT / "resources/docs/contributing.md").read_text(encoding="utf-8")
    assert len(targets) > 5
    assert [name for name in targets if name not in ("help", "setup") and f"`make {name}`" not in page] == []
