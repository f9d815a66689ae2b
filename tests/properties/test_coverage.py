"""Coverage of random drawn zones, against squares that are counted one by one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from bigmap.core.coverage import overlay as on_ground
from bigmap.core.coverage.proof import check_coverage
from bigmap.core.coverage.repair import RepairProposal, all_under, proposals, repair_zones
from tests.helpers.towns import at, layer
from tests.unit.core.coverage.test_proof import drawn, field

SIDE = 10.0  # of a square; the field has 100 x 10 of them
COLUMNS, ROWS = 100, 10


@st.composite
def tilings(draw):
    """Zones of a street: it is cut into columns, and some borders are moved, holes made, zones doubled."""
    cuts = sorted(draw(st.sets(st.integers(5, 95), min_size=1, max_size=6)))
    edges = [0, *cuts, 100]
    boxes = [[a, 0, b, 10] for a, b in pairwise(edges)]
    for i in draw(st.lists(st.integers(0, len(boxes) - 1), max_size=3)):
        side = draw(st.sampled_from([0, 1, 2, 3]))
        boxes[i][side] += draw(st.integers(-2, 2))
    boxes = [b for b in boxes if b[2] > b[0] and b[3] > b[1]]
    if draw(st.booleans()):
        boxes.append(list(draw(st.sampled_from(boxes))))
    holes = draw(st.lists(st.tuples(st.integers(0, 96), st.integers(1, 7)), max_size=2))
    return boxes, holes


def squares(boxes, holes):
    """How many zones claim each square: the naive twin of the whole check."""
    count = np.zeros((COLUMNS, ROWS), dtype=int)
    for x0, y0, x1, y1 in boxes:
        mine = np.zeros_like(count)
        mine[max(x0, 0) : max(x1, 0), max(y0, 0) : max(y1, 0)] = 1
        for x, y in holes:
            mine[x : x + 3, y : y + 2] = 0
        count += mine
    return count


def zones_of(boxes, holes):
    cut = shapely.union_all([box(10 * x, 10 * y, 10 * x + 30, 10 * y + 20) for x, y in holes])
    shapes = [shapely.difference(box(*(10 * np.array(b))), cut) for b in boxes]
    shapes = [s for s in shapes if s.area > 0]
    order = np.argsort([-s.area for s in shapes], kind="stable")
    return drawn(*[shapes[i] for i in order])


@given(tilings())
def test_gaps_and_overlaps_are_those_of_the_squares(tiling):
    boxes, holes = tiling
    town, units = field()
    proof = check_coverage(zones_of(boxes, holes), town, units)
    count = squares(boxes, holes)
    scale = units.governance_m2 / (COLUMNS * ROWS)  # ellipsoidal m² of a square
    assert proof.uncovered_m2 == pytest.approx((count == 0).sum() * scale, rel=1e-5)
    assert proof.overlap_m2 == pytest.approx((count > 1).sum() * scale, rel=1e-5)
    overlaps = [gap.area_m2 for gap in proof.gaps if gap.kind == "overlap"]
    pairs = (count * (count - 1) // 2).sum()
    assert sum(overlaps) == pytest.approx(pairs * scale, rel=1e-5)


@given(tilings())
def test_gaps_and_zones_less_overlaps_are_the_ground(tiling):
    boxes, holes = tiling
    town, units = field()
    zones = zones_of(boxes, holes)
    gaps = check_coverage(zones, town, units).gaps
    inside = shapely.intersection(zones.geometry.to_numpy(), town.boundary)
    bare = sum(gap.geometry.area for gap in gaps if gap.kind in ("gap", "sliver"))
    assert bare + shapely.union_all(inside).area == pytest.approx(town.boundary.area, rel=1e-12)


@given(tilings(), st.data())
def test_a_proposal_leaves_less_to_do_and_all_of_them_nothing(tiling, data):
    boxes, holes = tiling
    town, units = field()
    zones = zones_of(boxes, holes)
    proof = check_coverage(zones, town, units)
    everything = all_under(proof.gaps, np.inf)
    if not everything:
        return
    gap = data.draw(st.sampled_from(proof.gaps))
    choice = data.draw(st.sampled_from([p for p in proposals(gap) if p.action != "exclude"]))
    one = check_coverage(repair_zones(zones, proof.gaps, [choice]), town, units)
    if gap.kind == "overlap":
        assert one.overlap_m2 <= proof.overlap_m2 + 1e-3
        assert one.uncovered_m2 == pytest.approx(proof.uncovered_m2, abs=0.1)
    else:
        assert one.uncovered_m2 == pytest.approx(proof.uncovered_m2 - gap.area_m2, abs=0.1)
        assert one.overlap_m2 == pytest.approx(proof.overlap_m2, abs=0.1)
    repaired = repair_zones(zones, proof.gaps, everything)
    last = check_coverage(repaired, town, units)
    assert (last.uncovered_m2, last.overlap_m2, len(last.gaps)) == (0.0, 0.0, 0)
    on_the_ground = shapely.covers(town.boundary, zones.geometry.to_numpy())
    if on_the_ground.all():  # what zones do beyond the boundary is nobody's business
        assert shapely.coverage_is_valid(repaired.geometry.to_numpy())


# --- any shapes ---------------------------------------------------------------------------------


def blots(seed: int) -> np.ndarray:
    """Voronoi cells with one in five moved, doubled, dented or left out: neighbours fit or do not."""
    rng = np.random.default_rng(seed)
    points = shapely.multipoints(np.column_stack([rng.uniform(0, 1000, 60), rng.uniform(0, 100, 60)]))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box(0, 0, 1000, 100)))
    found = []
    for cell in shapely.coverage_clean(shapely.set_precision(cells, 0.01)):
        fate = rng.integers(0, 20)
        if fate == 1:
            cell = shapely.transform(cell, lambda xy: xy + rng.uniform(-3, 3, 2))
        if fate == 2:
            found.append(cell)
        if fate == 3:
            cell = shapely.difference(cell, shapely.point_on_surface(cell).buffer(3))
        if fate != 4:
            found.append(cell)
    return at(np.array(found, dtype=object))


def naive_pairs(shapes):
    """Common ground of each pair of polygons, one by one."""
    found = {}
    for i in range(len(shapes)):
        for j in range(i + 1, len(shapes)):
            common = shapely.area(shapely.intersection(shapes[i], shapes[j]))
            if common > 1e-4:
                found[i, j] = common
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_quick_check_finds_what_the_naive_one_does(seed):
    shapes = blots(seed)
    places, low, high = on_ground.overlaps(shapes)
    ours: dict[tuple[int, int], float] = {}
    for place, a, b in zip(places, low, high, strict=True):
        ours[int(a), int(b)] = ours.get((int(a), int(b)), 0.0) + place.area
    ours = {pair: area for pair, area in ours.items() if area > 1e-4}
    assert ours == pytest.approx(naive_pairs(shapes), rel=1e-6, abs=1e-6)
    boundary = at(box(0, 0, 1000, 100))
    names = np.array([f"Z{i}" for i in range(len(shapes))], dtype=object)
    none = np.array([], dtype=object)
    found = on_ground.unserved_ground(boundary, none, shapes, names, np.ones(len(shapes), dtype=bool))
    bare = shapely.difference(boundary, shapely.union_all(shapes))
    assert shapely.area(found.bare).sum() == pytest.approx(bare.area, rel=1e-6, abs=0.1)
    for place, beside in zip(found.bare, found.beside, strict=True):
        touching = shapely.distance(shapes, place) < 0.001
        assert set(beside) <= set(names[touching])


def test_zones_drawn_twice_in_full_are_found_pair_by_pair():
    """Both layers fit all round; the second has more vertices, so that no segment tells."""
    cells = shapely.coverage_clean(np.array([at(box(10 * x, 0, 10 * x + 10, 10)) for x in range(9)]))
    twice = np.concatenate([cells, shapely.segmentize(cells, 3.0)])
    _, low, high = on_ground.overlaps(twice)
    assert sorted(zip(low.tolist(), high.tolist(), strict=True)) == [(i, i + 9) for i in range(9)]


def test_many_services_of_random_estates_add_up():
    estates = layer([box(50 * i, 0, 50 * i + 40, 90) for i in range(8)], hh=[10.0 * i for i in range(8)])
    town, units = field(estates=estates)
    whole = check_coverage(drawn(box(0, 0, 1000, 100), operators=["A"]), town, units)
    assert whole.households == whole.figures["hh"].all
    assert whole.households.covered == 280
    part = check_coverage(drawn(box(0, 0, 145, 100), operators=["A"]), town, units)
    assert part.households.covered == 0 + 10 + 20
    gap = part.gaps[0]
    part = check_coverage(
        repair_zones(
            drawn(box(0, 0, 145, 100), operators=["A"]),
            part.gaps,
            [RepairProposal(gap.gap_id, "give", "Z1")],
        ),
        town,
        units,
    )
    assert part.households == whole.households
