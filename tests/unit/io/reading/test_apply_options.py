"""What the planner chose is what is read, and it is said."""

import json
from dataclasses import replace

import pytest
import shapely

from bigmap.base.errors import UserError
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions, as_json, from_json, key_of, options_of
from bigmap.io.reading.folder import read_folder
from tests.helpers.shapefiles import X0, Y0, squares, write_layer

ESTATES = "小区边界.shp"


@pytest.fixture
def office(tmp_path):
    write_layer(tmp_path / "街道边界.shp", [shapely.box(X0 - 50, Y0 - 50, X0 + 400, Y0 + 150)])
    columns = {
        "小区名称": ["筼筜花园", "后垵小区", "仙岳里"],
        "户数": [900, 30, 0],
        "建筑面积": [8.5, 0.3, 62.0],
        "入住户数": [700, 20, 0],
    }
    write_layer(tmp_path / ESTATES, squares(3), columns)
    return tmp_path


def estates_of(folder, choice):
    layers = read_folder(folder, choices={ESTATES: choice})
    return layers, layers.of(Role.ESTATES)[0] if layers.of(Role.ESTATES) else None


def said(layers, code):
    return [p.text.render("en") for p in layers.problems if p.code == code]


def test_without_a_choice_all_is_told_by_the_file(office):
    layers, estates = estates_of(office, SourceOptions())
    assert estates.frame["name"].tolist() == ["筼筜花园", "后垵小区", "仙岳里"]
    assert said(layers, "chosen") == []
    assert len(said(layers, "unit_wan")) == 2  # one for each estate


def test_another_role(office):
    layers, estates = estates_of(office, SourceOptions(role=Role.BUILDINGS))
    assert estates is None
    assert len(layers.of(Role.BUILDINGS)) == 1
    assert said(layers, "chosen") == ["Read as you chose: role buildings."]


def test_another_encoding(office):
    layers, estates = estates_of(office, SourceOptions(encoding="ISO-8859-1", fields={"name": "Ð¡ÇøÃû³Æ"}))
    assert estates.frame["name"][2] == "ÏÉÔÀÀï"  # 仙岳里 in GBK, read byte by byte
    assert estates.encoding == "ISO-8859-1"
    assert "Read as you chose: encoding ISO-8859-1." in said(layers, "chosen")


def test_another_system_and_order_of_the_axes(office, tmp_path):
    turned = [shapely.transform(s, lambda xy: xy[:, ::-1]) for s in squares(3)]
    write_layer(tmp_path / ESTATES, turned, {"小区名称": ["甲", "乙", "丙"]}, crs=None)
    _, estates = estates_of(office, SourceOptions(crs="EPSG:4548", swapped=True))
    assert estates.frame.crs.to_epsg() == 4548
    assert estates.frame.geometry[0].bounds[:2] == pytest.approx((X0, Y0), abs=0.01)


def test_a_system_that_is_none_is_refused(office):
    with pytest.raises(UserError, match="EPSG:1"):
        estates_of(office, SourceOptions(crs="EPSG:1"))


def test_other_fields(office):
    _, estates = estates_of(office, SourceOptions(fields={"hh": "入住户数", "gfa_m2": ""}))
    assert estates.frame["hh"].tolist() == [700, 20, 0]
    assert estates.frame["gfa_m2"].isna().all()


def test_a_layer_left_out_is_said_even_when_it_cannot_be_read(office):
    (office / "小区边界.shp").unlink()  # its .dbf is an orphan now, which is refused
    with pytest.raises(UserError):
        read_folder(office)
    (office / "小区边界.shp").write_bytes(b"")
    layers, estates = estates_of(office, SourceOptions(skip=True))
    assert estates is None
    assert said(layers, "left_out") == ["Left out, as you chose."]


def test_the_table_of_operators_can_be_left_out(office):
    (office / "服务企业.csv").write_text("企业名称,户数上限\n永安物业,5000\n", encoding="gb18030")
    assert read_folder(office).operators["name"].tolist() == ["永安物业"]
    layers = read_folder(office, choices={"服务企业.csv": SourceOptions(skip=True)})
    assert layers.operators is None
    assert said(layers, "left_out") == ["Left out, as you chose."]


def test_floor_areas_that_can_be_no_square_metres_are_multiplied(office):
    """8.5 for 900 households and 0.3 for 30 are 万m²; 62 m² of a gatehouse stay."""
    layers, estates = estates_of(office, SourceOptions(wan=True))
    assert estates.frame["gfa_m2"].tolist() == pytest.approx([85_000, 3_000, 62])
    assert said(layers, "unit_wan") == []
    assert "8.5 became 85,000 m²" in said(layers, "unit_wan_mended")[0]


