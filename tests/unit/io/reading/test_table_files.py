"""Tables in a folder beside the layers: services, present zones, roads, tables in databases."""

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from shapely import LineString

from bigmap import plan, read_folder
from bigmap.base.problems import ProblemLog
from bigmap.cli.main import main
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.spreadsheets.estate_table import read_ledger
from tests.helpers.shapefiles import X0, Y0, dbf, squares, write_layer
from tests.helpers.workbooks import write_xlsx

NAMES = ["甲乙园", "丙丁新村", "戊己里", "庚辛花园"]


@pytest.fixture
def office(tmp_path):
    """Four estates in a row, households told."""
    folder = tmp_path / "街道"
    folder.mkdir()
    write_layer(folder / "小区边界.shp", squares(4, gap=0), {"小区名称": NAMES, "户数": [100] * 4})
    return folder


def codes(problems, file):
    return [p.code for p in problems if p.file == file]


# --- services -----------------------------------------------------------------------------------------------

MATRIX = [
    ["小区名称", "清扫保洁", "绿化养护", "设施维修", "停车管理"],
    ["甲乙园", "甲", None, "无", "不涉及"],
    ["丙丁 新村", "甲", "乙", "无", "不涉及"],
    ["不存在的小区", "甲", "乙", "无", "不涉及"],
]


@pytest.mark.parametrize("title", [False, True])
def test_a_matrix_of_services_in_the_folder_is_taken(office, title):
    rows = [["服务事项表", *[None] * 4], *MATRIX] if title else MATRIX
    write_xlsx(office / "服务事项表.xlsx", {"一": rows})
    layers = read_folder(office)
    rules = {(r.unit, r.service): r.oper for r in layers.exceptions.itertuples()}
    assert rules["甲乙园", "cleaning"] == "甲"
    assert rules["甲乙园", "greening"] == "?"
    assert rules["甲乙园", "repair"] == ""
    assert rules["甲乙园", "parking"] == "n/a"
    assert codes(layers.problems, "服务事项表.xlsx") == ["services_taken"]
    layers.operators = pd.DataFrame(
        {"operator_id": ["A"], "name": ["A"], "capacity": [float("nan")], "phone": [""]}
    )
    made = plan(layers, ZoningRules(zones=1))
    services = made.coverage.services
    assert services["cleaning"].all.value == 1
    assert services["greening"].all.lacks == "operators"
    estates = services["repair"].inside
    assert (estates.covered, estates.of) == (2, 4)
    assert services["parking"].inside.of == 2
    gone = [p for p in made.problems if p.code == "services_elsewhere"]
    assert [p.what.units for p in gone] == ["不存在的小区"]


def test_figures_of_green_and_bays_are_no_matrix_of_services(office):
    rows = [["小区名称", "户数", "绿化", "停车"], ["甲乙园", 10, 800, 40]]
    write_xlsx(office / "小区台账.xlsx", {"一": rows})
    layers = read_folder(office)
    assert layers.exceptions is None
    assert len(layers.tables) == 1


# --- present zones ------------------------------------------------------------------------------------------

BY_ESTATE = [
    ["小区名称", "所属片区"],
    *zip(NAMES, ["东", "东", "西", "西"], strict=True),
    ("没有的小区", "西"),
]
BY_ZONE = [["片区", "包含小区"], ["东", "甲乙园、丙丁新村"], ["西", "戊己里，庚辛花园\n没有的小区"]]
TRADITIONAL = [["小區名稱", "所屬片區"], *BY_ESTATE[1:]]
ONE_A_LINE = [
    ["片区", "小区"],
    ["东", "甲乙园"],
    ["", "丙丁新村"],
    ["西", "戊己里"],
    ["", "庚辛花园"],
    ["", "没有的小区"],
]


def zones_of(made):
    frame = made.units_frame()
    estates = frame[frame["kind"] == "estate"]
    return dict(zip(estates["name"], estates["zone_id"], strict=True))


