"""Points have no ground; they tell of the outlines they lie in, each household once."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import Point, box

from bigmap.base.errors import UserError
from bigmap.core.sources.layers import Role
from tests.helpers.dirt import SQUARE, boundary, cleaned, found, layer

HOUSE = box(10, 10, 30, 20)
OTHER = box(50, 10, 70, 20)


def plates(points, names, **columns):
    """Return door plates as a second layer of buildings."""
    plates = layer(Role.BUILDINGS, points, names=names, **columns)
    plates.file = plates.file.with_name("plates.shp")
    return plates


def houses(names=("", ""), **columns):
    return layer(Role.BUILDINGS, [HOUSE, OTHER], names=list(names), **columns)


def test_door_plates_give_a_footprint_what_it_lacks():
    doors = plates(
        [Point(15, 15), Point(55, 15)], ["市府路1号", "市府路3号"], hh=[12.0, 8.0], floors=[6.0, 4.0]
    )
    sources, log = cleaned(boundary(), houses(["", "老楼"], hh=[np.nan, 9.0]), doors)
    assert sources.buildings[["name", "hh", "floors"]].to_numpy().tolist() == [
        ["市府路1号", 12, 6],
        ["老楼", 9, 4],
    ]
    assert found(log) == [("doubt", "points_differ", 2), ("mended", "points_joined", None)]
    assert "gave them 1 names and 12 households" in log.items[-1].text.render("en")


def test_several_plates_of_one_building_add_up_and_repeats_count_once():
    doors = plates(
        [Point(12, 12), Point(14, 12), Point(16, 12), Point(28, 18)],
        ["1单元", "2单元", "1 单元", ""],
        hh=[10.0, 14.0, 10.0, 1.0],
    )
    sources, log = cleaned(boundary(), houses(), doors)
    assert sources.buildings["hh"].tolist()[0] == 25
    assert sources.buildings["name"].tolist() == ["", ""]  # two names are none
    assert found(log)[0] == ("mended", "points_repeated", None)


def test_the_same_number_on_all_plates_of_a_building_is_that_of_the_whole():
    doors = plates([Point(12, 12), Point(28, 12)], ["1单元", "2单元"], hh=[24.0, 24.0])
    sources, log = cleaned(boundary(), houses(), doors)
    assert sources.buildings["hh"].tolist()[0] == 24
    assert found(log)[0] == ("doubt", "households_repeated", 1)
    assert "48" in log.items[0].text.render("en")


def test_a_point_for_each_household_is_counted_as_such():
    doors = plates([Point(12, 12), Point(14, 12), Point(16, 12)], ["101", "102", "103"], hh=[1.0, 1.0, 1.0])
    sources, log = cleaned(boundary(), houses(), doors)
    assert sources.buildings["hh"].tolist()[0] == 3
    assert found(log) == [("mended", "points_joined", None)]


def test_a_plate_on_the_wall_belongs_to_the_nearest_house_and_one_far_off_to_none():
    doors = plates([Point(31, 15), Point(40, 60)], ["近", "远"], hh=[5.0, 6.0])
    sources, log = cleaned(boundary(), houses(), doors)
    assert sources.buildings["hh"].tolist()[0] == 5
    assert found(log) == [("doubt", "point_alone", 2), ("mended", "points_joined", None)]
    assert "6 households" in log.items[0].text.render("en")


def test_public_buildings_are_told_by_points_too():
    school = layer(Role.PUBLIC, [OTHER], names=[""])
    poi = layer(Role.PUBLIC, [Point(60, 15)], names=["实验小学"])
    sources, _ = cleaned(boundary(), school, poi)
    assert sources.buildings[["kind", "name"]].to_numpy().tolist() == [["public", "实验小学"]]


def test_without_footprints_door_plates_tell_of_the_estate():
    doors = plates([Point(20, 20), Point(60, 60), Point(300, 60)], ["1", "2", "3"], hh=[10.0, 20.0, 40.0])
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [SQUARE], names=["莲溪里"]), doors)
    assert sources.estates[["name", "hh"]].to_numpy().tolist() == [["莲溪里", 30]]
    assert found(log) == [("doubt", "point_alone", 3), ("mended", "points_joined", None)]


def test_buildings_as_points_without_any_outline_are_reported_with_their_households():
    sources, log = cleaned(boundary(), plates([Point(20, 20), Point(60, 60)], ["1", "2"], hh=[10.0, 20.0]))
    assert len(sources.buildings) == 0
    assert found(log) == [("doubt", "points", None)]
    assert "30 households" in log.items[0].text.render("en")


def test_estates_as_points_are_no_ground_but_name_the_estate_they_lie_in():
    labels = layer(Role.ESTATES, [Point(50, 50), Point(400, 50)], names=["筼筜花园", "别处"], hh=[88.0, 7.0])
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [SQUARE], names=[""]), labels)
    assert sources.estates[["name", "hh"]].to_numpy().tolist() == [["筼筜花园", 88]]
    assert found(log) == [("doubt", "point_alone", 2), ("mended", "points_joined", None)]


def test_a_label_names_the_inner_of_two_estates():
    labels = layer(Role.ESTATES, [Point(50, 50)], names=["内园"])
    sources, _ = cleaned(
        boundary(), layer(Role.ESTATES, [SQUARE, box(40, 40, 60, 60)], names=["外园", ""]), labels
    )
    assert sources.estates["name"].tolist() == ["外园", "内园"]


def test_a_point_in_the_ocean_is_left_out_by_name():
    doors = plates([Point(-610_000, -2_708_000), Point(15, 15)], ["零点", "1号"])
    sources, log = cleaned(boundary(), houses(), doors)
    assert sources.buildings["name"].tolist() == ["1号", ""]
    assert next((p.code, p.name) for p in log) == ("far_away", "零点")


def test_points_among_roads_are_reported():
    roads = layer(Role.ROADS, [Point(5, 5), box(0, 200, 900, 220)])
    sources, log = cleaned(boundary(), roads)
    assert len(sources.roads) == 1
    assert ("doubt", "points", None) in found(log)


def test_points_alone_are_refused_in_one_sentence():
    with pytest.raises(UserError, match=r"plates\.shp"):
        cleaned(plates([Point(1, 1)], ["1"]))


def test_households_are_conserved_over_any_plates():
    rng = np.random.default_rng(3)
    xy = rng.uniform(0, 80, (200, 2))
    hh = rng.integers(2, 30, 200).astype(float)
    doors = plates([Point(p) for p in xy], [f"{i}号" for i in range(200)], hh=hh)
    sources, log = cleaned(boundary(), houses(), doors)
    alone = sum(p.text.values["hh"] for p in log if p.code == "point_alone")
    assert sources.buildings["hh"].sum() + alone == hh.sum()
