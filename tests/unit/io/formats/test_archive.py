"""Archives as Windows makes them, and as nobody honest does."""

import stat
import zipfile

import pytest

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.formats import archive
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder import read_folder
from tests.helpers.shapefiles import squares, write_layer

NAMES = ["筼筜花园", "后垵小区", "墘头里"]
PARTS = (".shp", ".shx", ".dbf", ".prj")


@pytest.fixture
def estates(tmp_path):
    folder = tmp_path / "loose"
    folder.mkdir()
    return write_layer(folder / "estates.shp", squares(3), {"小区名称": NAMES})


class Named(zipfile.ZipInfo):
    """A file in an archive whose name is bytes of a code page, without the Unicode mark."""

    def __init__(self, raw):
        super().__init__(raw.decode("cp437"))

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits


def packed(path, shp, stems, encoding="utf-8"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for stem in stems:
            for part in PARTS:
                name = Named((stem + part).encode(encoding)) if encoding != "utf-8" else stem + part
                file.writestr(name, shp.with_suffix(part).read_bytes())
    return path


def as_windows_names(path):
    """Clear the Unicode mark, as the packers of Windows leave it."""
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(sign)
        while start >= 0:
            data[start + at + 1] &= 0xF7
            start = data.find(sign, start + 4)
    path.write_bytes(data)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_names_in_any_code_page_and_folders_inside(tmp_path, estates, encoding):
    path = packed(tmp_path / "資料.zip", estates, ["街道資料/小區邊界", "街道資料/建築"], encoding)
    as_windows_names(path)
    inside = [p for p in archive.members(path) if p.suffix == ".shp"]
    assert inside == [path / "街道資料" / "小區邊界.shp", path / "街道資料" / "建築.shp"]
    raw = read_vector(inside[0], None, ProblemLog())
    assert raw.table["小区名称"].tolist() == NAMES
    assert raw.file == inside[0]
    assert len(read_vector(inside[1], None, ProblemLog()).table) == 3
    assert sorted(tmp_path.iterdir()) == sorted([path, estates.parent])


def test_a_folder_with_an_archive(tmp_path, estates):
    folder = tmp_path / "packed"
    folder.mkdir()
    packed(folder / "资料.zip", estates, ["a/小区边界", "a/备用"])
    layers = read_folder(folder)
    assert [layer.features for layer in layers.of(Role.ESTATES)] == [3, 3]
    assert {layer.file.name for layer in layers.layers} == {"小区边界.shp", "备用.shp"}


def test_a_backslash_between_folders(tmp_path, estates):
    path = packed(tmp_path / "a.zip", estates, ["数据\\小区"], "gb18030")
    assert (path / "数据" / "小区.shp") in archive.members(path)


def test_an_archive_alone_lends_its_name_to_the_one_layer_in_it(tmp_path, estates):
    (tmp_path / "packed").mkdir()
    path = packed(tmp_path / "packed" / "街道边界.zip", estates, ["export"])
    assert archive.names(path / "export.shp") == ["街道边界"]
    assert [layer.role for layer in read_folder(path.parent).layers] == [Role.BOUNDARY]


def test_an_archive_is_named_for_a_role(tmp_path, estates):
    path = packed(tmp_path / "a.zip", estates, ["data", "小区"])
    layers = read_folder(tmp_path, {Role.ESTATES: path})
    assert [layer.file.name for layer in layers.of(Role.ESTATES)] == ["小区.shp"]
    inside = read_folder(tmp_path, {Role.ESTATES: path / "data.shp"})
    assert [layer.file.name for layer in inside.of(Role.ESTATES)] == ["data.shp"]


def test_an_archive_beside_its_own_files_is_not_read_twice(tmp_path, estates):
    packed(estates.parent / "estates.zip", estates, ["estates"])
    layers = read_folder(estates.parent)
    assert [layer.features for layer in layers.layers] == [3]
    assert "archive_twice" in [p.code for p in layers.problems]


def test_an_archive_in_an_archive(tmp_path, estates):
    packed(tmp_path / "内.zip", estates, ["小区"])
    with zipfile.ZipFile(tmp_path / "外.zip", "w") as file:
        file.write(tmp_path / "内.zip", "数据/内.zip")
    (tmp_path / "内.zip").unlink()
    assert [layer.features for layer in read_folder(tmp_path / "外.zip").layers] == [3]


def test_a_changed_archive_is_opened_again(tmp_path, estates):
    path = packed(tmp_path / "a.zip", estates, ["小区"])
    assert archive.real(path / "小区.shp").is_file()
    packed(path, estates, ["小区", "另一个小区"])
    assert len([p for p in archive.members(path) if p.suffix == ".shp"]) == 2


def with_entry(name, content=b"x", mode=0):
    def make(path):
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(info, content, zipfile.ZIP_DEFLATED)

    return make


def locked(path):
    with_entry("a.shp")(path)
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(sign) + at] |= 1
    path.write_bytes(data)


def damaged(path):
    with_entry("a.shp", bytes(range(256)) * 40)(path)
    data = bytearray(path.read_bytes())
    data[60:70] = b"\xff" * 10
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (with_entry("a.shp", b"\0" * 150_000_000), "would grow"),
        (with_entry("../../a.shp"), "leads out"),
        (with_entry("/etc/a.shp"), "leads out"),
        (with_entry("C:\\a.shp"), "leads out"),
        (with_entry("a.shp", b"/etc/passwd", stat.S_IFLNK | 0o777), "leads out"),
        (locked, "password"),
        (damaged, "cannot be unpacked"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and no more"), "cannot be unpacked"),
        (lambda path: path.write_bytes(b""), "cannot be unpacked"),
    ],
    ids=["bomb", "upwards", "root", "drive", "link", "locked", "damaged", "torn", "empty"],
)
def test_an_archive_that_could_do_harm_is_refused_with_one_sentence(tmp_path, make, words):
    path = tmp_path / "小区.zip"
    make(path)
    with pytest.raises(UserError) as refused:
        read_folder(tmp_path)
    said = refused.value.text.render("en")
    assert "小区.zip" in said
    assert words in said
    assert refused.value.text.render("zh") != said
    assert [p.name for p in tmp_path.iterdir()] == ["小区.zip"]


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for i in range(4):
            file.writestr(f"{i}.shp", b"x")
    with pytest.raises(UserError, match=r"a\.zip"):
        archive.members(tmp_path / "a.zip")


def test_an_archive_that_nobody_needs_is_left_aside(tmp_path, estates):
    (estates.parent / "照片.zip").write_bytes(b"PK")
    layers = read_folder(estates.parent)
    assert [layer.features for layer in layers.layers] == [3]
    assert ("unreadable", "照片.zip") in [(p.code, p.file) for p in layers.problems]
