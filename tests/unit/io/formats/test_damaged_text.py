"""Bytes that were damaged on the way cost one sign in one name, and that is said."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

from bigmap.base.problems import Problem, ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.io.spreadsheets.table_head import read_sheets
from bigmap.io.vocabulary.field_names import match_fields
from tests.helpers.damage import FORMATS, SIMPLE, damaged_csv, damaged_dbf, damaged_layer, households
from tests.helpers.shapefiles import squares, street, write_layer

SEEDS = range(12)


def damage(path: Path, word: str, encoding: str, at: int, byte: bytes = b"\xff") -> None:
    """Replace one byte of a word in a file."""
    data, raw = path.read_bytes(), word.encode(encoding)
    assert raw in data
    path.write_bytes(data.replace(raw, raw[:at] + byte + raw[at + 1 :], 1))


def said(log: ProblemLog, code: str = "text_damaged") -> list[Problem]:
    return [problem for problem in log if problem.code == code]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_table_keeps_all_its_other_rows(seed: int, tmp_path: Path) -> None:
    assert damaged_csv(tmp_path, seed).wrong == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_dbf_keeps_all_its_other_rows(seed: int, tmp_path: Path) -> None:
    assert damaged_dbf(tmp_path, seed).wrong == []


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_layer_keeps_all_its_other_features(name: str, seed: int, tmp_path: Path) -> None:
    assert damaged_layer(tmp_path, name, seed).wrong == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
@pytest.mark.parametrize("at", [0, 1, 4, -1], ids=["start", "second", "middle", "end"])
def test_one_bad_byte_is_said_with_file_feature_and_field(encoding: str, at: int, tmp_path: Path) -> None:
    names = ["康泰花園", "東渡新村", "蓮溪公寓"] if encoding == "big5" else list(SIMPLE[:3])
    path = write_layer(tmp_path / "estates.shp", squares(3), {"MC": names}, encoding=encoding)
    damage(path.with_suffix(".dbf"), names[1], encoding, at % len(names[1].encode(encoding)))
    log = ProblemLog()
    found = read_vector(path, None, log).table["MC"].tolist()
    assert [found[0], found[2]] == [names[0], names[2]]
    assert found[1].count("\ufffd") == 1
    assert sum(sign in names[1] for sign in found[1]) >= len(names[1]) - 2
    (problem,) = said(log)
    assert (problem.file, problem.feature, problem.text.values["field"]) == ("estates.shp", 2, "MC")


def test_a_character_cut_by_the_width_of_its_field_is_no_damage(tmp_path: Path) -> None:
    names = ["筼" * 30, "东渡新村"]
    log = ProblemLog()
    path = write_layer(tmp_path / "estates.shp", squares(2), {"MC": names}, encoding="utf-8")
    assert read_vector(path, None, log).table["MC"].tolist() == ["筼" * 13, "东渡新村"]
    assert said(log) == []


def test_half_a_character_that_no_width_cut_is_damage(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "estates.shp", squares(2), {"MC": ["东渡新村".encode("gbk")[:-1], "筼筜"]})
    log = ProblemLog()
    assert read_vector(path, None, log).table["MC"].tolist() == ["东渡新\ufffd", "筼筜"]
    assert [problem.feature for problem in said(log)] == [1]


def test_a_zero_byte_hides_nothing(tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "estates.shp", squares(2), {"MC": [b"A\x00" + "东渡新村".encode("gbk"), "筼筜花园"]}
    )
    log = ProblemLog()
    before = path.with_suffix(".dbf").read_bytes()
    assert read_vector(path, None, log).table["MC"].tolist() == ["A\ufffd东渡新村", "筼筜花园"]
    assert len(said(log)) == 1
    assert path.with_suffix(".dbf").read_bytes() == before


def test_a_replacement_character_that_was_typed_in_is_said_and_costs_nothing_else(tmp_path: Path) -> None:
    names = ["筼筜花园", "后\ufffd小区", "墘头里"]
    path = write_layer(tmp_path / "estates.shp", squares(3), {"MC": names}, encoding="utf-8", cpg="UTF-8")
    log = ProblemLog()
    raw = read_vector(path, None, log)
    assert raw.table["MC"].tolist() == names
    assert raw.encoding == enc.Decision("UTF-8", told=True)
    assert [problem.feature for problem in said(log)] == [2]


def test_a_name_that_another_program_destroyed_is_said(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "estates.shp", squares(2), {"MC": ["锟斤拷锟斤拷花园", "墘头里"]})
    log = ProblemLog()
    read_vector(path, None, log)
    assert [problem.feature for problem in said(log, "text_destroyed")] == [1]
    assert "锟斤拷锟斤拷花园" in said(log, "text_destroyed")[0].text.render("zh")


def test_many_damaged_values_are_told_in_few_sentences(tmp_path: Path) -> None:
    names = [f"后\ufffd{i}号" for i in range(50)]
    path = write_layer(tmp_path / "estates.shp", squares(50), {"MC": names}, encoding="utf-8")
    log = ProblemLog()
    read_vector(path, None, log)
    assert len(said(log)) == 21
    assert said(log)[-1].text.values["n"] == 30


def test_text_of_a_geopackage_that_is_no_unicode_at_all(tmp_path: Path) -> None:
    path = tmp_path / "estates.gpkg"
    frame = gpd.GeoDataFrame({"name": ["Q" * 8, "Z" * 8]}, geometry=squares(2), crs=4548)
    pyogrio.write_dataframe(frame, path)
    data = path.read_bytes()
    path.write_bytes(
        data.replace(b"Q" * 8, "筼筜花园".encode("gbk")).replace(b"Z" * 8, "后垵小区".encode("gbk"))
    )
    assert read_vector(path, None, ProblemLog()).table["name"].tolist() == ["筼筜花园", "后垵小区"]
    assert [survey.encoding for survey in survey_folder([tmp_path])] == [""]


def test_a_column_of_yes_no_and_nothing_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "estates.geojson"
    frame = gpd.GeoDataFrame({"MC": ["一村", "二\ufffd", "三村"]}, geometry=squares(3), crs=4548)
    pyogrio.write_dataframe(frame.assign(PM=[True, None, False]).astype({"PM": "boolean"}).to_crs(4326), path)
    log = ProblemLog()
    assert read_vector(path, None, log).table["PM"].tolist() == [True, None, False]
    assert [problem.feature for problem in said(log)] == [2]


def test_a_cell_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["小区名称", "户数"], ["筼筜花园", 9], ["后垵\ufffd", 8]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    log = ProblemLog()
    read_sheets(tmp_path / "a.xlsx", log)
    assert [(p.file, p.feature, p.text.values["field"]) for p in said(log)] == [("a.xlsx", 3, "A")]


def test_a_damaged_table_is_joined_all_the_same(tmp_path: Path) -> None:
    write_layer(tmp_path / "小区.shp", squares(3), {"小区名称": list(SIMPLE[:3])})
    write_layer(tmp_path / "roads.shp", street(1), {"道路名称": ["一路"]})
    rows = "".join(f"{n},{h}\n" for n, h in zip(SIMPLE[:3], households(3), strict=True))
    (tmp_path / "台账.csv").write_text(f"小区名称,户数\n{rows}".replace("后垵", "后\ufffd"), encoding="utf-8")
    (table,) = read_folder(tmp_path).tables
    assert table.frame["hh"].tolist() == households(3)
    assert table.frame["name"].tolist() == [SIMPLE[0], "后\ufffd小区", SIMPLE[2]]


def test_a_table_without_a_head_is_said(tmp_path: Path) -> None:
    write_layer(tmp_path / "小区.shp", squares(3), {"小区名称": list(SIMPLE[:3])})
    (tmp_path / "台账.csv").write_text("甲,1\n乙,2\n", encoding="utf-8")
    problems = read_folder(tmp_path).problems
    assert ("台账.csv", "left_aside") in [(p.file, p.code) for p in problems]


@pytest.mark.parametrize("head", ["小�名称", "小区��称", "小区a�称", "�区名称"])
def test_a_damaged_heading_is_still_that_of_names(head: str) -> None:
    assert match_fields([head, "户数"], Role.ESTATES)["name"].name == head


@pytest.mark.parametrize("head", ["�", "��", "户�", "小�", "�型"])
def test_too_little_of_a_heading_tells_nothing(head: str) -> None:
    assert match_fields([head], Role.ESTATES) == {}


def test_a_lone_quote_swallows_no_rows(tmp_path: Path) -> None:
    text = '小区名称,户数\n筼筜花园,9\n"后垵小区,8\n墘头里,7\n'
    (tmp_path / "a.csv").write_text(text, encoding="gb18030")
    (sheet,) = read_sheets(tmp_path / "a.csv", ProblemLog())
    assert sheet.frame["户数"].tolist() == ["9", "8", "7"]
