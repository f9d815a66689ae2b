"""What the first bytes of a file say it is: its ending alone must not choose who opens it."""

from __future__ import annotations

import glob
import re
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.io.formats.detect_format import KML_SUFFIXES, KMZ_SUFFIXES, is_dataset_folder

_HEAD = 65_536
_LARGE, _BLOCK, _HOLES = 2**26, 512, 8
"""Bytes from which on holes matter; bytes of a block as told; how much larger than held a file may be."""
_SQLITE, _ZIP = b"SQLite format 3\x00", b"PK"
_BLANKS = b"\xef\xbb\xbf \r\n\t\x00\x1e"
_MARKUP = re.compile(rb"<(?![?!])(?:[\w.\-]+:)?([\w.\-]+)")
"""The first element of a file of markup, without its prefix."""
_KML = frozenset({b"kml", b"document", b"folder", b"placemark", b"networklink"})
_ELEMENTS = {
    **dict.fromkeys(KML_SUFFIXES, _KML),
    ".gml": frozenset({b"featurecollection", b"feature", b"citymodel"}),
    ".gpx": frozenset({b"gpx"}),
    ".osm": frozenset({b"osm", b"osmchange"}),
}
"""Ending of a format of markup → what its first element can be."""
_TEXT = {
    ".dxf": re.compile(rb"\d+\s*$|autocad binary dxf", re.MULTILINE),
    ".tab": re.compile(rb"!table|!version|definition table"),
    ".mif": re.compile(rb"version"),
    **dict.fromkeys((".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson"), re.compile(rb"[{\[]")),
    ".topojson": re.compile(rb"\{"),
}
"""Ending of a text format → how its text begins."""

_PICTURES = (
    ((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"), "GTiff"),
    ((b"\xff\xd8\xff",), "JPEG"),
    ((b"\x89PNG",), "PNG"),
    ((b"EHFA_HEADER_TAG",), "HFA"),
    ((b"BM",), "BMP"),
    ((b"GIF8",), "GIF"),
    ((b"\x00\x00\x00\x0cjP", b"\xff\x4f\xff\x51"), "JP2OpenJPEG"),
    ((b"RIFF",), "WEBP"),
)
_LEADS_ELSEWHERE = re.compile(rb"/vsi|OVERVIEW_FILE|://(?!www\.opengis\.net)")


def check_signature(path: Path) -> None:
    """Raise `UserError` for a layer whose bytes are not those of the format that its ending names.

    GDAL opens whatever it knows under any ending: also files that only name a service or another file.
    """
    check_filled(path)
    suffix = path.suffix.lower()
    if suffix == ".gdb":
        fits = is_dataset_folder(path)
    elif path.is_file():
        with path.open("rb") as file:
            fits = _fits(file.read(_HEAD), suffix)
    else:
        fits = True  # what is wrong with it is said where it is read
    if not fits:
        text = (
            "{file} is not what its ending says and was not opened: ask for it again, or export it anew"
            " as .gpkg or shapefile."
        )
        raise UserError(text, file=path.name)


def check_filled(path: Path) -> None:
    """Raise `UserError` for a file most of which was never written: a download that was broken off."""
    for part in [path] if path.suffix.lower() != ".shp" else path.parent.glob(f"{glob.escape(path.stem)}.*"):
        stat = part.stat()
        # Of what is told on Linux and macOS only: blocks that the disk holds for the file.
        held = getattr(stat, "st_blocks", None)
        if held is not None and stat.st_size > _LARGE and held * _BLOCK < stat.st_size / _HOLES:
            text = "{file} is empty for the most part: its copy was broken off, so copy it again."
            raise UserError(text, file=part.name)


def picture_driver(path: Path) -> str | None:
    """Return GDAL's name of the format of a picture, None where it is none that is shown here.

    A file beside it that leads elsewhere makes it none: GDAL would follow.
    """
    with path.open("rb") as file:
        head = file.read(16)
    driver = next((name for signs, name in _PICTURES if head.startswith(signs)), None)
    return driver if driver and all(map(_is_harmless, _beside(path))) else None


def _fits(head: bytes, suffix: str) -> bool:
    if suffix in {".gpkg", ".sqlite"}:
        return head.startswith(_SQLITE)
    if suffix == ".fgb":
        return head.startswith(b"fgb")
    if suffix in KMZ_SUFFIXES:
        return head.startswith(_ZIP)
    if suffix == ".pbf":
        return b"OSMHeader" in head[:64]
    text = _plain(head)
    if suffix in _ELEMENTS:
        element = _MARKUP.search(text)
        return element is not None and element[1].lower() in _ELEMENTS[suffix]
    start = _TEXT.get(suffix)
    # Of an empty file is said that it is empty, where it is read.
    return not text or start is None or start.match(text.lower()) is not None


def _plain(head: bytes) -> bytes:
    """Return the beginning of a text without marks and blanks, UTF-16 as if it were ASCII."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:2]:
        head = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return head.lstrip(_BLANKS)


def _beside(picture: Path) -> list[Path]:
    """Return the files that GDAL opens along with a picture."""
    names = [f"{picture.name}{s}" for s in (".ovr", ".msk", ".aux.xml", ".OVR", ".MSK")]
    names += [f"{picture.stem}{s}" for s in (".ovr", ".aux", ".aux.xml", ".rrd")]
    return [file for name in names if (file := picture.with_name(name)).is_file()]


def _is_harmless(file: Path) -> bool:
    """Tell whether a file beside a picture is a picture too, or facts that name no other file."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    if file.suffix.lower() == ".xml":
        return file.stat().st_size <= _HEAD * 16 and _LEADS_ELSEWHERE.search(file.read_bytes()) is None
    return any(head.startswith(signs) for signs, _ in _PICTURES)