WANTED = dict(zip(NAMES, ["东", "东", "西", "西"], strict=True))


@pytest.mark.parametrize("rows", [BY_ESTATE, BY_ZONE, TRADITIONAL, ONE_A_LINE])
def test_present_zones_in_the_folder_are_the_start(office, rows):
    write_xlsx(office / "片区表.xlsx", {"一": rows})
    made = plan(read_folder(office), ZoningRules(zones=2))
    assert zones_of(made) == WANTED
    assert set(made.rules.start) == set(made.units.frame["unit_id"])
    said = {p.code: p.what for p in made.problems if p.file == "片区表.xlsx"}
    assert said["present_unknown"].names == "没有的小区"
    assert said["present_by_name"].n == 4


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_present_zones_by_name_on_the_command_line(office, tmp_path, suffix, capsys):
    file = tmp_path / f"现状.{suffix}"
    if suffix == "csv":
        file.write_text("\n".join(",".join(row) for row in BY_ESTATE), encoding="gb18030")
    else:
        write_xlsx(file, {"一": BY_ESTATE})
    out = tmp_path / "out"
    args = [
        "plan",
        str(office),
        "--zones",
        "2",
        "--start",
        str(file),
        "--out",
        str(out),
        "--lang",
        "en",
        "--quiet",
    ]
    assert main(args) in (0, 3)
    units = gpd.read_file(out / "units.geojson")
    found = dict(zip(units["name"], units["zone_id"], strict=True))
    assert {name: found[name] for name in NAMES} == WANTED
    assert "没有的小区" in (out / "problems.csv").read_text("utf-8-sig")
    assert "4 estates in 2 zones by name" in capsys.readouterr().out


def test_a_name_in_two_zones_and_a_table_without_zones_are_refused(office, tmp_path, capsys):
    twice = write_xlsx(tmp_path / "a.xlsx", {"一": [*BY_ESTATE, ("甲乙园", "西")]})
    none = write_xlsx(tmp_path / "b.xlsx", {"一": [["小区名称", "户数"], ["甲乙园", 3]]})
    for file in (twice, none):
        args = [
            "plan",
            str(office),
            "--start",
            str(file),
            "--out",
            str(tmp_path / "out"),
            "--lang",
            "en",
            "--quiet",
        ]
        assert main(args) == 2
    said = capsys.readouterr().err
    assert "puts unit 甲乙园 in two zones, 东 and 西" in said
    assert "b.xlsx tells no present zones" in said


def test_a_ledger_that_names_the_zone_besides_its_figures_stays_a_ledger(office):
    write_xlsx(office / "小区台账.xlsx", {"一": [["小区名称", "所属片区", "车位数"], ["甲乙园", "东", 30]]})
    layers = read_folder(office)
    assert layers.present is None
    assert layers.tables[0].frame["parking_n"].tolist() == [30]


# --- roads --------------------------------------------------------------------------------------------------

SWEPT = [
    ["道路保洁台账", *[None] * 6],
    ["道路名称", "起点", "长度（m）", "宽度（m）", "保洁面积（㎡）", "保洁等级", "保洁单位"],
    ["湖滨南路", "A路", 400, 18, 9000, "一级", "甲环卫"],
    ["后滨巷", "A路", 100, 4, 380, "三级", "乙环卫"],
    ["没有的路", "A路", 100, 4, 380, "三级", "乙环卫"],
]


@pytest.fixture
def streets(office):
    """One street of two pieces without a width, one that tells its own."""
    lines = [
        LineString([(X0 - 50, Y0 - 20), (X0 + 150, Y0 - 20)]),
        LineString([(X0 + 150, Y0 - 20), (X0 + 450, Y0 - 20)]),
        LineString([(X0 + 150, Y0 - 20), (X0 + 150, Y0 - 90)]),
    ]
    fields = {"道路名称": ["湖滨南路", "湖滨南路", "后滨巷"], "路宽": [None, None, 5.0]}
    write_layer(office / "市政道路.shp", lines, fields)
    return office


