"""Files of names and figures in every format, and bytes in them that were damaged on the way."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.spreadsheets.estate_table import read_ledger
from tests.helpers.drawings import drawing
from tests.helpers.shapefiles import squares, write_layer

SIMPLE = (
    *("筼筜花园", "后垵小区", "墘头里", "东渡新村", "金榕宿舍", "莲溪公寓", "湖墘新村", "康泰花园", "白鹭苑"),
    *(
        "塔屿花园",
        "西林里",
        "禾祥大厦",
        "凤屿新城",
        "仙岳家园",
        "文灶小区",
        "前埔南区",
        "吕岭花园",
        "龙山大院",
    ),
)
TRADITIONAL = (
    *(
        "信義花園",
        "松仁社區",
        "國泰大廈",
        "東渡新村",
        "臺灣大學宿舍",
        "蓮溪公寓",
        "湖頭新村",
        "康泰花園",
        "白鷺苑",
    ),
    *(
        "塔嶼花園",
        "西林里",
        "禾祥大廈",
        "鳳嶼新城",
        "仙岳家園",
        "文山社區",
        "前埔南區",
        "呂嶺花園",
        "龍山大院",
    ),
)
HEADS = {"Big5": ("name", "hh")}


def names_in(encoding: str) -> tuple[str, ...]:
    """Return names that people write in an encoding."""
    return TRADITIONAL if encoding == "Big5" else SIMPLE


def households(n: int) -> list[int]:
    """Return a number for each of n estates, no two alike."""
    return [100 + 7 * i for i in range(n)]


def damaged(data: bytes, rng: random.Random, places: list[int], n: int) -> bytes:
    """Return the data with n of the bytes at some places replaced, left out, doubled or made zero."""
    out = bytearray(data)
    for at in sorted(rng.sample(places, n), reverse=True):
        kind = rng.choice(("bad", "other", "zero", "letter"))
        out[at] = {"bad": 0xFF, "zero": 0, "letter": ord("A")}.get(kind, rng.randrange(0x80, 0x100))
    return bytes(out)


@dataclass(frozen=True)
class Outcome:
    """How a damaged file was read.

    Attributes
    ----------
    wrong : list of str
        Records whose bytes were not touched and that came out otherwise, or a loss that was not said.
    undetected : int
        Records that came out as other text, which nobody can tell from what was meant.
    """

    wrong: list[str]
    undetected: int = 0

    @property
    def right(self) -> bool:
        """Whether all that was not damaged is as it was, and all that is lost was said."""
        return not self.wrong


def judged(found: dict[str, int], names: tuple[str, ...], touched: set[int], said: int) -> Outcome:
    """Compare names → households as read with what was written."""
    numbers = households(len(names))
    wrong = [
        f"{n}: {found.get(n)}" for i, n in enumerate(names) if i not in touched and found.get(n) != numbers[i]
    ]
    other = [name for i, name in enumerate(names) if i in touched and found.get(name) != numbers[i]]
    lost = [name for name in found if "\ufffd" in name] + ["fewer"] * (len(found) < len(names))
    if lost and not said:
        wrong.append(f"not said: {lost}")
    return Outcome(wrong, 0 if said else len(other))


def damaged_csv(folder: Path, seed: int) -> Outcome:
    """Write a table, damage one to three bytes of it, read it."""
    rng = random.Random(seed)
    encoding = rng.choice(("utf-8", "utf-8-sig", "gb18030", "Big5"))
    names = names_in(encoding)
    lines = [",".join(HEADS.get(encoding, ("小区名称", "户数")))]
    lines += [f"{name},{hh}" for name, hh in zip(names, households(len(names)), strict=True)]
    rows = [f"{line}\r\n".encode("utf-8" if encoding == "utf-8-sig" else encoding) for line in lines]
    mark = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    whole = mark + b"".join(rows)
    places = [i for i, byte in enumerate(whole) if i >= len(mark) and byte > 0x7F]
    if seed % 5 == 0:  # any byte at all
        places = list(range(len(mark), len(whole)))
    bad = damaged(whole, rng, places, rng.randint(1, 3))
    starts = [len(mark) + sum(map(len, rows[:i])) for i in range(len(rows) + 1)]
    touched = {
        i - 1 for i in range(len(rows)) if bad[starts[i] : starts[i + 1]] != whole[starts[i] : starts[i + 1]]
    }
    if seed % 5 == 0:  # a line that does not end takes the next one along, a quote the rows it reaches
        touched |= {i + 1 for i in touched}
    path = folder / "小区台账.csv"
    path.write_bytes(bad)
    log = ProblemLog()
    try:
        tables = read_ledger(path, log).tables
    except UserError as refused:
        return Outcome([f"refused: {refused.text.render('en')}"])
    frame = tables[0].frame if tables else None
    found = (
        {}
        if frame is None
        else {str(n): int(h) if h == h else -1 for n, h in zip(frame["name"], frame["hh"], strict=True)}
    )
    if frame is None and -1 in touched and any(problem.code == "left_aside" for problem in log):
        return Outcome([], 0)  # the damage took a heading; the table cannot be used, and that is said
    return judged(found, names, touched, len(log))


def damaged_dbf(folder: Path, seed: int) -> Outcome:
    """Write a shapefile, damage one to three bytes of its names, read it."""
    rng = random.Random(seed)
    encoding = rng.choice(("utf-8", "gb18030", "Big5"))
    names = names_in(encoding)
    columns = {HEADS.get(encoding, ("小区名称",))[0]: list(names), "HS": households(len(names))}
    path = write_layer(
        folder / "estates.shp",
        squares(len(names)),
        columns,
        encoding=encoding,
        cpg=rng.choice((None, encoding)),
    )
    table = path.with_suffix(".dbf")
    whole = table.read_bytes()
    start, size = int.from_bytes(whole[8:10], "little"), int.from_bytes(whole[10:12], "little")
    places = [
        start + i * size + 1 + at for i, name in enumerate(names) for at in range(len(name.encode(encoding)))
    ]
    bad = damaged(whole, rng, places, rng.randint(1, 3))
    table.write_bytes(bad)
    rows = [slice(start + i * size, start + (i + 1) * size) for i in range(len(names))]
    touched = {i for i, row in enumerate(rows) if bad[row] != whole[row]}
    return _layer(path, names, touched, "HS")


Writer = Callable[[Path, tuple[str, ...]], None]


def _written(name: str, driver: str, **options: object) -> tuple[str, Writer]:
    def write(path: Path, names: tuple[str, ...]) -> None:
        frame = gpd.GeoDataFrame(
            {"小区": list(names), "HS": households(len(names))}, geometry=squares(len(names)), crs=4548
        )
        lonlat = driver not in {"GPKG", "MapInfo File", "FlatGeobuf"}
        pyogrio.write_dataframe(frame.to_crs(4326) if lonlat else frame, path, driver=driver, **options)

    return name, write


def _json(path: Path, names: tuple[str, ...]) -> None:
    frame = gpd.GeoDataFrame(
        {"小区": list(names), "HS": households(len(names))}, geometry=squares(len(names)), crs=4548
    )
    text = json.loads(frame.to_crs(4326).to_json(drop_id=True))
    path.write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")


def _mapinfo(path: Path, names: tuple[str, ...]) -> None:
    frame = gpd.GeoDataFrame(
        {"ID": list(names), "HS": households(len(names))}, geometry=squares(len(names)), crs=4548
    )
    pyogrio.write_dataframe(frame, path, driver="MapInfo File", ENCODING="CP936")


def _drawing(path: Path, names: tuple[str, ...]) -> None:
    path.write_bytes(drawing(names))


FORMATS = dict(
    [
        ("a.geojson", _json),
        _written("a.geojsonl", "GeoJSONSeq"),
        _written("a.gpkg", "GPKG"),
        _written("a.kml", "LIBKML"),
        _written("a.fgb", "FlatGeobuf"),
        ("a.mif", _mapinfo),
        ("a.tab", _mapinfo),
        ("a.dxf", _drawing),
    ]
)
"""Files whose names stand in them as they are."""


def damaged_layer(folder: Path, name: str, seed: int) -> Outcome:
    """Write a layer, damage a byte of one name, read it."""
    rng = random.Random(seed)
    path = folder / name
    FORMATS[name](path, SIMPLE)
    victim = rng.randrange(len(SIMPLE))
    part = path.with_suffix({".mif": ".mid", ".tab": ".dat"}.get(path.suffix, path.suffix))
    word = SIMPLE[victim].encode("utf-8" if part == path and name != "a.dxf" else "gb18030")
    whole = part.read_bytes()
    at = whole.index(word)
    part.write_bytes(damaged(whole, rng, list(range(at, at + len(word))), 1))
    field = {"a.dxf": "Layer"}.get(name, "HS")
    return _layer(path, SIMPLE, {victim}, field)


def _layer(path: Path, names: tuple[str, ...], touched: set[int], field: str) -> Outcome:
    log = ProblemLog()
    try:
        raw = read_vector(path, None, log)
    except UserError as refused:
        return Outcome([f"refused: {refused.text.render('en')}"])
    if field == "Layer":
        read = set(raw.table["Layer"])
        wrong = [n for i, n in enumerate(names) if i not in touched and n not in read]
        lost = any("\ufffd" in name for name in read)
        return Outcome(wrong + (["not said"] if lost and not len(log) else []))
    column = next(c for c in raw.table.columns if c.startswith(("小", "name", "ID")))
    numbers = raw.table[field].astype(float).astype(int)
    found = dict(zip(raw.table[column].fillna("").astype(str), numbers, strict=True))
    return judged(found, names, touched, len(log))
