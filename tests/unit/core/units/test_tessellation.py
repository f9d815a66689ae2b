"""Ground claimed in order, and blocks shared out among their buildings, against the obvious ways."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import Delaunay
from shapely import box

from bigmap.core.geometry.kernels.voronoi import delaunay
from bigmap.core.geometry.partition import cut
from bigmap.core.units.claims import claim_faces, cut_faces
from bigmap.core.units.tessellation import plots, share_out_block
from tests.helpers.towns import random_town

STEPS = 100.0
seeds = st.integers(0, 10**6)


def shared(boundary, claims, footprints, reach, side=1e6):
    """Return polygons of the unclaimed ground and the footprint each belongs to, -1 for open ground."""
    claims, footprints = (np.array(shapes, dtype=object) for shapes in (claims, footprints))
    ground = claim_faces(boundary, claims, footprints, STEPS)
    shares = share_out_block(ground, footprints, reach, side)
    made = cut_faces(ground, shares.lines, shares.face)
    owner, cell = plots(ground, made, shares, reach, side)
    free = ground.block[made.parent] >= 0
    label = np.where(free, owner * 10_000 + cell * (owner < 0), -(10**9))
    united, member = made.map.merged(label)
    keep = free[member[1:]]
    return united.polygons(made.place)[keep], owner[member[1:]][keep]


def area_of(found, owner):
    return float(shapely.area(found[0][found[1] == owner]).sum())


def test_two_houses_share_the_block_in_the_middle():
    found = shared(box(0, 0, 100, 90), [], [box(10, 40, 20, 50), box(80, 40, 90, 50)], 500)
    assert area_of(found, 0) == pytest.approx(4500, abs=60)
    assert area_of(found, 0) + area_of(found, 1) == 9000


def test_ground_beyond_the_reach_stays_free():
    found = shared(box(0, 0, 1000, 10), [], [box(0, 0, 10, 10)], 30)
    assert found[0][found[1] == 0][0].bounds == (0, 0, 40, 10)
    assert area_of(found, -1) == 9600


def test_a_plot_does_not_cross_into_another_block():
    found = shared(box(0, 0, 110, 50), [box(50, 0, 60, 50)], [box(40, 20, 48, 30)], 500)
    assert area_of(found, 0) == 2500


def test_touching_thin_and_equal_houses_do_no_harm():
    houses = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 20.1, 10), box(0, 0, 10, 10)]
    found = shared(box(-20, -20, 40, 30), [], houses, 100)
    assert shapely.area(found[0]).sum() == 60 * 50
    assert shapely.coverage_is_valid(found[0])
    assert area_of(found, 3) == 0  # the same house again


def test_large_open_ground_is_cut_along_a_grid():
    found = shared(box(10, 10, 95, 95), [], [], 50, side=40.0)
    assert len(found[0]) == 9
    assert shapely.area(found[0]).sum() == 85 * 85


def test_a_courtyard_belongs_to_its_house():
    house = box(20, 20, 60, 60).difference(box(30, 30, 50, 50))
    found = shared(box(0, 0, 100, 80), [], [house, box(80, 20, 90, 60)], 500)
    inner = found[1][shapely.covers(found[0], shapely.Point(40, 40))]
    assert inner.tolist() == [0]


@given(seeds)
def test_every_place_is_given_to_the_nearest_footprint(seed):
    """Random places of one block, each measured against every footprint."""
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 180, (rng.integers(1, 15), 2))
    houses = shapely.box(*low.T, *(low + rng.uniform(3, 25, low.shape)).T)
    houses = shapely.set_precision(houses, 0.01)
    polygons, owner = shared(box(0, 0, 220, 220), [], houses, 40)
    points = shapely.points(rng.uniform(0, 220, (60, 2)))
    point, found = shapely.STRtree(polygons).query(points, predicate="within")
    distance = shapely.distance(points[point][:, None], houses[None, :])
    nearest = distance.min(axis=1)
    given_to = np.where(owner[found] >= 0, distance[np.arange(len(point)), owner[found]], np.nan)
    near = owner[found] >= 0
    assert (given_to[near] - nearest[near] < 1.5).all()  # samples are 3 m apart, lines waver by 0.2 m
    assert (nearest[near] < 41).all()
    assert (nearest[~near] > 39).all()


@given(seeds)
def test_claims_get_what_the_library_gives_them(seed):
    town = random_town(seed)
    claims = np.concatenate([town.exclusions.geometry, town.estates.geometry, town.buildings.geometry])
    ground = claim_faces(town.boundary, claims, claims[:0], STEPS)
    ours = np.bincount(
        np.where(ground.claim >= 0, ground.claim, len(claims)),
        weights=ground.map.area / STEPS**2 * ground.inside,
        minlength=len(claims) + 1,
    )
    found = cut(town.boundary, claims)
    theirs = np.bincount(found.claim, weights=shapely.area(found.polygons), minlength=len(claims) + 1)
    around = shapely.length(np.append(claims, town.boundary))
    around[-1] += around.sum()
    assert (np.abs(ours - theirs) <= 0.01 * around + 0.01).all()


@given(seeds, st.integers(4, 120))
def test_triangles_are_those_of_the_library(seed, n):
    points = np.random.default_rng(seed).uniform(0, 1e4, (n, 2))
    around = np.array([[-3e6, -2e6], [3e6, -2.1e6], [1e4, 4e6]])
    x, y = np.ascontiguousarray(np.concatenate([points, around]).T)
    triangles, neighbours = np.empty((2, 2 * n + 1, 3), dtype=np.int64)
    assert delaunay(x, y, n, triangles, neighbours) == 2 * n + 1
    inner = {tuple(sorted(t)) for t in triangles.tolist() if max(t) < n}
    theirs = {tuple(sorted(t)) for t in Delaunay(points).simplices.tolist()}
    assert inner <= theirs  # flat triangles along the hull go to the points around
    assert len(theirs - inner) <= 12
