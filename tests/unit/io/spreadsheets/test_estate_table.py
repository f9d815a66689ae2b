import pytest

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.reading.folder import read_folder
from bigmap.io.spreadsheets.estate_table import is_operators, read_ledger
from tests.helpers.shapefiles import X0, Y0, squares, write_layer
from tests.helpers.workbooks import write_xlsx

HEAD = ["小区名称", "所属社区", "曾用名", "户数", "物业公司"]
ROWS = [["甲乙园", "官任社区", "一号院、旧院", "约120户", "/"], ["丙丁园", "官任社区", "", 80, "永安物业"]]


def codes(log):
    return [(p.code, p.file) for p in log]


def test_a_table_of_estates(tmp_path):
    log = ProblemLog()
    path = write_xlsx(tmp_path / "台账.xlsx", {"一览": [HEAD, *ROWS, ["", "官任社区", "", 9, ""]]})
    (table,) = read_ledger(path, log).tables
    assert table.shown == "台账.xlsx"
    assert table.frame.index.tolist() == [2, 3]
    shown = table.frame[["name", "comm", "alias", "hh", "oper"]].to_numpy().tolist()
    assert shown == [
        ["甲乙园", "官任社区", "一号院,旧院", 120, ""],
        ["丙丁园", "官任社区", "", 80, "永安物业"],
    ]
    told = [(p.code, p.file, p.feature) for p in log]
    assert told == [("rows_nameless", "台账.xlsx", None), ("number_rough", "台账.xlsx", 2)]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("建筑物.csv", "名称,层数"),
        ("片区.csv", "名称,户数"),
        ("什么.csv", "小区名称,地址"),
        ("什么.csv", "社区,户数"),
    ],
)
def test_other_tables_are_left_aside_and_said(tmp_path, name, head):
    path = tmp_path / name
    path.write_text(f"{head}\n甲乙园,3\n", encoding="utf-8")
    log = ProblemLog()
    found = read_ledger(path, log)
    assert not found.tables
    assert not found.points
    assert codes(log) == [("left_aside", name)]


def test_a_file_that_was_named_must_hold_a_table(tmp_path):
    path = tmp_path / "空.csv"
    path.write_text("什么\n1\n", encoding="utf-8")
    assert not read_ledger(path, ProblemLog()).tables
    with pytest.raises(UserError, match=r"空\.csv"):
        read_ledger(path, ProblemLog(), told=True)


def test_operators_are_told_from_tables_of_their_estates(tmp_path):
    operators = tmp_path / "物业公司.csv"
    operators.write_text("企业名称,承接户数上限\n永安物业,5000\n", encoding="utf-8")
    estates = write_xlsx(tmp_path / "物业公司服务小区.xlsx", {"一览": [HEAD, *ROWS]})
    assert is_operators(operators)
    assert not is_operators(estates)
    assert not is_operators(tmp_path / "物业公司.shp")


@pytest.mark.parametrize("heads", ["经度,纬度", "lon,lat", "X,Y", "X坐标,Y坐标"])
def test_coordinates_make_points(tmp_path, heads):
    path = tmp_path / "公共建筑.csv"
    path.write_text(f"名称,{heads}\n小学,118.09,24.48\n没有坐标,/,\n", encoding="utf-8")
    (points,) = read_ledger(path, ProblemLog()).points
    assert points.role == Role.PUBLIC
    assert points.layer.table["名称"].tolist() == ["小学", "没有坐标"]
    assert (points.layer.shapes[0].x, points.layer.shapes[0].y) == (118.09, 24.48)
    assert points.layer.shapes[1] is None
    assert points.layer.crs is None


# --- in a folder --------------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path):
    write_layer(tmp_path / "小区边界.shp", squares(2), {"小区名称": ["甲乙园", "丙丁园"]})
    write_xlsx(tmp_path / "小区台账.xlsx", {"一览": [HEAD, *ROWS]})
    return tmp_path


def test_a_table_in_the_folder_is_found(office):
    layers = read_folder(office)
    assert [table.shown for table in layers.tables] == ["小区台账.xlsx"]
    assert not layers.tables[0].leads


def test_tables_that_are_named_go_before_those_of_the_folder(office, tmp_path_factory):
    other = write_xlsx(tmp_path_factory.mktemp("away") / "户数.xlsx", {"一览": [HEAD, *ROWS]})
    layers = read_folder(office, tables=[other], tables_lead=True)
    assert [(table.shown, table.leads) for table in layers.tables] == [("户数.xlsx", True)]
    with pytest.raises(UserError, match=r"没有\.xlsx"):
        read_folder(office, tables=[office / "没有.xlsx"])


def test_a_table_without_estates_is_said(office):
    for part in office.glob("小区边界.*"):
        part.unlink()
    write_layer(office / "街道边界.shp", squares(1))
    layers = read_folder(office)
    assert ("left_aside", "小区台账.xlsx") in codes(layers.problems)


def test_points_of_a_table_are_a_layer_once(office):
    (office / "公共建筑.csv").write_text(f"名称,x,y\n小学,{X0},{Y0}\n", encoding="utf-8")
    found = read_folder(office)
    assert [layer.role for layer in found.layers if layer.file.name == "公共建筑.csv"] == [Role.PUBLIC]
    assert codes(found.problems).count(("crs_guessed", "公共建筑.csv")) == 1


def test_operators_may_come_in_a_workbook(office):
    rows = [["服务企业一览", None], ["企业名称", "承接户数上限"], ["永安物业", 5000], ["合计", 5000]]
    write_xlsx(office / "服务企业.xlsx", {"一览": rows})
    layers = read_folder(office)
    assert layers.operators["name"].tolist() == ["永安物业"]
    assert layers.operators["capacity"].tolist() == [5000]
    assert len(layers.tables) == 1
