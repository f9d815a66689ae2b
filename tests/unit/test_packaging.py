"""What pyproject.toml promises to the one who installs."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import bigmap

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WEB = ROOT / "resources" / "web"


def declared() -> set[str]:
    """Names of the dependencies, those of the extras that users may install among them."""
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["cluster"]]
    names = {re.split(r"[<>=!~; \[]", line, maxsplit=1)[0].lower() for line in lines}
    return {name.replace("-", "_") for name in names}


def imported(path: Path) -> set[str]:
    """Top-level names that a module imports, wherever in the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    return {name.split(".")[0].lower() for name in names}


def test_version_is_told_once():
    assert PROJECT["version"] == bigmap.__version__


def test_every_import_is_a_declared_dependency():
    known = (
        declared()
        | {m.lower() for m in sys.stdlib_module_names}
        | {
            *("bigmap", "shiboken6", "branca"),
            "docx",  # of python-docx
        }
    )
    stray = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in (ROOT / "bigmap").rglob("*.py")
        for name in imported(path) - known
    }
    assert stray == set()


def test_every_dependency_has_a_lower_bound_and_a_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for line in PROJECT["dependencies"]:
        assert ">=" in line, line
    unexplained = re.findall(r'^    "(?!pyside6)[a-z]+>=[\d.a-z]+",?\s*$', text, flags=re.MULTILINE)
    assert unexplained == []


def test_pyside_that_kills_python_3_11_is_kept_out():
    bounds = {line for line in PROJECT["dependencies"] if line.startswith("pyside6")}
    assert bounds == {
        "pyside6>=6.8,<6.12; python_version < '3.12'",
        "pyside6>=6.8; python_version >= '3.12'",
    }


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.14"])
@pytest.mark.parametrize(
    ("system", "machine"),
    [("linux", "aarch64"), ("win32", "AMD64"), ("darwin", "arm64"), ("darwin", "x86_64")],
)
def test_each_package_is_asked_for_once_on_every_system(system: str, machine: str, python: str):
    here = {"sys_platform": system, "platform_machine": machine, "python_version": python}
    lines = [Requirement(line) for line in PROJECT["dependencies"]]
    asked = [line.name for line in lines if line.marker is None or line.marker.evaluate(here)]
    assert sorted(asked) == sorted({line.name for line in lines})


def test_intel_macs_get_versions_that_have_wheels_for_them():
    here = {"sys_platform": "darwin", "platform_machine": "x86_64", "python_version": "3.13"}
    lines = [Requirement(line) for line in PROJECT["dependencies"]]
    bounds = {
        line.name: line.specifier for line in lines if line.marker is None or line.marker.evaluate(here)
    }
    assert "0.62.1" in bounds["numba"]
    assert "0.63.0" not in bounds["numba"]
    assert "1.4.3" in bounds["rasterio"]
    assert "1.4.4" not in bounds["rasterio"]


@pytest.mark.parametrize("target", sorted({**PROJECT["scripts"], **PROJECT["gui-scripts"]}.values()))
def test_entry_point_leads_to_a_function(target: str):
    module, function = target.split(":")
    assert callable(getattr(import_module(module), function))


def test_every_vendored_folder_is_in_the_table_and_has_its_licence():
    table = (WEB / "VERSIONS.md").read_text(encoding="utf-8")
    folders = [p for p in WEB.iterdir() if p.is_dir() and (p / "LICENSE").exists()]
    assert [p.name for p in folders if f"`{p.name}/`" not in table] == []
    for named in re.findall(r"^\| `([\w-]+)/`", table, flags=re.MULTILINE):
        assert (WEB / named / "LICENSE").is_file(), named


def test_leaflet_is_the_pinned_version():
    assert 'version="1.9.4"' in (WEB / "leaflet" / "leaflet.js").read_text(encoding="utf-8")
