"""Reads one file as bigmap does, in a process of its own; tells the sentence, seconds and memory."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SPACE_B = 6 * 2**30
"""Addresses that a process may have: libraries reserve by the gigabyte and use little of it."""


@dataclass(frozen=True)
class Answer:
    """How a file was answered.

    Attributes
    ----------
    kind : str
        'read', 'said' (a sentence), 'escaped' (an exception), 'killed' or 'late'.
    sentence : str
    seconds, mb : float
        Of the reading alone; the most memory that it or a process that it started took at once.
    """

    kind: str
    sentence: str
    seconds: float
    mb: float


def answer_of(path: Path, patience_s: float = 60.0) -> Answer:
    """Read a file in a process of its own."""
    command = [sys.executable, "-m", "tests.helpers.hostile_child", str(path)]
    own = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    began = time.perf_counter()
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=patience_s,
            check=False,
            env=own,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return Answer("late", "", time.perf_counter() - began, 0.0)
    last = done.stdout.strip().splitlines()[-1:] or [""]
    try:
        return Answer(**json.loads(last[0]))
    except (ValueError, TypeError):
        return Answer("killed", f"{done.returncode} {done.stderr[-200:]}", time.perf_counter() - began, 0.0)


def main(path: Path) -> None:
    """Read it here and print the answer."""
    from bigmap.base.offline import keep_offline

    keep_offline()
    from pyproj import CRS

    from bigmap.base import i18n
    from bigmap.base.errors import UserError
    from bigmap.io.rasters.geotiff import GeoTiff
    from bigmap.io.rasters.mbtiles import MbTiles
    from bigmap.io.reading.folder import read_folder

    def read() -> str:
        if path.suffix in {".tif", ".png", ".mbtiles"}:
            tiles = MbTiles(path) if path.suffix == ".mbtiles" else GeoTiff(path, CRS.from_epsg(4548))
            shown = [tiles.tile(z, 2 ** max(z - 1, 0), 2 ** max(z - 1, 0)) for z in (tiles.low, tiles.high)]
            return f"{sum(tile is not None for tile in shown)} tiles"
        layers = read_folder(path)
        told = [f"{p.file}: {p.text}" for p in layers.problems]
        return f"{sum(len(layer.frame) for layer in layers.layers)} features; {'; '.join(told)}"

    i18n.use("en")
    resource.setrlimit(resource.RLIMIT_AS, (SPACE_B, SPACE_B))
    began = time.perf_counter()
    try:
        kind, sentence = "read", read()
    except UserError as error:
        kind, sentence = "said", str(error.text)
    except BaseException as error:  # noqa: BLE001 - that is what is looked for
        kind, sentence = "escaped", f"{type(error).__name__}: {error}"
    took = time.perf_counter() - began
    print(json.dumps({"kind": kind, "sentence": sentence[:400], "seconds": took, "mb": _peak_mb()}))


def _peak_mb() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Not ru_maxrss: that of the parent counts for it too.
    own = re.search(
        r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    )
    return max(int(own[1]) if own else 0, children) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
