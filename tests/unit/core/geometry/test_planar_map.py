"""The planar map against what the library says of the same lines."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.core.geometry.noding import segment_meetings, snap_round, unique_points
from bigmap.core.geometry.planar_map import OUTER, PlanarMap, borders

seeds = st.integers(0, 10**6)


def triangles(seed):
    """Return triangles on a grid so coarse that they touch, overlap and collapse, as (n, 3, 2) numbers."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, rng.choice([6, 40, 300, 5000]), (rng.integers(1, 25), 3, 2))


def sides(shapes):
    return np.concatenate([shapes, np.roll(shapes, -1, axis=1)], axis=2).reshape(-1, 4)


def lines_of(noded):
    return shapely.linestrings(noded.xy[noded.edges].astype(float))


def map_of(shapes):
    noded = snap_round(sides(shapes))
    faces = PlanarMap.of(noded.xy, noded.edges)
    claim = np.repeat(np.arange(len(shapes)), 3)[noded.segment]
    code, starts = borders(noded.edge, claim, len(noded.edges), len(shapes))
    count = np.diff(starts)[faces.source]
    code = np.concatenate([[], *(code[starts[e] : starts[e + 1]] for e in faces.source)]).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(count)])
    return noded, faces, faces.covers(code, starts, np.zeros(len(shapes), dtype=np.int64), 1)[:, 0]


@given(seeds)
def test_edges_meet_at_vertices_only(seed):
    noded = snap_round(sides(triangles(seed)))
    lines = lines_of(noded)
    a, b = shapely.STRtree(lines).query(lines, predicate="intersects")
    common = shapely.intersection(lines[a[a < b]], lines[b[a < b]])
    assert set(shapely.get_type_id(common)) <= {shapely.GeometryType.POINT}
    vertices = {tuple(p) for p in noded.xy.tolist()}
    assert {tuple(p) for p in shapely.get_coordinates(common).tolist()} <= vertices


@given(seeds)
def test_no_line_moves_by_more_than_the_diagonal_of_half_a_square(seed):
    given_lines = sides(triangles(seed))
    noded = snap_round(given_lines)
    pieces = lines_of(noded)
    for k in range(len(given_lines)):
        mine = pieces[noded.edge[noded.segment == k]]
        whole = shapely.LineString(given_lines[k].reshape(2, 2))
        if len(mine):
            path = shapely.union_all(mine)
            assert shapely.hausdorff_distance(path, whole) <= np.sqrt(0.5) + 1e-9


@given(seeds)
def test_faces_are_those_that_the_library_finds(seed):
    noded, faces, _ = map_of(triangles(seed))
    ours = faces.polygons(noded.xy.astype(float))
    assert shapely.is_valid(ours).all()
    assert shapely.coverage_is_valid(ours)
    theirs = shapely.get_parts(shapely.polygonize(lines_of(noded)))
    assert sorted(shapely.area(ours)) == sorted(shapely.area(theirs))
    assert np.allclose(faces.area[1:], shapely.area(ours))


@given(seeds)
def test_a_point_of_each_face_is_in_it_and_is_found_there(seed):
    noded, faces, _ = map_of(triangles(seed))
    inner = faces.inner_points()[1:]
    assert shapely.contains(faces.polygons(noded.xy.astype(float)), shapely.points(inner)).all()
    assert faces.locate(inner).tolist() == list(range(1, faces.n))
    assert faces.locate(np.array([[-9.0, -9.0], [1e6, 3.0]])).tolist() == [OUTER, OUTER]


@given(seeds)
def test_each_face_knows_the_first_that_covers_it(seed):
    shapes = triangles(seed)
    _, faces, first = map_of(shapes)
    solid = shapely.polygons(shapes.astype(float))
    edge = shapely.linearrings(shapes.astype(float))
    for face, place in enumerate(shapely.points(faces.inner_points())):
        if face != OUTER and (shapely.distance(edge, place) > 1.5).all():
            covering = np.flatnonzero(shapely.intersects(solid, place))
            assert first[face] == (covering[0] if len(covering) else -1)


