"""Which repairs a problem has, and what they change."""

from __future__ import annotations

from bigmap.base.i18n import Text
from bigmap.base.problems import Problem, Severity
from bigmap.commands.repairs import repairs_of
from bigmap.io.choices import Choice


def overlap(feature: int, other: str, file: str = "小区.shp") -> Problem:
    return Problem(
        Severity.DOUBT, "overlap", Text("{other}", {"other": other}), file, feature, f"小区{feature}"
    )


def codes(*problems: Problem) -> list[str]:
    return [repair.code for repair in repairs_of(problems)]


def test_floor_areas_of_all_files_of_the_group() -> None:
    doubt = Problem(Severity.DOUBT, "unit_wan", Text("…"), "a.shp", 3)
    other = Problem(Severity.DOUBT, "unit_wan", Text("…"), "b.shp", 5)
    (repair,) = repairs_of([doubt, other])
    assert repair.changes == {"a.shp": Choice(wan=True), "b.shp": Choice(wan=True)}
    assert repair.apply({"a.shp": Choice(encoding="Big5")}) == {
        "a.shp": Choice(encoding="Big5", wan=True),
        "b.shp": Choice(wan=True),
    }


def test_overlaps_of_one_layer_go_to_the_later_estate() -> None:
    """2 and 4 overlap estates of their own file; 6 overlaps one of another file, which order cannot solve."""
    group = [overlap(2, "甲 (小区.shp 1)"), overlap(4, "乙 (小区.shp 3)"), overlap(6, "丙 (新区.shp 1)")]
    assert repairs_of(group)[0].changes == {"小区.shp": Choice(first=(2, 4))}
    single = repairs_of(group[:1])
    assert [r.code for r in single] == ["overlap", "left_out", "skip"]
    assert single[0].title.render("en") == "Give the shared ground to 小区2"
    assert codes(group[2]) == ["left_out", "skip"]


def test_a_single_feature_or_its_layer_can_be_left_out_a_group_only_as_a_layer() -> None:
    bad = [Problem(Severity.DOUBT, "multipart", Text("…"), "a.shp", n) for n in (1, 2)]
    leave, skip = repairs_of(bad[:1])
    assert leave.changes == {"a.shp": Choice(left_out=(1,))}
    assert skip.changes == {"a.shp": Choice(skip=True)}
    assert codes(*bad) == ["skip"]


def test_a_feature_that_is_not_used_anyway_is_not_left_out_again() -> None:
    assert codes(Problem(Severity.ERROR, "no_shape", Text("…"), "a.shp", 1)) == ["skip"]
    assert codes(Problem(Severity.DOUBT, "capacity", Text("…"), "服务企业.csv", 1)) == ["skip"]


def test_nothing_is_offered_for_what_was_decided_or_has_no_file() -> None:
    assert codes(Problem(Severity.MENDED, "left_out", Text("…"), "a.shp", 1)) == []
    assert codes(Problem(Severity.DOUBT, "no_load", Text("…"))) == []
    assert repairs_of([]) == []
