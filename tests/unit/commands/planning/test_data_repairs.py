"""Which repairs a problem has, and what they change."""

from __future__ import annotations

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import RepairKind
from bigmap.base.problem_kinds import cleaning, georeferencing, planning, tables
from bigmap.base.problem_kinds.fields import FloorAreaAloneInWan
from bigmap.base.problem_kinds.formats import LeftOut
from bigmap.base.problems import Problem
from bigmap.commands.planning.data_repairs import _OWN, repairs_of
from bigmap.core.sources.source_options import SourceOptions


def overlap(feature: int, other: str, file: str = "小区.shp") -> Problem:
    return Problem(cleaning.Overlap(other=other, area=20.0), file, feature, f"小区{feature}")


def codes(*problems: Problem) -> list[str]:
    return [repair.code for repair in repairs_of(problems)]


def test_floor_areas_of_all_files_of_the_group() -> None:
    doubt = Problem(FloorAreaAloneInWan(value=8.5, better=85_000.0), "a.shp", 3)
    other = Problem(FloorAreaAloneInWan(value=9.5, better=95_000.0), "b.shp", 5)
    repair, leave = repairs_of([doubt, other])
    assert leave.changes == {
        "a.shp": SourceOptions(accepted=("unit_wan#3",)),
        "b.shp": SourceOptions(accepted=("unit_wan#5",)),
    }
    assert repair.changes == {"a.shp": SourceOptions(wan=True), "b.shp": SourceOptions(wan=True)}
    assert repair.apply({"a.shp": SourceOptions(encoding="Big5")}) == {
        "a.shp": SourceOptions(encoding="Big5", wan=True),
        "b.shp": SourceOptions(wan=True),
    }


def test_overlaps_of_one_layer_go_to_the_later_estate() -> None:
    """2 and 4 overlap estates of their own file; 6 overlaps one of another file, which order cannot solve."""
    group = [overlap(2, "甲 (小区.shp 1)"), overlap(4, "乙 (小区.shp 3)"), overlap(6, "丙 (新区.shp 1)")]
    assert repairs_of(group)[0].changes == {"小区.shp": SourceOptions(first=(2, 4))}
    single = repairs_of(group[:1])
    assert [r.code for r in single] == ["overlap", "accepted", "left_out", "skip"]
    assert single[0].title.render("en") == "Give the shared ground to 小区2"
    assert codes(group[2]) == ["accepted", "left_out", "skip"]


def test_a_single_feature_or_its_layer_can_be_left_out_a_group_only_as_a_layer() -> None:
    bad = [Problem(cleaning.Multipart(n=2), "a.shp", n) for n in (1, 2)]
    _, leave, skip = repairs_of(bad[:1])
    assert leave.changes == {"a.shp": SourceOptions(left_out=(1,))}
    assert skip.changes == {"a.shp": SourceOptions(skip=True)}
    assert codes(*bad) == ["accepted", "skip"]


def test_a_feature_that_is_not_used_anyway_is_not_left_out_again() -> None:
    assert codes(Problem(cleaning.NoShape(), "a.shp", 1)) == ["skip"]
    assert codes(Problem(tables.CapacityLost(text="若干"), "服务企业.csv", 1)) == ["accepted", "skip"]


def shifted(file: str, move: str, metres: float = 583.0) -> Problem:
    datum = "GCJ-02" if move == "gcj02" else ""
    found = georeferencing.Shifted(
        metres=metres,
        direction=Text("north"),
        other="c.shp",
        datum=datum,
        layer=file,
        option=None,
        move=move,
    )
    return Problem(found, file)


