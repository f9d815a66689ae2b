"""Reads one file as bigmap does, in a process of its own; tells the sentence, seconds and memory."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KILLED_MB = 3000.0
"""Memory from which on a process is ended, before the machine suffers."""


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
    began, mb = time.perf_counter(), 0.0
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=own)
        while process.poll() is None and mb < KILLED_MB and time.perf_counter() - began < patience_s:
            mb = max(mb, _memory_mb(process.pid, "VmRSS"))
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        ended = process.poll() is not None
        process.kill()
        process.wait()
        out.seek(0)
        last = out.read().decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
    with suppress(ValueError, TypeError):
        return Answer(**json.loads(last[0]))
    kind = "killed" if ended or mb >= KILLED_MB else "late"
    return Answer(kind, f"exit {process.returncode}", time.perf_counter() - began, mb)


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
    began = time.perf_counter()
    try:
        kind, sentence = "read", read()
    except UserError as error:
        kind, sentence = "said", str(error.text)
    except BaseException as error:  # noqa: BLE001 - that is what is looked for
        kind, sentence = "escaped", f"{type(error).__name__}: {error}"
    took = time.perf_counter() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    mb = max(_memory_mb(os.getpid(), "VmHWM"), children)
    print(json.dumps({"kind": kind, "sentence": sentence[:400], "seconds": took, "mb": mb}))


def _memory_mb(process: int, what: str) -> float:
    """Return the memory of a process as Linux tells it; not ru_maxrss, which counts its parent's too."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(rf"{what}:\s*(\d+)", text)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
