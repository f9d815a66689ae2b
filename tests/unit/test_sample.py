"""The sample street office: what its README promises, read from the files as they lie in the repository."""

from __future__ import annotations

import filecmp
import struct
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from bigmap.base.paths import sample_shapes

CRS = "EPSG:4548"
COUNTS = {
    "街道边界": 1,
    "社区": 6,
    "小区边界": 71,
    "独栋房屋": 1787,
    "公共建筑": 102,
    "市政道路": 262,
    "水域": 1,
    "山体": 1,
    "现状片区": 5,
}
UNLABELLED = {"小区边界": "GB18030", "现状片区": "GB18030"}  # no .cpg
MADE_WITH = ("linux", (3, 12, 4), (3, 14, 1))  # platform, GDAL, GEOS: where bytes must be equal
GAPS = [2304, 2139, 1192]
OVERLAPS = [1827, 864]


def read(name: str, folder: Path | None = None) -> gpd.GeoDataFrame:
    """Read a layer into the project CRS."""
    path = (folder or sample_shapes()) / f"{name}.shp"
    if name == "小区边界":
        frame = read_estates(path)
    else:
        frame = pyogrio.read_dataframe(path, encoding=UNLABELLED.get(name))
    return frame.set_crs(CRS) if frame.crs is None else frame.to_crs(CRS)


def read_estates(path: Path) -> gpd.GeoDataFrame:
    """Read the estates; rings as they are in the bytes, since GDAL's own do not pass GEOS when not closed."""
    table = pyogrio.read_dataframe(path, encoding="GB18030", read_geometry=False)
    return gpd.GeoDataFrame(table, geometry=[shapely.Polygon(ring) for ring in rings(path)], crs=CRS)


def rings(shp: Path) -> list[np.ndarray]:
    """Return the points of the first ring of each record of a .shp."""
    data, found, at = shp.read_bytes(), [], 100
    while at < len(data):
        (words,) = struct.unpack_from(">i", data, at + 4)
        parts, points = struct.unpack_from("<2i", data, at + 8 + 36)
        found.append(np.frombuffer(data, "<f8", 2 * points, at + 8 + 44 + 4 * parts).reshape(-1, 2))
        at += 8 + 2 * words
    return found


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    return {name: read(name) for name in COUNTS}


@pytest.fixture(scope="module")
def ground(layers) -> shapely.Polygon:
    """Boundary without water and hill."""
    out = shapely.union_all([layers["水域"].geometry[0], layers["山体"].geometry[0]])
    return layers["街道边界"].geometry[0].difference(out)


@pytest.fixture(scope="module")
def operators() -> pd.DataFrame:
    return pd.read_csv(
        sample_shapes() / "服务企业.csv", encoding="GBK", dtype={"企业编号": str, "联系电话": str}
    )


@pytest.fixture(scope="module")
def estates(layers) -> gpd.GeoDataFrame:
    """Estates without the repeated one, households as numbers."""
    frame = layers["小区边界"].drop_duplicates("小区名称")
    digits = frame["户数"].str.normalize("NFKC").str.extract(r"(\d+)")[0]
    return frame.assign(hh=digits.astype(int))


def faulty(frame: gpd.GeoDataFrame, name: str, field: str = "小区名称") -> gpd.GeoDataFrame:
    return frame[frame[field] == name]


# --- the whole folder ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COUNTS)
def test_counts(layers, name):
    assert len(layers[name]) == COUNTS[name]


def test_small_enough():
    assert sum(p.stat().st_size for p in sample_shapes().iterdir()) < 5_000_000


def test_script_makes_the_committed_files(tmp_path):
    script = sample_shapes() / "make_sample.py"
    subprocess.run([sys.executable, "-B", "-W", "error", script, "--out", tmp_path], check=True, timeout=120)
    made = sorted(p.name for p in tmp_path.iterdir())
    assert made == sorted(p.name for p in sample_shapes().iterdir() if p.suffix not in {".py", ".md", ""})
    if (sys.platform, pyogrio.__gdal_version__, shapely.geos_version) == MADE_WITH:
        _, different, unreadable = filecmp.cmpfiles(tmp_path, sample_shapes(), made, shallow=False)
        assert (different, unreadable) == ([], [])
    for name, count in COUNTS.items():
        fresh, kept = read(name, tmp_path), read(name)
        assert len(fresh) == count
        assert list(fresh.columns) == list(kept.columns)
        assert fresh.iloc[:, 0].equals(kept.iloc[:, 0])