def test_features_left_out(office):
    layers, estates = estates_of(office, SourceOptions(left_out=(2,)))
    assert estates.frame["fid"].tolist() == [1, 3]
    assert estates.frame["name"].tolist() == ["筼筜花园", "仙岳里"]
    assert ("left_out", 2) in [(p.code, p.feature) for p in layers.problems]


def test_shared_ground_is_taken_from_the_others(office, tmp_path):
    """1 and 2 share 40 x 100 m; 3 is apart."""
    _, two, three = squares(3)
    wide = shapely.Polygon([(X0, Y0), (X0 + 160, Y0), (X0 + 160, Y0 + 100), (X0, Y0 + 100), (X0 - 9, Y0 - 9)])
    write_layer(tmp_path / ESTATES, [wide, two, three], {"小区名称": ["甲", "乙", "丙"]})
    layers, estates = estates_of(office, SourceOptions(first=(2,)))
    areas = estates.frame.geometry.area
    assert areas[0] == pytest.approx(wide.area - 4_000)
    assert areas[1:].tolist() == pytest.approx([10_000, 10_000])
    assert "(4,000 m² in the file)" in said(layers, "overlap_given")[0]


def test_choices_are_put_over_each_other():
    one = SourceOptions(role=Role.ESTATES, encoding="Big5", fields={"hh": "a"}, left_out=(1,), first=(1,))
    two = SourceOptions(encoding="UTF-8", fields={"name": "b"}, wan=True, left_out=(1, 2), first=(2,))
    both = one.with_(two)
    assert both == SourceOptions(
        Role.ESTATES, "UTF-8", fields={"hh": "a", "name": "b"}, wan=True, left_out=(1, 2), first=(2, 1)
    )
    assert both.lasting() == SourceOptions(Role.ESTATES, "UTF-8", fields={"hh": "a", "name": "b"}, wan=True)


def test_a_choice_survives_as_plain_values():
    choice = SourceOptions(Role.ROADS, "Big5", "EPSG:4548", True, {"hh": ""}, True, True, (1,), (2,))
    assert from_json(as_json(choice)) == choice
    assert as_json(SourceOptions()) == {}
    assert from_json({"role": "nonsense"}) == SourceOptions()


def test_the_choice_for_a_file_holds_for_its_layers():
    choices = {
        key_of("a.gpkg"): SourceOptions(skip=True),
        key_of("a.gpkg", "roads"): SourceOptions(role=Role.ROADS),
    }
    assert options_of(choices, "a.gpkg", "roads").role == Role.ROADS
    assert options_of(choices, "a.gpkg", "other").skip
    assert options_of(choices, "b.gpkg") == SourceOptions()


def test_every_choice_survives_as_json():
    full = SourceOptions(
        Role.ESTATES,
        "Big5",
        "EPSG:4548",
        swapped=True,
        fields={"hh": "户数"},
        shift="12.0,-30.5",
        control=((1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.5, 8.0)),
        head=3,
        points=True,
        leads=True,
        joined={"甲苑": "甲园", "乙": ""},
        left_out=(1,),
        first=(2,),
    )
    assert from_json(json.loads(json.dumps(as_json(full)))) == full
    assert from_json({"control": [[1, 2, 3]]}) == SourceOptions()
    assert full.lasting() == replace(full, left_out=(), first=())


def test_a_shift_and_control_points_are_applied(tmp_path):
    write_layer(tmp_path / ESTATES, squares(3), {"小区名称": ["甲", "乙", "丙"]})
    read = read_folder(tmp_path, choices={ESTATES: SourceOptions(shift="100,0")}).layers[0].frame
    assert read.total_bounds[0] - X0 == pytest.approx(100, abs=0.1)
    control = ((0.0, 0.0, X0, Y0), (100.0, 0.0, X0 + 100, Y0))
    local = [shapely.affinity.translate(s, -X0, -Y0) for s in squares(3)]
    write_layer(tmp_path / ESTATES, local, {"小区名称": ["甲", "乙", "丙"]}, crs=None)
    choice = SourceOptions(crs="EPSG:4548", control=control)
    read = read_folder(tmp_path, choices={ESTATES: choice}).layers[0].frame
    assert read.total_bounds == pytest.approx(shapely.total_bounds(squares(3)))
