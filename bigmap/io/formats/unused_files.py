"""Files of a folder that are no sources: by-products, our own results, kinds that nobody reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from bigmap.base.listing import first_of
from bigmap.base.problem_kind import Finding
from bigmap.base.problem_kinds import sources as kinds
from bigmap.base.problems import ProblemLog
from bigmap.io.formats.detect_format import KNOWN_SUFFIXES, RESULT_FILES, format_of

_WITH_A_LAYER = frozenset(
    {
        *(".prj", ".qpj", ".cpg", ".shx", ".sbn", ".sbx", ".qix", ".idx", ".ind", ".fbn", ".fbx", ".ain"),
        *(".aih", ".atx", ".ixs", ".mxs", ".idm", ".qmd", ".qml", ".sld", ".style", ".gfs", ".xsd", ".lock"),
        *(".tfw", ".tifw", ".jgw", ".pgw", ".bpw", ".wld", ".aux", ".ovr", ".rrd", ".msk", ".hdr"),
    }
)
"""Endings of files that programs write beside a layer or a picture."""
_DATABASE_LOGS = re.compile(r"(?i)\.(gpkg|sqlite|db|geodatabase|mbtiles)-(wal|shm|journal)$")
_OF_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "folder.jpg"})
_ABOUT = re.compile(r"(?i)(readme|license|licence|changelog)(\.|$)|.*\.(py|pyc|bat|cmd|sh|ps1|exe|dll)$")
"""Texts about a delivery, and programs: nothing that can be a layer."""
_WRITTEN_HERE = RESULT_FILES | {
    *("report.json", "parameters.json", "map.html", "coverage.pdf"),
    *("zones.csv", "problems.csv", "adjacency.csv", "bundles.csv", "fields.csv"),
}

_PICTURES = frozenset(
    {
        *(".tif", ".tiff", ".img", ".jpg", ".jpeg", ".png", ".bmp", ".gif", ".jp2", ".j2k", ".ecw", ".sid"),
        *(".webp", ".heic", ".svg", ".asc", ".dem", ".mbtiles"),
    }
)
_TABLES = frozenset({".et", ".ett", ".xlt", ".xltx", ".numbers", ".dif", ".slk", ".wk1", ".db"})
_MAPINFO_PARTS = frozenset({".dat", ".map", ".id", ".mid"})
_NAMED = 4


def without_results(listed: Iterable[Path]) -> list[Path]:
    """Return what lies in a folder, without the results that an earlier run left in it."""
    files = list(listed)
    ours = _WRITTEN_HERE if any(file.name == "report.json" for file in files) else frozenset()
    return [file for file in files if file.name not in ours]


def say_unused_files(listed: Collection[Path], said: Collection[Path], log: ProblemLog) -> None:
    """Name the files of a folder that are of no kind known here: one line for each ending.

    Parameters
    ----------
    listed : collection of Path
        What lies in the folder.
    said : collection of Path
        Files of which something was said already.
    log : ProblemLog
    """
    names = {file.name.casefold() for file in listed}
    stems = {file.stem.casefold() for file in listed if format_of(file) is not None}
    unknown: dict[str, list[Path]] = {}
    for file in listed:
        known = file in said or _is_source(file, stems) or is_by_product(file, names, stems)
        if not known:
            unknown.setdefault(file.suffix.lower(), []).append(file)
    for suffix, files in unknown.items():
        log.add(_finding(suffix)(n=len(files), files=listed_names(files)), file=files[0].name)


def is_by_product(file: Path, names: Collection[str] = (), stems: Collection[str] = ()) -> bool:
    """Tell whether a program made a file beside another one, or for itself."""
    name = file.name.casefold()
    if (
        name in _OF_SYSTEMS
        or _ABOUT.match(name)
        or _DATABASE_LOGS.search(name)
        or file.suffix.lower() in _WITH_A_LAYER
    ):
        return True
    beside = name.removesuffix(".xml").removesuffix(".aux")
    about = {beside, Path(beside).stem}
    return name.endswith(".xml") and (beside in names or bool(about & {*stems}) or beside == "metadata")


def _is_source(file: Path, stems: Collection[str]) -> bool:
    """Tell whether a file is one that is read, or a part of one; parts alone are nothing."""
    suffix = file.suffix.lower()
    return suffix in KNOWN_SUFFIXES and (suffix not in _MAPINFO_PARTS or file.stem.casefold() in stems)


def _finding(suffix: str) -> type[Finding]:
    if suffix in _PICTURES:
        return kinds.PicturesLeftAside
    return kinds.TablesLeftAside if suffix in _TABLES else kinds.KindsLeftAside


def listed_names(files: Collection[Path]) -> str:
    """Return the names of some files for a sentence."""
    return first_of([file.name for file in files], _NAMED)