@given(seeds)
def test_united_faces_are_the_union(seed):
    noded, faces, first = map_of(triangles(seed))
    united, member = faces.merged(first)
    whole = united.polygons(noded.xy.astype(float))
    label = first[member[1:]]
    single = faces.polygons(noded.xy.astype(float))
    for claim in set(first[1:].tolist()) - {-1}:
        union = shapely.union_all(single[first[1:] == claim])
        assert shapely.equals(shapely.union_all(whole[label == claim]), union)


def test_a_hole_that_touches_its_shell_is_a_hole():
    #  ______
    # |  /\  |    the diamond touches the square in one corner
    # |  \/  |
    # |______|
    square = [[0, 0, 8, 0], [8, 0, 8, 8], [8, 8, 4, 8], [4, 8, 0, 8], [0, 8, 0, 0]]
    diamond = [[4, 8, 6, 5], [6, 5, 4, 2], [4, 2, 2, 5], [2, 5, 4, 8]]
    noded = snap_round(np.array(square + diamond))
    found = PlanarMap.of(noded.xy, noded.edges).polygons(noded.xy.astype(float))
    assert shapely.is_valid(found).all()
    assert sorted(shapely.area(found)) == [12.0, 52.0]
    assert shapely.get_num_interior_rings(found).sum() == 1


def test_holes_in_holes_know_their_faces():
    rings = [np.array([[k, k], [20 - k, k], [20 - k, 20 - k], [k, 20 - k]]) for k in (0, 2, 4, 6)]
    segments = np.concatenate([np.hstack([r, np.roll(r, -1, axis=0)]) for r in rings])
    noded = snap_round(segments)
    found = PlanarMap.of(noded.xy, noded.edges).polygons(noded.xy.astype(float))
    assert sorted(shapely.area(found)) == [64.0, 80.0, 112.0, 144.0]


def test_vertices_within_a_straight_border_are_left_out():
    noded = snap_round(np.array([[0, 0, 4, 0], [4, 0, 9, 0], [9, 0, 9, 9], [9, 9, 0, 0]]))
    found = PlanarMap.of(noded.xy, noded.edges).polygons(noded.xy.astype(float))
    assert shapely.get_num_coordinates(found).tolist() == [4]


def test_no_lines_at_all():
    nothing = np.zeros((0, 4), dtype=np.int64)
    faces = PlanarMap.of(snap_round(nothing).xy, snap_round(nothing).edges)
    assert faces.n == 1
    assert faces.locate(np.array([[1.0, 2.0]])).tolist() == [OUTER]


def test_points_are_sorted_and_each_comes_once():
    points, where = unique_points(np.array([[5, 1], [-3, 7], [5, 1], [5, 0]]))
    assert points.tolist() == [[-3, 7], [5, 0], [5, 1]]
    assert where.tolist() == [2, 0, 2, 1]


@given(seeds)
def test_meetings_are_those_the_library_finds(seed):
    given_lines = sides(triangles(seed))
    given_lines = unique_pairs(given_lines[(given_lines[:, :2] != given_lines[:, 2:]).any(axis=1)])
    lines = shapely.linestrings(given_lines.reshape(-1, 2, 2).astype(float))
    a, b = shapely.STRtree(lines).query(lines, predicate="intersects")
    a, b = a[a < b], b[a < b]
    # An end of both and nothing else in common: the library's pattern of interiors and boundaries.
    fine = shapely.relate_pattern(lines[a], lines[b], "FF*F0****")
    found = np.sort(segment_meetings(given_lines), axis=1)
    assert set(map(tuple, found.tolist())) == set(zip(a[~fine].tolist(), b[~fine].tolist(), strict=True))


@given(seeds)
def test_a_noded_map_is_sound_and_its_faces_are_a_coverage(seed):
    noded, faces, _ = map_of(triangles(seed))
    assert faces.is_sound
    assert shapely.coverage_is_valid(faces.polygons(noded.xy / 100 + 4e6))


def unique_pairs(segments):
    """Return the segments each once, whichever way they run."""
    turned = np.hstack([segments[:, 2:], segments[:, :2]])
    swap = (segments[:, 0] > segments[:, 2]) | (
        (segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3])
    )
    return np.unique(np.where(swap[:, None], turned, segments), axis=0)
