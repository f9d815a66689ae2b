"""Ask the package index for which systems and Pythons all dependencies have wheels; nothing is installed.

``.ci/wheels.py [PYTHON...]`` prints a table; it ends with 1 where wheels lack that are not in `MISSING`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
SYSTEMS = {
    "Windows x64": "x86_64-pc-windows-msvc",
    "macOS 14, Apple silicon": "aarch64-apple-darwin",
    "macOS 13, Intel": "x86_64-apple-darwin",
    "Linux x86_64, glibc 2.28": "x86_64-manylinux_2_28",
    "Linux ARM64, glibc 2.31": "aarch64-manylinux_2_31",
}
OLDEST_MACOS = {"aarch64-apple-darwin": "14.0", "x86_64-apple-darwin": "13.0"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MISSING = {("macOS 13, Intel", "3.14")}
"""Where packages have no wheels: numba and rasterio left Intel Macs before Python 3.14 came."""


def resolves(requirements: list[str], system: str, python: str) -> tuple[bool, str]:
    """Return whether wheels are found for all of the requirements, and what the resolver said."""
    done = subprocess.run(
        [
            *(UV, "pip", "compile", "-", "--quiet", "--no-header", "--no-annotate"),
            *("--only-binary", ":all:", "--python-platform", system, "--python-version", python),
        ],
        input="\n".join(requirements),
        capture_output=True,
        text=True,
        env=os.environ | {"MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS.get(system, "14.0")},
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def answer(requirements: list[str], system: str, python: str) -> str:
    """Return 'ok', or the requirements that have no wheels here."""
    good, said = resolves(requirements, system, python)
    if good:
        return "ok"
    alone = [r for r in requirements if not resolves([r], system, python)[0]]
    names = ", ".join(dict.fromkeys(r.split(">=")[0] for r in alone))
    return f"no wheels: {names}" if names else " ".join(said.split())


def main(pythons: list[str]) -> int:
    """Print the table."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bad = 0
    for name, system in SYSTEMS.items():
        for python in pythons:
            found = answer(project["dependencies"], system, python)
            bad += found != "ok" and (name, python) not in MISSING
            print(f"{name:26} Python {python:5} {found}", flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or list(PYTHONS)))
