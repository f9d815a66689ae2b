"""Layers in every other format, hurt anywhere: read and said, or refused; and any text that survives."""

from __future__ import annotations

import json
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder import read_folder
from bigmap.io.spreadsheets.table_head import read_sheets
from tests.helpers.shapefiles import squares, write_layer

NAMES = ["筼筜", "后垵", "墘头"]


@cache
def whole(suffix):
    """Return a sound layer of three estates in a format, as bytes."""
    frame = gpd.GeoDataFrame({"名称": NAMES, "户数": [1, 2, 3]}, geometry=squares(3), crs=4548).to_crs(4326)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"estates{suffix}"
        if suffix == ".csv":
            rows = zip(NAMES, frame.geometry.to_wkt(), strict=True)
            path.write_text("名称,wkt\n" + "".join(f'{n},"{w}"\n' for n, w in rows), encoding="utf-8")
        elif suffix == ".zip":
            write_layer(path.with_suffix(".shp"), squares(3), {"名称": NAMES})
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
                for part in path.parent.glob("estates.[sdp]*"):
                    file.write(part, part.name)
        elif suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path, engine="pyogrio", driver={".kml": "KML"}.get(suffix))
        return path.read_bytes()


@pytest.mark.parametrize("suffix", [".geojson", ".csv", ".kml", ".zip", ".gpkg", ".parquet"])
@given(data=st.data())
def test_whatever_is_damaged_is_read_or_refused_with_a_sentence(suffix, data):
    sound = bytearray(whole(suffix))
    for _ in range(data.draw(st.integers(0, 3), label="patches")):
        at = data.draw(st.integers(0, len(sound)), label="at")
        patch = data.draw(st.binary(min_size=1, max_size=9), label="patch")
        sound[at : at + len(patch)] = patch
    cut = data.draw(st.none() | st.integers(0, len(sound)), label="cut")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"estates{suffix}"
        path.write_bytes(bytes(sound[:cut]))
        layers, refused = outcome(lambda: read_folder(Path(folder)))
    assert refused if layers is None else all(len(layer.frame) for layer in layers.layers)


def outcome(reading):
    """Return what is read, or None and the sentence of the refusal."""
    try:
        return reading(), ""
    except UserError as error:
        return None, error.text.render("en")


@given(cut=st.integers(0, 2000))
def test_a_geojson_cut_anywhere_gives_the_features_before_the_cut_and_says_so(cut):
    sound = whole(".geojson")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estates.geojson"
        path.write_bytes(sound[:cut])
        log = ProblemLog()
        try:
            names = read_vector(path, None, log).table["名称"].tolist()
        except UserError:
            return
    assert names == NAMES[: len(names)]
    assert len(names) == 3 or [p.code for p in log] == ["file_cut"]


TEXT = st.text(st.characters(codec="gb18030", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=30)


@given(text=TEXT, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_survives_in_geojson(text, encoding):
    features = json.loads(whole(".geojson"))
    features["features"][0]["properties"]["名称"] = text
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estates.geojson"
        path.write_bytes(json.dumps(features, ensure_ascii=False).encode(encoding))
        assert read_vector(path, None, ProblemLog()).table["名称"].iloc[0] == text


@given(data=st.binary(max_size=400), suffix=st.sampled_from([".csv", ".xls", ".tsv"]))
def test_any_bytes_as_a_table(data, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"台账{suffix}"
        path.write_bytes(data.replace(b"PK", b"").lstrip(b"\x09\xd0"))  # workbooks cost a process each
        sheets, refused = outcome(lambda: read_sheets(path, ProblemLog()))
    assert sheets is not None or path.name in refused
