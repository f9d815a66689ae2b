"""Layers read in parts: rows of one layer for several roles."""

from dataclasses import replace

import pytest

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading import decide
from bigmap.io.reading import load as loading
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.inspect_source import inspect_source
from bigmap.io.reading.layer_plan import LayerPlan, Part
from bigmap.io.reading.load import load
from tests.helpers.drawings import drawing
from tests.helpers.shapefiles import squares, write_layer


def rows_of(kind, **fields):
    def take(raw):
        kept = (raw.table["kind"] == kind).to_numpy()
        return replace(raw, table=raw.table[kept], shapes=raw.shapes[kept], fields=fields)

    return take


@pytest.fixture
def mixed(tmp_path):
    """Four features of three kinds in one layer whose name says nothing."""
    attributes = {"kind": ["home", "pond", "home", "shop"], "label": ["甲苑", "镜湖", "乙苑", "超市"]}
    return write_layer(tmp_path / "data.shp", squares(4), attributes)


def in_parts(mixed):
    (layer,) = inspect_source(mixed).layers
    homes, ponds = rows_of("home", name="label"), rows_of("pond")
    return LayerPlan(layer, (Part(Role.ESTATES, 3, homes), Part(Role.EXCLUSIONS, 3, ponds)))


def test_each_part_has_its_rows_and_the_rest_is_said(mixed):
    log = ProblemLog()
    read = load(in_parts(mixed), SourceOptions(), log)
    assert [(choice.role, raw.table.index.tolist()) for choice, raw in read] == [
        (Role.ESTATES, [1, 3]),
        (Role.EXCLUSIONS, [2]),
    ]
    assert [(p.code, p.file, p.what.n, p.what.rows) for p in log] == [("left_aside", "data.shp", 1, 4)]


def test_a_rule_splits_a_layer_of_a_folder(mixed, monkeypatch):
    monkeypatch.setattr(decide, "_RULES", (lambda layer, alone: in_parts(layer.file), *decide._RULES))
    layers = read_folder(mixed.parent)
    assert [(layer.role, layer.features) for layer in layers.layers] == [
        (Role.ESTATES, 2),
        (Role.EXCLUSIONS, 1),
    ]
    assert layers.of(Role.ESTATES)[0].frame["name"].tolist() == ["甲苑", "乙苑"]
    assert layers.of(Role.ESTATES)[0].frame["fid"].tolist() == [1, 3]


def test_a_role_that_the_planner_chose_is_that_of_all_rows(mixed, monkeypatch):
    monkeypatch.setattr(decide, "_RULES", (lambda layer, alone: in_parts(layer.file),))
    layers = read_folder(mixed.parent, choices={"data.shp": SourceOptions(role=Role.PUBLIC)})
    assert [(layer.role, layer.features) for layer in layers.layers] == [(Role.PUBLIC, 4)]


def test_what_can_only_be_known_by_reading_is_read_once(tmp_path, monkeypatch):
    import geopandas as gpd
    import pyogrio

    gpd.GeoDataFrame({"小区名称": ["甲", "乙"]}, geometry=squares(2), crs=4548).to_file(
        tmp_path / "a.geojson", driver="GeoJSON"
    )
    calls, read_arrow = [], pyogrio.read_arrow
    monkeypatch.setattr(pyogrio, "read_arrow", lambda *a, **k: calls.append(a) or read_arrow(*a, **k))
    assert read_folder(tmp_path).of(Role.ESTATES)[0].features == 2
    assert len(calls) == 1


# --- what is missing, and what changes ----------------------------------------------------------------------


def estates(n):
    import geopandas as gpd

    names = [f"第{i}苑" for i in range(n)]
    return gpd.GeoDataFrame({"小区名称": names}, geometry=squares(n), crs=4548)


def test_a_geodatabase_copied_by_half_says_how_many_are_lost(tmp_path):
    path = tmp_path / "小区边界.gdb"
    estates(40).to_file(path, driver="OpenFileGDB", layer="estates")
    table = max(path.glob("*.gdbtable"), key=lambda file: file.stat().st_size * ("09" in file.name))
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    layers = read_folder(tmp_path)
    left = layers.of(Role.ESTATES)[0].features
    (problem,) = (p for p in layers.problems if p.code == "file_cut")
    assert 0 < left < 40
    assert (problem.what.n, problem.what.rows) == (40 - left, 40)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_drawing_damaged_in_the_middle_says_that_things_are_lost(tmp_path, end):
    whole = drawing(["小区边界"] * 20).replace(b"\n", end)
    (tmp_path / "小区边界.dxf").write_bytes(whole)
    read = ProblemLog()
    assert len(read_vector(tmp_path / "小区边界.dxf", None, read).table) == 40
    assert not [p for p in read if p.code == "file_cut"]
    at = whole.index(end, len(whole) // 2)
    (tmp_path / "小区边界.dxf").write_bytes(whole[:at] + b"x" + whole[at + len(end) :])
    read = ProblemLog()
    left = len(read_vector(tmp_path / "小区边界.dxf", None, read).table)
    (problem,) = (p for p in read if p.code == "file_cut")
    assert 0 < left < 40
    assert problem.what.n >= 38 - left


def test_a_file_saved_while_it_is_read_is_read_again(tmp_path, monkeypatch):
    path = tmp_path / "estates.gpkg"
    estates(2).to_file(path)
    (layer,) = inspect_source(path).layers
    reads = []

    def saved_meanwhile(*args, **kwargs):
        reads.append(args)
        if len(reads) == 1:
            path.unlink()
            estates(5).to_file(path)
            raise UserError("{file} is damaged.", file=path.name)
        return read_vector(*args, **kwargs)

    monkeypatch.setattr(loading, "read_vector", saved_meanwhile)
    log = ProblemLog()
    ((_, raw),) = load(LayerPlan(layer, (Part(Role.ESTATES, 3),)), SourceOptions(), log)
    assert len(raw.table) == 5
    assert len(reads) == 2


def test_a_file_that_goes_on_being_saved_is_refused_with_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "estates.gpkg"
    estates(2).to_file(path)
    (layer,) = inspect_source(path).layers
    n = iter(range(3, 99))

    def saved_meanwhile(*args, **kwargs):
        path.unlink()
        estates(next(n)).to_file(path)
        return read_vector(*args, **kwargs)

    monkeypatch.setattr(loading, "read_vector", saved_meanwhile)
    with pytest.raises(UserError, match=r"estates\.gpkg"):
        load(LayerPlan(layer, (Part(Role.ESTATES, 3),)), SourceOptions(), ProblemLog())
