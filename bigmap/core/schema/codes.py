"""Codes that stand in columns of text, and what each means."""

from __future__ import annotations

from bigmap.base.i18n import Text

UNIT_KINDS = {
    "estate": Text("residential estate"),
    "village": Text("urban village"),
    "building": Text("stand-alone building"),
    "public": Text("public building"),
    "road": Text("municipal road"),
    "lane": Text("back lane"),
    "green": Text("green space"),
    "block": Text("open ground of a block"),
}
GAP_KINDS = {
    "gap": Text("gap"),
    "overlap": Text("overlap"),
    "sliver": Text("sliver"),
    "no_operator": Text("zone without an operator"),
    "split_unit": Text("unit cut by a zone border"),
    "service_hole": Text("service that nobody does"),
    "outside": Text("zone outside the boundary"),
}
GAP_CAUSES = {
    "boundary_mismatch": Text("outlines do not meet"),
    "strip": Text("narrow strip between units"),
    "unplanned_land": Text("land nobody planned for"),
    "duplicate": Text("drawn twice"),
    "missing_unit": Text("unit without a zone"),
    "no_operator": Text("no operator"),
    "contract_ended": Text("contract has run out"),
    "operator_unknown": Text("operator is not in the table"),
    "service_missing": Text("nobody named for the service"),
    "unit_cut": Text("zone border runs through the unit"),
    "beyond_boundary": Text("zone reaches beyond the boundary"),
    "apart_from_boundary": Text("zone lies wholly outside the boundary"),
}
GAP_REPAIRS = {
    "give_to_a": Text("give to the first zone"),
    "split": Text("split between the zones"),
    "add_unit": Text("add a unit"),
    "assign_operator": Text("assign an operator"),
    "cut_off": Text("cut off, or widen the boundary"),
}

BORDERS = {
    "barrier": Text("barrier that no zone crosses"),
    "wall": Text("wall of an estate"),
    "road": Text("road of unknown class"),
}
RICH = {"rich": Text("rich"), "even": Text("even"), "lean": Text("lean")}

KIND_WORDS = {
    "小区": "estate", "楼": "building", "单体楼": "building", "公建": "public", "道路": "road",
    "巷": "lane", "小巷": "lane", "绿地": "green", "空地": "block",
}  # fmt: skip
"""Further words for kinds of unit that planners type; the Chinese of `UNIT_KINDS` always are."""
