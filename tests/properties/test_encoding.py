"""Whatever stands in the files of a shapefile, the reader reads it right or refuses with a sentence."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder import read_folder
from tests.helpers.shapefiles import dbf, squares, write_layer

HANZI = st.text(st.sampled_from(sorted(enc.level_one())), min_size=2, max_size=12)
RARE = "筼筜垵墘䶮"


@pytest.fixture(scope="module")
def layer():
    """Return a shapefile of three estates; examples put other parts beside its shapes."""
    with tempfile.TemporaryDirectory() as folder:
        yield write_layer(Path(folder) / "estates.shp", squares(3))


def read_with(
    layer: Path,
    *,
    table: bytes | None = None,
    cpg: bytes | None = None,
    prj: bytes | None = None,
    encoding: str | None = None,
):
    """Read the layer with some of its parts replaced."""
    for suffix, data in ((".dbf", table), (".cpg", cpg), (".prj", prj)):
        if data is not None:
            layer.with_suffix(suffix).write_bytes(data)
    try:
        return read_vector(layer, None, ProblemLog(), encoding)
    finally:
        layer.with_suffix(".cpg").unlink(missing_ok=True)


@given(
    encoding=st.sampled_from(["gb18030", "utf-8"]),
    cpg=st.sampled_from([None, b"UTF-8", b"GB2312", b"OEM"]),
    names=st.lists(HANZI, min_size=3, max_size=3),
    rare=st.sampled_from(RARE),
)
def test_any_everyday_text_survives_whatever_the_label_says(layer, encoding, cpg, names, rare):
    names = [*names[:2], names[2] + rare + "街道"]
    raw = read_with(layer, table=dbf({"小区": names}, encoding, width=80), cpg=cpg)
    assert raw.table["小区"].tolist() == names


@given(
    names=st.lists(
        st.text(st.sampled_from(sorted(enc.big5_level_one())), min_size=2, max_size=12),
        min_size=3,
        max_size=3,
    )
)
def test_traditional_text_survives_under_its_own_label(layer, names):
    names = [name + "廈門學府臺灣會議廳" for name in names]
    raw = read_with(layer, table=dbf({"小區": names}, "big5", width=80), cpg=b"Big5")
    assert raw.encoding.encoding == "Big5"
    assert raw.table["小區"].tolist() == names


@given(data=st.data(), encoding=st.sampled_from(["UTF-8", "GB18030", "Big5", "ISO-8859-1"]))
def test_any_text_survives_in_the_encoding_that_the_user_tells(layer, data, encoding):
    letters = st.characters(codec=encoding, exclude_categories=("Cs", "Cc", "Z"))
    text = data.draw(st.text(letters, min_size=1, max_size=20), label="text")
    table = dbf({"name": [text, "一二三".encode()[:3], b"plain"]}, encoding, width=80)
    raw = read_with(layer, table=table, encoding=encoding)
    assert raw.table["name"].iloc[0] == text
    assert raw.encoding == enc.Decision(encoding, told=True)


@given(
    text=st.text(st.characters(codec="gb18030", exclude_categories=("Cs", "Cc", "Z")), min_size=1),
    cut=st.integers(0, 40),
)
def test_a_cut_value_is_the_beginning_of_the_text(text, cut):
    for encoding in ("UTF-8", "GB18030"):
        raw = text.encode(encoding)[:cut]
        read = enc.decode(raw, encoding)
        assert text.startswith(read)
        assert len(raw) - len(read.encode(encoding)) < 4


@given(data=st.lists(st.binary(max_size=40), min_size=3, max_size=3), name=st.binary(min_size=1, max_size=10))
def test_any_bytes_in_the_cells_and_names_of_a_dbf(layer, data, name):
    raw = read_with(layer, table=dbf({name: data}))
    assert len(raw.table) == len(raw.shapes) == 3


@given(data=st.binary(max_size=400))
def test_any_bytes_as_a_dbf(layer, data):
    raw = refused = None
    try:
        raw = read_with(layer, table=data)
    except UserError as error:
        refused = str(error)
    assert "estates.shp" in refused if raw is None else len(raw.table) == len(raw.shapes) == 3


@given(prj=st.binary(max_size=300) | st.text(max_size=80).map(str.encode), cpg=st.binary(max_size=80))
def test_any_bytes_as_prj_and_cpg(layer, prj, cpg):
    raw = read_with(layer, table=dbf({"名称": ["一", "二", "三"]}), prj=prj, cpg=cpg)
    assert raw.table["名称"].tolist() == ["一", "二", "三"]


@given(prj=st.binary(max_size=100))
def test_a_folder_is_read_or_refused_with_the_name_of_the_file(layer, prj):
    layer.with_suffix(".dbf").write_bytes(dbf({"名称": ["一", "二", "三"]}))
    layer.with_suffix(".prj").write_bytes(prj)
    with pytest.raises(UserError, match=r"estates\.shp"):
        read_folder(layer)


@pytest.fixture(scope="module")
def damaged():
    """Return a shapefile of its own, its bytes as they were, and a bowl to break them in."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_layer(Path(folder) / "estates.shp", squares(3), {"名称": ["筼筜", "后垵", "墘头"]})
        yield path, {suffix: path.with_suffix(suffix).read_bytes() for suffix in (".shp", ".shx", ".dbf")}