def test_two_runs_write_the_same_dates():
    dates = {p.read_bytes()[1:4] for p in sample_shapes().glob("*.dbf")}
    assert dates == {bytes((124, 6, 18))}


# --- a believable town --------------------------------------------------------------------------------------


def test_communities_tile_the_boundary(layers):
    parts = layers["社区"].geometry.array
    assert shapely.coverage_is_valid(parts)
    assert shapely.equals_exact(
        shapely.normalize(shapely.coverage_union_all(parts)),
        shapely.normalize(layers["街道边界"].geometry[0]),
        1e-6,
    )
    assert layers["社区"]["社区代码"].str.fullmatch("350203099[0-9]{3}").all()


def test_ground_is_in_one_piece(ground):
    assert ground.geom_type == "Polygon"
    assert 5e6 < ground.area < 6e6


def test_nothing_stands_in_the_water(layers):
    water = layers["水域"].geometry[0]
    for name in ("独栋房屋", "公共建筑"):
        assert not layers[name].intersects(water).any()


def test_street_pieces_meet_at_junctions(layers):
    roads = layers["市政道路"]
    ends = np.vstack([shapely.get_coordinates(line)[[0, -1]] for line in roads.geometry])
    _, meeting = np.unique(ends.round(2), axis=0, return_counts=True)
    assert set(roads["DLDJ"]) == {"主干道", "次干道", "支路", "街巷"}
    assert (meeting >= 3).sum() > 100  # junctions
    assert (meeting == 1).sum() > 20  # dead ends and streets that leave
    assert shapely.get_num_geometries(shapely.node(shapely.multilinestrings(roads.geometry.array))) == len(
        roads
    )
    assert roads["路宽"].isna().mean() == pytest.approx(0.36, abs=0.01)


def test_estates_keep_clear_of_streets_and_houses(layers):
    estates = shapely.union_all(shapely.make_valid(layers["小区边界"].geometry.array))
    houses = layers["独栋房屋"]
    alone = houses[houses["SSXQ"].isna() & houses.geometry.notna()]
    assert len(alone) == 1132
    assert not layers["市政道路"].intersects(estates).any()
    assert not alone.intersects(estates).any()
    assert not layers["公共建筑"].intersects(estates).any()


def test_no_two_houses_overlap(layers):
    shapes = pd.concat([layers["独栋房屋"].geometry, layers["公共建筑"].geometry]).dropna().to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, "intersects")
    area = shapely.area(shapely.intersection(shapes[a[a < b]], shapes[b[a < b]]))
    assert area.max(initial=0) < 0.05  # terraced shops, rounded to 1 cm


def test_buildings_inside_estates_name_their_estate(layers, estates):
    inside = layers["独栋房屋"].dropna(subset="SSXQ")
    assert set(inside["SSXQ"]) == set(estates["小区名称"])
    assert (inside["HS"] == 0).all()
    home = estates.set_index("小区名称").make_valid().loc[inside["SSXQ"]]
    assert shapely.covers(home.array, inside.geometry.array).all()


def test_households_and_management(layers, estates):
    assert estates["hh"].between(60, 1200).all()
    bare = estates["物业公司"].isin(["无", "/", "社区代管"]) | estates["物业公司"].isna()
    assert bare.sum() == 32
    assert (estates["管理模式"] == "专业物业").sum() == 70 - 32
    assert layers["独栋房屋"]["HS"].between(0, 30).all()


def test_capacities_hold_all_households(layers, estates, operators):
    households = estates["hh"].sum() + layers["独栋房屋"]["HS"].sum()
    assert list(operators.columns) == ["企业编号", "企业名称", "承接户数上限", "联系电话"]
    assert len(operators) == 5
    assert operators["承接户数上限"].sum() == pytest.approx(1.25 * households, rel=0.01)


# --- the dirt -----------------------------------------------------------------------------------------------


def test_estates_are_gbk_that_nothing_announces():
    path = sample_shapes() / "小区边界.dbf"
    data = path.read_bytes()
    assert data[29] == 0
    assert not path.with_suffix(".cpg").exists()
    assert "筼筜花园" in data.decode("GB18030", errors="replace")
    with pytest.raises(UnicodeDecodeError):
        data[100:].decode("UTF-8")
    with pytest.raises(UnicodeEncodeError):
        "筼筜".encode("GB2312")