def test_a_shifted_layer_is_moved_and_a_group_at_once() -> None:
    web, plain = shifted("a.shp", "gcj02"), shifted("b.shp", "12.0,-30.0", 32.3)
    assert repairs_of([web])[0].title.render("en") == "Undo the GCJ-02 shift (583 m)"
    assert repairs_of([plain])[0].title.render("en") == "Move it 32 m to the others"
    both, _ = repairs_of([web, plain])
    assert both.changes == {"a.shp": SourceOptions(shift="gcj02"), "b.shp": SourceOptions(shift="12.0,-30.0")}
    moved = Problem(georeferencing.ShiftTakenBack(metres=583.0, datum="GCJ-02"), "a.shp")
    assert repairs_of([moved])[0].apply({"a.shp": SourceOptions(shift="gcj02")}) == {
        "a.shp": SourceOptions(shift="0,0")
    }


def test_another_field_is_balanced_where_none_gives_the_wanted_one() -> None:
    doubt, chosen = (
        kind(wanted="hh", instead=Text("Floor area"), taken="gfa_m2", usable=["gfa_m2", "site_m2"])
        for kind in (planning.NoLoad, planning.NoLoadAsChosen)
    )
    found = repairs_of([Problem(doubt)])
    assert [r.instead for r in found] == ["gfa_m2", "site_m2"]
    assert found[0].title.render("en") == "Yes, balance Gross floor area"
    settled = repairs_of([Problem(chosen)])
    assert [r.instead for r in settled] == ["site_m2"]


def row(mark: str, sheet: str = "", **likely: float) -> Problem:
    found = tables.TableDoubt(
        candidates="…", table="台账.xlsx", sheet=sheet, mark=mark, likely=likely, hh=0.0
    )
    return Problem(found, "台账.xlsx", 3, mark)


def test_a_doubtful_row_is_joined_to_any_of_its_candidates_or_to_none() -> None:
    best, second, none, _ = repairs_of([row("甲苑", "六月", 甲园=84.0, 甲里=70.0)])
    assert best.changes == {"台账.xlsx|六月": SourceOptions(joined={"甲苑": "甲园"})}
    assert second.changes == {"台账.xlsx|六月": SourceOptions(joined={"甲苑": "甲里"})}
    assert none.changes == {"台账.xlsx|六月": SourceOptions(joined={"甲苑": ""})}


def test_a_group_of_doubtful_rows_shares_no_estate() -> None:
    """乙 is likelier to be 甲园, so 甲 gets its second candidate and 丙 nothing."""
    group = [row("甲", 甲园=70.0, 甲里=65.0), row("乙", 甲园=88.0), row("丙", 甲园=66.0)]
    join, none, *_ = repairs_of(group)
    assert join.changes == {"台账.xlsx": SourceOptions(joined={"乙": "甲园", "甲": "甲里"})}
    assert none.changes == {"台账.xlsx": SourceOptions(joined={"甲": "", "乙": "", "丙": ""})}


def test_a_guessed_system_is_confirmed_unless_the_numbers_are_millimetres() -> None:
    values = {"crs": "CGCS2000", "sure": 0.9, "code": "EPSG:4548", "swapped": True}
    sure = repairs_of([Problem(georeferencing.SwappedAxesGuessed(**values, scale=1.0), "a.shp")])[0]
    assert sure.changes == {"a.shp": SourceOptions(crs="EPSG:4548", swapped=True)}
    assert sure.title.render("en") == "Yes, it is CGCS2000"
    millimetres = georeferencing.MillimetresGuessed(**values, scale=0.001)
    assert codes(Problem(millimetres, "a.shp")) == ["skip"]


def test_the_figures_of_the_table_go_first() -> None:
    found = tables.TableConflict(
        source=("台账.xlsx", "六月"),
        field=Text("Households"),
        own="10",
        other="12",
        row=3,
        table="台账.xlsx (六月)",
        used="10",
    )
    assert repairs_of([Problem(found, "a.shp", 1)])[0].changes == {
        "台账.xlsx|六月": SourceOptions(leads=True)
    }


def test_nothing_is_offered_for_what_was_decided_or_has_no_file() -> None:
    assert codes(Problem(LeftOut(), "a.shp", 1)) == []
    assert codes(Problem(planning.LocksGone(n=2))) == ["accepted"]
    assert repairs_of([]) == []


def test_each_kind_of_repair_is_made() -> None:
    assert set(_OWN) == set(RepairKind)
