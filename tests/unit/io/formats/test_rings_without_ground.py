"""Rings of no, one or two points, which no library reads, and rings drawn the wrong way round."""

import json
import struct

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning import clean
from bigmap.core.sources.layers import Role
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.formats.wkb_rings import without_empty_rings
from bigmap.io.reading.folder import read_folder
from tests.helpers.shapefiles import X0, Y0, squares, write_layer

OUTER = np.add([X0, Y0], [(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)])
INNER = np.add([X0, Y0], [(40, 40), (60, 40), (60, 60), (40, 60), (40, 40)])


def shp_of(path, records):
    """Write a polygon shapefile whose records hold just these rings."""
    write_layer(path, squares(len(records)), {"小区名称": [f"园{i}" for i in range(len(records))]})
    body, index, at = b"", b"", 100
    for number, rings in enumerate(records, start=1):
        points = np.concatenate([np.asarray(ring, dtype="<f8").reshape(-1, 2) for ring in rings])
        starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
        box = struct.pack("<4d", *points.min(axis=0), *points.max(axis=0))
        content = struct.pack("<i", 5) + box + struct.pack("<2i", len(rings), len(points))
        content += starts.astype("<i4").tobytes() + points.tobytes()
        body += struct.pack(">2i", number, len(content) // 2) + content
        index += struct.pack(">2i", at // 2, len(content) // 2)
        at += 8 + len(content)
    head = bytearray(path.read_bytes()[:100])
    for part, data in ((".shp", body), (".shx", index)):
        struct.pack_into(">i", head, 24, (100 + len(data)) // 2)
        path.with_suffix(part).write_bytes(bytes(head) + data)
    return path


def read(path):
    log = ProblemLog()
    return read_vector(path, None, log), [(p.severity.value, p.code, p.feature) for p in log]


@pytest.mark.parametrize("short", [np.zeros((0, 2)), INNER[:1], INNER[:2]], ids=["none", "one", "two"])
def test_a_ring_of_fewer_points_than_ground_has_costs_nothing(tmp_path, short):
    raw, said = read(shp_of(tmp_path / "estates.shp", [[OUTER, short], [OUTER, INNER], [short, OUTER + 200]]))
    assert shapely.area(raw.shapes).tolist() == [10_000, 9600, 10_000]
    assert {(severity, code) for severity, code, _ in said} <= {("mended", "empty_ring")}


@pytest.mark.parametrize("short", [[], [[118.09, 24.48]]])
def test_so_in_geojson(tmp_path, short):
    ring = [[118.09, 24.48], [118.091, 24.48], [118.091, 24.481], [118.09, 24.48]]
    feature = {"type": "Feature", "properties": {"小区名称": "园"}}
    shape = {"type": "MultiPolygon", "coordinates": [[ring, short]]}
    path = tmp_path / "小区.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature | {"geometry": shape}]}))
    raw, said = read(path)
    assert shapely.area(raw.shapes)[0] == pytest.approx(5e-7)
    assert "bad_shape" not in {code for _, code, _ in said}


@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.booleans(), st.booleans())
def test_only_short_rings_are_taken_out_of_the_binary_form(sizes, several, high):
    kind, numbers = (1003, 3) if high else (3, 2)
    rings = [struct.pack("<I", n) + struct.pack(f"<{n * numbers}d", *range(n * numbers)) for n in sizes]
    whole = struct.pack("<BII", 1, kind, len(rings)) + b"".join(rings)
    kept = [ring for ring, n in zip(rings, sizes, strict=True) if n > 2] if sizes[0] > 2 else []
    wanted = struct.pack("<BII", 1, kind, len(kept)) + b"".join(kept)
    if several:
        head = struct.pack("<BII", 1, kind + 3, 2)
        whole, wanted = head + whole + whole, head + wanted + wanted
    assert without_empty_rings(whole) == wanted
    assert without_empty_rings(whole[:-1]) in {whole[:-1], wanted}


@given(st.binary(max_size=80))
def test_bytes_that_are_no_polygon_do_no_harm(data):
    assert isinstance(without_empty_rings(data), bytes)


@pytest.mark.parametrize("name", ["街道边界.shp", "小区边界.shp", "房屋.shp", "水域.shp"])
def test_a_shape_with_a_hole_and_all_rings_reversed_is_what_was_meant(tmp_path, name):
    write_layer(tmp_path / "街道边界.shp", [shapely.box(X0 - 50, Y0 - 50, X0 + 250, Y0 + 150)])
    shp_of(tmp_path / name, [[OUTER[::-1], INNER[::-1]]])
    layers = read_folder(tmp_path)
    sources = clean(layers)
    codes = [problem.code for problem in layers.problems]
    assert codes.count("hole_unmarked") == 1
    assert not {"no_ground", "boundary_proposed"} & set(codes)
    frames = {"小区边界.shp": sources.estates, "房屋.shp": sources.buildings, "水域.shp": sources.exclusions}
    found = frames[name].geometry.iloc[0] if name in frames else sources.boundary
    assert found.area == pytest.approx(9600, abs=1)


def test_a_boundary_that_cannot_be_used_is_not_called_none(tmp_path):
    write_layer(tmp_path / "街道边界.shp", [shapely.LineString([(X0, Y0), (X0 + 300, Y0 + 5)])])
    write_layer(tmp_path / "小区边界.shp", squares(2))
    layers = read_folder(tmp_path)
    assert not layers.of(Role.BOUNDARY)[0].frame.empty
    clean(layers)
    told = next(p for p in layers.problems if p.code == "boundary_proposed")
    assert (told.severity.value, told.file) == ("error", "街道边界.shp")
    assert "No boundary was given" not in told.text.render("en")
