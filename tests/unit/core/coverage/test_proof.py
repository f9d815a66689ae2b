"""The coverage proof of plans and of zones drawn elsewhere."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, box

from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.proof import check_coverage, cover_plan
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.planning.plan import zones_of
from bigmap.core.units.build_units import build_units
from bigmap.core.zoning.load import weigh
from tests.helpers.towns import GK117, at, layer, small_town, sources


def drawn(*shapes, operators=None):
    """Zones Z1, Z2… drawn by hand."""
    return gpd.GeoDataFrame(
        {"zone_id": [f"Z{i + 1}" for i in range(len(shapes))], "oper": operators or [None] * len(shapes)},
        geometry=[at(s) for s in shapes],
        crs=GK117,
    )


def field(**layers):
    """A boundary of 1000 m × 100 m with whatever is given on it."""
    return made_field(**layers) if layers else bare_field()


def made_field(**layers):
    town = sources(box(0, 0, 1000, 100), **layers)
    return town, build_units(town)


bare_field = cache(made_field)
"""Nothing is given on it; not to be changed, since all have the same one."""


def rows(proof):
    return [(g.gap_id, g.kind, round(g.area_m2, -1), g.zones, g.remedy) for g in proof.gaps]


def test_domain_fixture_f12():
    """Two zones with a 0.3 m gap, a 3 m strip, a 2,000 m² hole and a 0.5 m overlap."""
    town, units = field()
    hole = box(100, 30, 150, 70)
    a, b = box(0, 0, 300, 100).difference(hole), box(300.3, 0, 600, 100)
    c, d = box(603, 0, 800.5, 100), box(800, 0, 1000, 100)
    proof = check_coverage(drawn(a, b, c, d), town, units)
    assert rows(proof) == [
        ("G0001", "gap", 2000, ("Z1",), "give_to_a"),
        ("G0002", "gap", 300, ("Z2", "Z3"), "give_to_a"),
        ("G0003", "sliver", 30, ("Z1", "Z2"), "give_to_a"),
        ("O0001", "overlap", 50, ("Z3", "Z4"), "give_to_a"),
    ]
    assert proof.uncovered_m2 == pytest.approx(2330, rel=1e-3)
    assert proof.overlap_m2 == pytest.approx(50, rel=1e-3)
    assert proof.land.value == pytest.approx(1 - 2330 / 100_000, abs=1e-4)


def test_domain_fixture_f14_a_gap_wholly_inside_a_zone():
    town, units = field()
    whole = box(0, 0, 1000, 100)
    proof = check_coverage(drawn(whole.difference(box(400, 40, 420, 60))), town, units)
    assert rows(proof) == [("G0001", "gap", 400, ("Z1",), "give_to_a")]


def test_zones_beyond_the_boundary_and_over_water_count_only_their_ground():
    town, units = field(exclusions=layer([box(0, 0, 100, 100)]))
    proof = check_coverage(drawn(box(-500, -500, 2000, 600)), town, units)
    assert proof.uncovered_m2 == 0.0
    assert proof.land.of == pytest.approx(90_000, rel=1e-3)
    assert proof.land.value == 1.0
    assert [(gap.kind, gap.zones) for gap in proof.gaps] == [("outside", ("Z1",))]
    assert proof.outside_m2 == {"Z1": pytest.approx(2500 * 1100 - 100_000, rel=1e-2)}


def test_ground_of_two_zones_outside_is_listed_for_each():
    town, units = field()
    proof = check_coverage(drawn(box(0, 0, 1000, 150), box(900, 100, 1200, 150)), town, units)
    outside = [(gap.zones, gap.cause) for gap in proof.gaps if gap.kind == "outside"]
    assert outside == [(("Z1",), "beyond_boundary"), (("Z2",), "apart_from_boundary")]
    assert proof.outside_m2 == {
        "Z1": pytest.approx(50_000, rel=1e-3),
        "Z2": pytest.approx(15_000, rel=1e-3),
    }


@pytest.mark.parametrize(("resolution_m", "listed"), [(0.0, 3), (0.1, 2), (0.5, 1), (100.0, 1)])
def test_only_places_narrower_than_the_rounding_of_their_zones_are_not_listed(resolution_m, listed):
    """A gap of 0.05 m, one of 0.3 m and an overlap of 0.8 m."""
    town, units = field()
    shapes = [
        box(0, 0, 300, 100),
        box(300.05, 0, 500, 100),
        box(500.3, 0, 800, 100),
        box(799.2, 0, 1000, 100),
    ]
    proof = check_coverage(drawn(*shapes).assign(resolution_m=resolution_m), town, units)
    assert len(proof.gaps) == listed
    assert proof.rounding.n == 3 - listed
    assert proof.uncovered_m2 == pytest.approx(35, rel=1e-2)
    assert proof.rounding.area_m2 + sum(gap.area_m2 for gap in proof.gaps) == pytest.approx(115, rel=1e-2)


def test_a_zone_without_an_operator_is_listed_however_narrow():
    town, units = field()
    zones = drawn(box(0, 0, 1000, 99.95), box(0, 99.95, 1000, 100), operators=["A", "无"])
    proof = check_coverage(zones.assign(resolution_m=1.0), town, units)
    assert [gap.kind for gap in proof.gaps] == ["no_operator"]


def test_no_gap_is_listed_in_the_water():
    town, units = field(exclusions=layer([box(0, 0, 100, 100)]))
    assert not len(check_coverage(drawn(box(100, 0, 1000, 100)), town, units).gaps)


def test_inside_and_outside_the_walls_apart():
    town, units = field(estates=layer([box(0, 0, 500, 100)], name="园", hh=[100.0]))
    proof = check_coverage(drawn(box(250, 0, 1000, 100), operators=["A"]), town, units)
    assert proof.inside.value == pytest.approx(0.5)
    assert proof.outside.value == pytest.approx(1.0)
    assert (proof.households.covered, proof.households.of) == (0, 100)
    assert [gap.inside for gap in proof.gaps] == [True]


def test_a_gap_tells_the_nearest_road():
    road = layer([LineString([(0, 50), (1000, 50)])], name="市府路", width_m=10.0, road_class="branch")
    town, units = field(roads=road)
    proof = check_coverage(drawn(box(0, 0, 1000, 80)), town, units)
    assert [gap.near_name for gap in proof.gaps] == ["市府路"]


def test_three_zones_over_one_place_give_three_pairs():
    town, units = field()
    proof = check_coverage(drawn(*[box(0, 0, 1000, 100)] * 3), town, units)
    assert sorted(gap.zones for gap in proof.gaps) == [("Z1", "Z2"), ("Z1", "Z3"), ("Z2", "Z3")]


# --- plans of whole units ------------------------------------------------------------------


def plan_proof(assign, operators=None):
    """The small town with units given to zones by name; ``operators`` are the zones' operators."""
    units = weigh(build_units(small_town()), {"hh": 1.0}, ProblemLog())
    graph = build_graph(units.polygons)
    zone = np.array([assign(row) for row in units.frame.itertuples()])
    zones = zones_of(units, zone, 2)
    if operators:
        zones["oper"] = operators
    return units, cover_plan(units, graph, zone, zones)


