"""The layout is part of the design, so it is tested like the rest."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TOP_LEVEL = {
    ".ci",
    ".gitattributes",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "README.zh.md",
    "bigmap",
    "pyproject.toml",
    "resources",
    "sample_shapes",
    "tests",
}
NOT_OURS = {".git", ".venv", "out", "build", "dist", "htmlcov", "__pycache__", ".coverage"}
TEXT = {".css", ".html", ".js", ".json", ".md", ".py", ".svg", ".toml", ".yml", ""}
MAX_LINES = 400

# Written in pieces, so that this file passes its own tests.
MACHINE_PATH = re.compile(
    r"(?<![\w.])/(?:"
    + "|".join(["ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk"])
    + r")/\w|[A-Z]:\\\\?Users"
)
SLEEP = re.compile("|".join([r"\btime\.sle" + r"ep\(", r"\bqtbot\.wa" + r"it\(", r"\bQTest\.qWa" + r"it\("]))


def project_files() -> Iterator[Path]:
    """Walk what belongs to the project: not caches, not results, not the environment."""
    for folder, names, files in os.walk(ROOT):
        names[:] = [n for n in names if n not in NOT_OURS and not n.endswith(("_cache", ".egg-info"))]
        if Path(folder) == ROOT:
            names[:] = [n for n in names if n in TOP_LEVEL]
        yield from (Path(folder, f) for f in files if not f.endswith(".pyc") and f not in NOT_OURS)


def modules() -> list[Path]:
    return sorted((ROOT / "bigmap").rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked_top_level() -> set[str]:
    """Top-level names that git would store, or those in the folder that no ignore rule names."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        git = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "--cached", "--others"]
        listed = subprocess.run(
            [*git, "--exclude-standard"], capture_output=True, text=True, check=True
        ).stdout
        return {line.split("/", 1)[0].strip('"') for line in listed.splitlines()}
    hidden_by_tools = re.compile(r"\..*_cache$|\.hypothesis$|\.benchmarks$|.*\.egg-info$")
    return {p.name for p in ROOT.iterdir() if p.name not in NOT_OURS and not hidden_by_tools.match(p.name)}


def test_top_level_holds_only_what_the_design_names():
    assert tracked_top_level() <= TOP_LEVEL


def test_no_module_is_longer_than_its_limit():
    lengths = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert lengths, "the package has no modules"
    assert {name: n for name, n in lengths.items() if n > MAX_LINES} == {}


def test_every_module_says_what_it_is():
    silent = [
        name_of(p) for p in modules() if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_folder_of_the_package_is_a_package():
    folders = {p.parent for p in modules()}
    assert [name_of(f) for f in folders if not (f / "__init__.py").is_file()] == []


def test_no_test_waits_for_the_clock():
    tests = [p for p in (ROOT / "tests").rglob("*.py") if SLEEP.search(p.read_text(encoding="utf-8"))]
    assert [name_of(p) for p in tests] == []


def test_no_file_names_a_path_of_one_machine():
    vendored = ROOT / "resources" / "web"
    found = [
        name_of(p)
        for p in project_files()
        if p.suffix in TEXT
        and not (vendored in p.parents and p.parent != vendored)
        and MACHINE_PATH.search(p.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "module", ["bigmap", "bigmap.cli.main", "bigmap.commands", "bigmap.session", "bigmap.mapview"]
)
def test_importing_without_a_window_loads_no_qt(module: str):
    code = f"import sys, {module}; print([m for m in sys.modules if m.startswith(('PySide6', 'shiboken6'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_importing_the_package_is_cheap():
    code = "import sys, bigmap; print([m for m in ('geopandas', 'numpy', 'shapely') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
