"""However a town is drawn: what cleaning returns is sound, nothing is lost or changed without a word."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from bigmap.core.clean.road_polygons import road_pieces
from bigmap.core.sources.layers import Role
from tests.helpers.dirt import again, boundary, cleaned, dirty_town, layer
from tests.helpers.examples import few

seeds = st.integers(0, 10**6)
STATED = {"invalid", "spike", "hole_unmarked", "stray_vertex", "no_number"}
"""Problems that say that the ground of a feature changed."""


def frames(sources):
    return [sources.estates, sources.buildings, sources.roads]


@given(seeds)
def test_what_comes_out_is_valid_on_the_grid_and_here(seed):
    sources, _ = cleaned(*dirty_town(seed))
    for frame in frames(sources):
        shapes = frame.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert not (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any()
        xy = shapely.get_coordinates(shapes)
        assert np.array_equal(xy, np.round(xy, 2))
        assert not len(xy) or np.ptp(xy, axis=0).max() < 2000
    for frame in frames(sources)[:2]:
        kinds = shapely.get_type_id(frame.geometry.to_numpy())
        assert set(kinds) <= {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}


@few()
@given(seeds)
def test_cleaning_twice_is_cleaning_once(seed):
    """Figures across the boundary are told anew, as a share of what the first cleaning left of them."""
    town = dirty_town(seed)
    once, _ = cleaned(*town)
    twice, log = cleaned(*again(once))
    with np.errstate(invalid="ignore"):  # some vertices have no coordinates
        across = {
            (made.file.name, fid)
            for made in town[1:]
            for fid, shape in zip(made.frame["fid"], made.frame.geometry, strict=True)
            if not shapely.covers(once.boundary, shape)
        }
    assert {p.severity.value for p in log if (p.file, p.feature) not in across} <= {"doubt"}
    for first, second in zip(frames(once), frames(twice), strict=True):
        assert first["fid"].tolist() == second["fid"].tolist()
        whole = [key not in across for key in zip(first["file"], first["fid"], strict=True)]
        assert first["hh"].fillna(-1)[whole].tolist() == second["hh"].fillna(-1)[whole].tolist()
        a, b = (shapely.normalize(frame.geometry.to_numpy()) for frame in (first, second))
        assert shapely.equals_identical(a, b).all()


@given(seeds)
def test_every_feature_comes_out_or_is_named_as_left_out(seed):
    town = dirty_town(seed)
    sources, log = cleaned(*town)
    named = {(p.file, p.feature) for p in log}
    out = {(f.file, f.fid) for frame in frames(sources) for f in frame.itertuples()}
    joined = {p.text.values["n"] for p in log if p.code == "points_joined"}
    for made in town[1:]:
        lost = {(made.file.name, n) for n in made.frame["fid"]} - out - named
        assert len(lost) == (sum(joined) if made.file.name == "plates.shp" else 0)


@given(seeds)
def test_ground_changes_only_with_a_word(seed):
    town = dirty_town(seed)
    sources, log = cleaned(*town)
    stated = {(p.file, p.feature) for p in log if p.code in STATED}
    given_shapes = {
        (made.file.name, fid): shape
        for made in town[1:]
        for fid, shape in zip(made.frame["fid"], made.frame.geometry, strict=True)
    }
    for frame in frames(sources)[:2]:
        for feature in frame.itertuples():
            before = given_shapes[feature.file, feature.fid]
            if (feature.file, feature.fid) in stated or before.geom_type == "LineString":
                continue
            rounding = 0.01 * shapely.length(before) + 0.02
            inside = shapely.intersection(
                shapely.make_valid(before), sources.boundary
            )  # all that counts of a building
            areas = [pytest.approx(part.area, abs=rounding) for part in (before, inside)]
            assert feature.geometry.area in areas


@given(seeds)
def test_road_areas_are_shared_out_exactly(seed):
    rng = np.random.default_rng(seed)
    lines = shapely.linestrings(rng.uniform(0, 400, (rng.integers(1, 7), 3, 2)))
    roads = shapely.union_all(shapely.buffer(lines, rng.uniform(2, 12, len(lines)), cap_style="flat"))
    for shape in shapely.get_parts(shapely.set_precision(roads, 0.01)):
        found = road_pieces(shape)
        assert sum(piece.area for piece in found) == pytest.approx(shape.area, rel=1e-9)
        assert shapely.is_valid(found).all()
        assert shapely.symmetric_difference(shapely.union_all(found), shape).area < 1e-6 * shape.area


def cad_lines(rng, rows, columns, gap):
    """Return the sides of adjoining rectangles as lines whose ends miss each other by up to ``gap``."""
    side = 40.0
    ends = [
        ((i, j), (i + di, j + dj))
        for i in range(rows + 1)
        for j in range(columns + 1)
        for di, dj in ((1, 0), (0, 1))
        if i + di <= rows and j + dj <= columns
    ]
    reach = gap / np.sqrt(8)  # two ends that each move by this in x and in y are at most ``gap`` apart
    return [
        LineString(
            [np.array(end) * side + rng.uniform(-reach, reach, 2) for end in pair][:: rng.choice([-1, 1])]
        )
        for pair in ends
    ]


@given(seeds, st.integers(1, 4), st.integers(1, 4), st.sampled_from([0.0, 0.01, 0.2, 0.5]))
def test_cad_lines_with_gaps_close_to_as_many_areas_as_were_drawn(seed, rows, columns, gap):
    rng = np.random.default_rng(seed)
    lines = cad_lines(rng, rows, columns, gap)
    hh = 2.0 ** np.arange(len(lines))  # any sum tells which lines are in it
    sources, log = cleaned(boundary(), layer(Role.ESTATES, lines, hh=hh))
    assert len(sources.estates) == rows * columns
    assert sources.estates.geometry.area.tolist() == pytest.approx(
        [1600] * (rows * columns), abs=80 * gap + 0.1
    )
    assert shapely.coverage_is_valid(sources.estates.geometry.to_numpy())
    given_on = sources.estates["hh"].dropna()
    assert given_on.is_unique
    assert given_on.isin(hh).all()
    assert "closes_nothing" not in [p.code for p in log]