@pytest.mark.parametrize("order", [1, -1])
def test_a_ledger_of_roads_is_joined_by_name(streets, order):
    write_xlsx(streets / "道路保洁台账.xlsx", {"一": [row[::order] for row in SWEPT]})
    layers = read_folder(streets)
    made = plan(layers, ZoningRules(zones=1))
    frame = made.units.frame
    roads = frame[frame["sweep_m2"] > 0]
    main_road, lane = roads[roads["name"] == "湖滨南路"], roads[roads["name"] == "后滨巷"]
    assert set(main_road["width_m"]) == {18}
    assert set(main_road["clean_grade"]) == {"一级"}
    assert set(lane["width_m"]) == {5}
    assert main_road["sweep_m2"].sum() == pytest.approx(9000)
    assert lane["sweep_m2"].sum() == pytest.approx(380)
    said = {p.code: p for p in made.problems if p.file == "道路保洁台账.xlsx"}
    assert said["table_joined"].what.n == 2
    assert said["roads_unknown"].what.names == "没有的路"
    assert said["roads_disagree"].what.n == 1
    assert said["columns_unused"].what.columns == "起点"
    assert "width_assumed" not in {p.code for p in made.problems}
    rules = made.sources.exceptions
    assert set(rules.loc[rules["unit"] == "湖滨南路", "oper"]) == {"甲环卫"}


def test_several_pieces_share_the_swept_area_by_length(streets):
    write_xlsx(streets / "道路保洁台账.xlsx", {"一": SWEPT})
    made = plan(read_folder(streets), ZoningRules(zones=1))
    roads = made.units.frame[made.units.frame["name"] == "湖滨南路"]
    length = roads["site_m2"] / 18
    assert roads["sweep_m2"].tolist() == pytest.approx((9000 * length / length.sum()).tolist())
    assert len(roads) > 1


# --- databases ----------------------------------------------------------------------------------------------


def test_a_table_in_a_geopackage_is_joined(office):
    layer = gpd.GeoDataFrame({"小区名称": NAMES}, geometry=squares(4), crs="EPSG:4548")
    for part in office.glob("小区边界.*"):
        part.unlink()
    layer.to_file(office / "数据.gpkg", layer="小区边界")
    table = pd.DataFrame({"小区名称": NAMES, "户数": [1, 2, 3, 4]})
    pyogrio.write_dataframe(table, office / "数据.gpkg", layer="小区台账")
    layers = read_folder(office)
    assert layers.tables[0].frame["hh"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_dbf_without_a_shapefile_is_a_table(office, encoding):
    (office / "小区台账.dbf").write_bytes(dbf({"小区名称": NAMES, "户数": [1, 2, 3, 4]}, encoding))
    layers = read_folder(office)
    found = [t for t in layers.tables if t.file.name == "小区台账.dbf"]
    assert found[0].frame[["name", "hh"]].to_numpy().tolist() == [[n, i] for i, n in enumerate(NAMES, 1)]


def test_the_other_sheets_of_a_workbook_with_services_are_not_lost_unsaid(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["小区名称", "保洁", "绿化养护", "设施维修"],
        ["甲园", "甲", "乙", "无"],
        ["乙园", "甲", "乙", "无"],
    ):
        book.active.append(row)
    ledger = book.create_sheet("台账")
    for row in (["小区名称", "户数", "建筑面积"], ["甲园", 10, 1000], ["乙园", 20, 2000]):
        ledger.append(row)
    book.save(tmp_path / "资料.xlsx")
    log = ProblemLog()
    read_ledger(tmp_path / "资料.xlsx", log)
    assert ("资料.xlsx (台账)", "left_aside") in {(p.file, p.code) for p in log}