def test_an_estate_without_a_zone_is_a_gap_inside_the_wall():
    _, proof = plan_proof(lambda unit: -1 if unit.name == "筼筜花园" else 0, ["A", "A"])
    assert [(gap.gap_id, gap.kind, gap.inside, gap.zones, gap.cause) for gap in proof.gaps] == [
        ("G0001", "gap", True, ("W01",), "missing_unit")
    ]
    assert proof.uncovered_m2 == pytest.approx(160 * 80, rel=1e-3)
    assert proof.outside.value == 1.0
    assert proof.inside.value == pytest.approx(0.5)
    assert (proof.households.covered, proof.households.of) == (43, 163)


def test_neighbouring_units_without_a_zone_are_one_gap():
    _, proof = plan_proof(lambda unit: -1 if unit.comm == "东社区" else 0)
    assert len(proof.gaps) == 1


def test_where_no_operator_is_known_nothing_is_told_of_who_serves():
    _, proof = plan_proof(lambda unit: int(unit.comm == "西社区"))
    assert proof.silent
    assert proof.land.value == 1.0
    served = [proof.households, *(proof.figures[n].all for n in ("operated", "hh", "gfa_m2", "sweep_m2"))]
    served += [figure.all for figure in proof.services.values()]
    assert {(share.lacks, np.isnan(share.value), np.isnan(share.covered)) for share in served} == {
        ("operators", True, True)
    }
    assert proof.households.of == 163
    assert not len(proof.gaps)


def test_a_zone_without_an_operator_is_listed_and_its_households_do_not_count():
    _, proof = plan_proof(lambda unit: int(unit.comm == "西社区"), ["A", None])
    assert [gap.kind for gap in proof.gaps] == ["no_operator"]
    assert (proof.households.covered, proof.households.of) == (150, 163)
    assert proof.land.value == 1.0


def test_an_overlap_counts_only_governed_ground_and_only_once():
    # An L-shaped town: half of the double cover lies outside it; three zones lie over the rest.
    town = sources(box(0, 0, 200, 200).difference(box(100, 100, 200, 200)))
    units = build_units(town)
    proof = check_coverage(drawn(*[box(0, 0, 200, 200)] * 3), town, units)
    assert proof.overlap_m2 == pytest.approx(30_000, rel=1e-3)
    wet = sources(box(0, 0, 200, 100), exclusions=layer([box(0, 0, 100, 100)]))
    proof = check_coverage(drawn(*[box(0, 0, 200, 100)] * 2), wet, build_units(wet))
    assert proof.overlap_m2 == pytest.approx(10_000, rel=1e-3)


@pytest.mark.parametrize(("covered", "counts"), [(0.96, True), (0.94, False), (0.5, False)])
def test_a_unit_counts_from_95_percent_of_its_ground(covered, counts):
    town, units = field(estates=layer([box(0, 0, 1000, 100)], name="园", hh=[70.0]))
    proof = check_coverage(drawn(box(0, 0, 1000 * covered, 100), operators=["A"]), town, units)
    assert proof.households.covered == (70 if counts else 0)


@pytest.mark.parametrize(
    ("gap", "kind"),
    [(box(0, 0, 40, 40), "gap"), (box(0, 0, 6, 6), "sliver"), (box(0, 0, 1000, 0.4), "sliver")],
)
def test_what_is_too_small_or_too_thin_is_a_sliver(gap, kind):
    town, units = field()
    proof = check_coverage(drawn(box(0, 0, 1000, 100).difference(gap)), town, units)
    assert [gap.kind for gap in proof.gaps] == [kind]


def test_derived_zones_that_overlap_are_a_defect():
    units = weigh(build_units(small_town()), {"hh": 1.0}, ProblemLog())
    graph = build_graph(units.polygons)
    zone = np.arange(len(units)) % 2
    zones = zones_of(units, zone, 2)
    zones.loc[0, "geometry"] = zones.geometry.iloc[0].buffer(5)
    with pytest.raises(ArithmeticError):
        cover_plan(units, graph, zone, zones)
