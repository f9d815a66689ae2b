import numpy as np
import pytest
import shapely

from bigmap.core.crs import gcj02, offsets
from bigmap.core.sources.layers import Role
from tests.helpers.districts import BEIJING, XIAMEN, district, moved, plane

ROLES = [Role.BOUNDARY, Role.ESTATES, Role.BUILDINGS, Role.ROADS]


@pytest.fixture(scope="module")
def towns():
    return {place: district(place) for place in (XIAMEN, BEIJING, (37.5, 55.7))}


def layers(town, **moves):
    """Return the layers with their roles, some of them moved."""
    return [
        (role, moved(town[role.value], moves[role.value]) if role.value in moves else town[role.value])
        for role in ROLES
    ]


def found(town, place, **moves):
    names = [role.value for role in ROLES]
    return {names[s.layer]: s for s in offsets.compare_layers(layers(town, **moves), place).shifts}


@pytest.mark.parametrize("place", [XIAMEN, BEIJING, (37.5, 55.7)])
def test_layers_that_meet_raise_no_alarm(towns, place):
    assert found(towns[place], place) == {}


@pytest.mark.parametrize("place", [XIAMEN, BEIJING])
@pytest.mark.parametrize("datum", gcj02.DATUMS)
@pytest.mark.parametrize("layer", ["estates", "buildings", "roads"])
def test_one_layer_of_a_web_map_is_named_with_its_shift(towns, place, datum, layer):
    shifts = found(towns[place], place, **{layer: gcj02.DATUMS[datum]})
    assert set(shifts) == {layer}
    assert shifts[layer].datum == datum
    assert (shifts[layer].east, shifts[layer].north) == pytest.approx(gcj02.vectors(place)[datum], abs=25)


def test_three_datums_in_one_folder(towns):
    shifts = found(towns[BEIJING], BEIJING, estates=gcj02.to_bd09, roads=gcj02.to_gcj02)
    assert {name: s.datum for name, s in shifts.items()} == {"estates": "bd09", "roads": "gcj02"}
    for s in shifts.values():
        assert (s.east, s.north) == pytest.approx(gcj02.vectors(BEIJING)[s.datum], abs=25)


def test_the_shift_of_xiamen_is_583_m_to_the_south_east(towns):
    s = found(towns[XIAMEN], XIAMEN, estates=gcj02.to_gcj02)["estates"]
    assert s.metres == pytest.approx(583, abs=15)
    assert s.direction == "south-east"


def test_a_shift_without_a_name_is_measured(towns):
    s = found(towns[XIAMEN], XIAMEN, buildings=lambda xy: np.add(xy, (0.0, 1000 / 110_770)))["buildings"]
    assert s.datum is None
    assert (s.east, s.north) == pytest.approx((0, 1000), abs=15)


def test_abroad_no_shift_is_taken_for_that_of_a_web_map(towns):
    place = (37.5, 55.7)
    shifts = found(towns[place], place, buildings=gcj02.to_gcj02)
    assert {s.datum for s in shifts.values()} <= {None}


def test_systems_of_the_layers_may_differ(towns):
    mixed = layers(towns[XIAMEN], estates=gcj02.to_bd09)
    mixed = [(role, frame.to_crs(4548 if role == Role.ROADS else 4490)) for role, frame in mixed]
    assert [ROLES[s.layer] for s in offsets.compare_layers(mixed, XIAMEN).shifts] == [Role.ESTATES]


def test_what_cannot_be_compared_is_left_alone(towns):
    town = towns[XIAMEN]
    points = town["buildings"].set_geometry(town["buildings"].to_crs(plane(XIAMEN)).centroid.to_crs(4490))
    assert (
        offsets.compare_layers([(Role.ESTATES, town["estates"]), (Role.BUILDINGS, points)], XIAMEN).shifts
        == []
    )
    assert (
        offsets.compare_layers(
            [(Role.ESTATES, town["estates"].iloc[:0]), (Role.ROADS, town["roads"])], XIAMEN
        ).shifts
        == []
    )
    assert offsets.compare_layers([], XIAMEN).shifts == []


def test_outlines_of_the_same_offices_twice(towns):
    """Six districts delivered by two bureaus, one of them through a web map."""
    blocks = towns[XIAMEN]["estates"].iloc[::12]
    pair = [(Role.BOUNDARY, blocks), (Role.COMMUNITIES, moved(blocks, gcj02.to_gcj02))]
    (found,) = offsets.compare_layers(pair, XIAMEN).shifts
    assert (found.layer, found.other, found.datum) == (1, 0, "gcj02")
    assert (found.east, found.north) == pytest.approx(gcj02.vectors(XIAMEN)["gcj02"], abs=25)


def with_vertex(xy, bad):
    """Return coordinates with a bad vertex; the ends of a ring as well where that can be stored."""
    out = xy.copy()
    out[[1] if np.isnan(bad) else [0, 1, -1]] = bad
    return out


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300, -1e38, 4e7])
def test_broken_coordinates_of_single_features_do_not_matter(towns, bad):
    mixed = layers(towns[XIAMEN], estates=gcj02.to_gcj02)
    for i, (role, frame) in enumerate(mixed):
        shapes = frame.geometry.to_numpy().copy()
        if len(shapes) > 1:
            shapes[0] = shapely.transform(shapes[0], lambda xy: with_vertex(xy, bad))
        mixed[i] = (role, frame.set_geometry(shapes, crs=4490))
    assert [ROLES[s.layer] for s in offsets.compare_layers(mixed, XIAMEN).shifts] == [Role.ESTATES]


def test_layers_without_a_sound_shape_are_left_alone(towns):
    none = towns[XIAMEN]["roads"].set_geometry([None] * len(towns[XIAMEN]["roads"]), crs=4490)
    far = moved(towns[XIAMEN]["estates"], lambda xy: xy + np.inf)
    assert (
        offsets.compare_layers(
            [(Role.ROADS, none), (Role.ESTATES, far), (Role.BUILDINGS, far)], XIAMEN
        ).shifts
        == []
    )


@pytest.mark.parametrize(
    ("east", "north", "direction"), [(0, 1, "north"), (-5, 5, "north-west"), (1, -9, "south"), (3, 0, "east")]
)
def test_directions(east, north, direction):
    assert offsets.Shift(0, 1, east, north, None).direction == direction