def test_encodings_of_the_other_layers():
    labels = {p.stem: p.read_text() for p in sample_shapes().glob("*.cpg")}
    assert labels == {
        **dict.fromkeys(["街道边界", "社区", "独栋房屋"], "GBK"),
        **dict.fromkeys(["公共建筑", "市政道路", "水域", "山体"], "UTF-8"),
    }
    assert (sample_shapes() / "现状片区.dbf").read_bytes()[29] == 0x4D


def test_crs_of_the_layers():
    crs = {p.stem: pyogrio.read_info(p)["crs"] for p in sample_shapes().glob("*.shp")}
    assert crs.pop("水域") is None
    assert crs.pop("公共建筑") == "EPSG:4490"
    assert set(crs.values()) == {CRS}


def test_bow_tie(layers):
    invalid = layers["小区边界"][~layers["小区边界"].is_valid]
    assert invalid["小区名称"].tolist() == ["后垵小区"]
    assert "Self-intersection" in shapely.is_valid_reason(invalid.geometry.iloc[0])


def test_one_ring_is_not_closed():
    path = sample_shapes() / "小区边界.shp"
    is_open = [not np.array_equal(ring[0], ring[-1]) for ring in rings(path)]
    assert is_open == [False] * 70 + [True]
    header = struct.unpack_from(">i", path.read_bytes(), 24)[0]
    assert header * 2 == path.stat().st_size


def test_one_estate_is_there_twice(layers):
    frame = layers["小区边界"]
    twice = frame[frame["小区名称"].duplicated(keep=False)]
    assert twice["小区名称"].tolist() == ["莲溪宿舍"] * 2
    assert (twice.index + 1).tolist() == [45, 56]
    assert twice.geometry.iloc[0].equals_exact(twice.geometry.iloc[1], 0)


def test_two_estates_overlap(estates):
    shapes = shapely.make_valid(estates.geometry.to_numpy())
    a, b = shapely.STRtree(shapes).query(shapes, "intersects")
    pairs = [(i, j, shapes[i].intersection(shapes[j]).area) for i, j in zip(a, b, strict=True) if i < j]
    ((i, j, area),) = [p for p in pairs if p[2] > 0.5]
    assert {estates["小区名称"].iloc[i], estates["小区名称"].iloc[j]} == {"东浦花园(二期)", "永福一品"}
    assert area == pytest.approx(741, abs=1)


def test_numbers_written_as_people_write_them(layers):
    frame = layers["小区边界"]
    assert frame[~frame["户数"].str.fullmatch("[0-9]+")]["户数"].tolist() == ["约140户", "３２１"]
    assert faulty(frame, "后垵花园(二期)")["户数"].item() == "约140户"
    assert faulty(frame, "石亭家园")["户数"].item() == "３２１"
    assert frame[frame["建筑面积"] < 100]["小区名称"].tolist() == ["塔屿新村"]


def test_a_house_across_a_lane(layers):
    houses, roads = layers["独栋房屋"].dropna(subset="geometry"), layers["市政道路"]
    on_street = houses[houses.intersects(roads.geometry.union_all())]
    assert on_street["MC"].tolist() == ["旧粮站"]
    assert roads[roads.crosses(on_street.geometry.iloc[0])]["DLMC"].tolist() == ["东浦一巷"]


def test_a_house_without_geometry(layers):
    houses = layers["独栋房屋"]
    assert houses[houses.geometry.isna()]["MC"].tolist() == ["榕林路88号之一"]


def test_drawn_zones_have_the_gaps_and_overlaps_of_the_readme(layers, ground):
    zones = layers["现状片区"].geometry.tolist()
    assert layers["现状片区"].is_valid.all()
    gaps = shapely.area(shapely.get_parts(ground.difference(shapely.union_all(zones))))
    pairs = [a.intersection(b).intersection(ground).area for k, a in enumerate(zones) for b in zones[k + 1 :]]
    assert sorted(gaps[gaps > 1].round(), reverse=True) == GAPS
    assert sorted((round(p) for p in pairs if p > 1), reverse=True) == OVERLAPS
    readme = (sample_shapes() / "README.md").read_text(encoding="utf-8")
    assert all(f"| {area:,} |" in readme for area in GAPS + OVERLAPS)


def test_readme_names_every_file_and_count():
    rows = (sample_shapes() / "README.md").read_text(encoding="utf-8").splitlines()
    for name, count in COUNTS.items():
        row = next(row for row in rows if row.startswith(f"| {name} |"))
        assert f"| {count:,}" in row