@given(
    suffix=st.sampled_from([".shp", ".shx", ".dbf"]),
    at=st.integers(0, 600),
    patch=st.binary(min_size=1, max_size=12)
    | st.sampled_from([-1, 0, 2**31 - 1]).map(lambda n: n.to_bytes(4, "big", signed=True)),
    cut=st.none() | st.integers(0, 500),
    indexed=st.booleans(),
)
def test_whatever_is_damaged_is_read_and_said_or_refused(damaged, suffix, at, patch, cut, indexed):
    path, parts = damaged
    for part, data in parts.items():
        path.with_suffix(part).write_bytes(data)
    whole = bytearray(parts[suffix])
    whole[at : at + len(patch)] = patch[: max(0, len(whole) - at)]
    path.with_suffix(suffix).write_bytes(whole[:cut])
    if not indexed:
        path.with_suffix(".shx").unlink()
    raw, said = read_or_refused(path)
    if raw is None:
        return
    lost = len(raw.shapes) < 3 or any(shape is None for shape in raw.shapes)
    nulled = suffix == ".shp" and patch_makes_null(whole)
    assert not lost or said > 0 or nulled


def read_or_refused(path: Path):
    """Return the layer, None where it is refused with a sentence, and how many problems were said."""
    log, raw, refused = ProblemLog(), None, ""
    try:
        raw = read_vector(path, None, log)
    except UserError as error:
        refused = str(error)
    assert path.name in refused if raw is None else len(raw.table) == len(raw.shapes)
    return raw, len(log)


def patch_makes_null(shp: bytes) -> bool:
    """Tell whether a record says now that it holds no shape: then there is nothing to say."""
    return any(shp[start + 8 : start + 12] == bytes(4) for start in (100, 236, 372))


@given(data=st.binary(max_size=300))
def test_any_bytes_as_a_shp(damaged, data):
    path, parts = damaged
    for part, whole in parts.items():
        path.with_suffix(part).write_bytes(whole)
    path.write_bytes(parts[".shp"][:100] + data)
    read_or_refused(path)


@given(
    data=st.binary(max_size=200),
    suffix=st.sampled_from([".geojson", ".csv", ".dxf", ".mif", ".kml", ".zip", ".gpkg"]),
)
def test_any_bytes_in_any_format(data, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"estates{suffix}"
        path.write_bytes(data)
        with pytest.raises(UserError):
            read_folder(Path(folder))
