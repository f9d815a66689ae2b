"""How long the stages take on the sample, each beside the obvious way in the same run: `make bench`."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from bigmap.base.paths import sample_shapes
from bigmap.core.clean.cleaning import clean
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.partition import cut, dissolve
from bigmap.core.planning.pipeline import plan
from bigmap.core.units.road_surfaces import road_segments, surfaces
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.reading.folder import read_folder


@pytest.fixture(scope="module")
def made():
    return plan(read_folder(sample_shapes()), ZoningRules(zones=7))


@pytest.fixture(scope="module")
def claims():
    sources = clean(read_folder(sample_shapes()))
    roads = surfaces(road_segments(sources.roads))
    return sources.boundary, np.concatenate([sources.estates.geometry.to_numpy(), roads])


@pytest.mark.benchmark(group="whole job")
def test_sample(benchmark):
    benchmark(lambda: plan(read_folder(sample_shapes()), ZoningRules(zones=7)))


@pytest.mark.benchmark(group="cut estates and roads")
def test_cut(benchmark, claims):
    boundary, shapes = claims
    found = benchmark(cut, boundary, shapes)
    assert shapely.coverage_is_valid(found.polygons)


@pytest.mark.benchmark(group="cut estates and roads")
def test_cut_by_overlay(benchmark, claims):
    boundary, shapes = claims
    layers = gpd.GeoDataFrame(geometry=shapes), gpd.GeoDataFrame(geometry=[boundary])
    benchmark(lambda: gpd.overlay(*layers, how="union", keep_geom_type=True))


@pytest.mark.benchmark(group="adjacency with lengths")
def test_adjacency(benchmark, made):
    benchmark(build_graph, made.units.polygons)


@pytest.mark.benchmark(group="adjacency with lengths")
def test_adjacency_by_intersection(benchmark, made):
    polygons = made.units.polygons

    def naive():
        a, b = shapely.STRtree(polygons).query(polygons, predicate="touches")
        return shapely.length(shapely.intersection(polygons[a], polygons[b]))

    benchmark(naive)


@pytest.mark.benchmark(group="dissolve")
def test_dissolve(benchmark, made):
    benchmark(dissolve, made.units.polygons, made.zone_of_unit, len(made.zones))


@pytest.mark.benchmark(group="dissolve")
def test_dissolve_by_geopandas(benchmark, made):
    frame = gpd.GeoDataFrame({"zone": made.zone_of_unit}, geometry=made.units.polygons)
    benchmark(lambda: frame.dissolve("zone"))
