"""Problems in groups of one kind: what a group is called, what is in it, and the line over all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bigmap.base.i18n import Text, tr
from bigmap.base.problems import Problem, ProblemLog, Severity

ORDER = (Severity.ERROR, Severity.DOUBT, Severity.MENDED)

TITLES = {
    "archive": Text("Packed archives"),
    "archive_twice": Text("Archives with the same files"),
    "across_boundary": Text("Across the boundary"),
    "arcs": Text("Arcs drawn as short lines"),
    "bad_shape": Text("Shapes that cannot be read"),
    "boundary_enclosed": Text("Ground enclosed by the boundary"),
    "boundary_gap": Text("Ground between districts to decide"),
    "boundary_overlap": Text("Districts overlap"),
    "boundary_proposed": Text("No boundary given"),
    "boundary_slit": Text("Slits between districts closed"),
    "capacity": Text("Operators beyond their capacity"),
    "capacity_lost": Text("Capacities that are no numbers"),
    "centre_lines": Text("Road outlines with centre lines"),
    "chosen": Text("Read as you chose"),
    "closed_lines": Text("Outlines made into areas"),
    "closes_nothing": Text("Lines that close nothing"),
    "code_lost": Text("Codes whose digits are lost"),
    "code_mended": Text("Codes written out"),
    "control_points": Text("Placed by control points"),
    "crs_contradicts": Text("Coordinate system contradicts the coordinates"),
    "crs_elsewhere": Text("Coordinate system puts it elsewhere"),
    "crs_guessed": Text("Coordinate system guessed"),
    "datum_untold": Text("WGS 84 or GCJ-02?"),
    "dual_carriageway": Text("Dual carriageways"),
    "duplicate": Text("Drawn twice"),
    "dwellings": Text("Dwellings counted as households"),
    "elsewhere": Text("Layer lies elsewhere"),
    "encoding_contradicts": Text("Encoding label is wrong"),
    "encoding_unknown": Text("Encoding unknown"),
    "far_away": Text("Features far away"),
    "fee_per_household": Text("Fees per household"),
    "fee_unit": Text("Fees by the year?"),
    "field_rivals": Text("Fields that mean the same"),
    "floors_guessed": Text("Floors guessed from the height"),
    "gap_closed": Text("Gaps in outlines closed"),
    "given_twice": Text("Buildings given twice"),
    "ground_in_pieces": Text("Ground in several pieces"),
    "hole_unmarked": Text("Holes drawn as areas"),
    "households_repeated": Text("Households repeated at points"),
    "index_missing": Text("Shape index missing"),
    "index_stale": Text("Shape index out of date"),
    "inside": Text("Estates inside others"),
    "invalid": Text("Shapes put right"),
    "island": Text("Units without a neighbour"),
    "left_aside": Text("Layers left aside"),
    "left_out": Text("Left out by you"),
    "line_lost": Text("Lines that cannot be read"),
    "entry_lost": Text("Entries that are no features"),
    "code_repeated": Text("Codes borne by several features"),
    "cell_blank": Text("Cells without a value"),
    "line_unused": Text("Lines not used"),
    "lines_joined": Text("Lines joined into areas"),
    "multipart": Text("Estates in several pieces"),
    "near_duplicate": Text("Nearly drawn twice"),
    "no_datum_shift": Text("No official datum shift"),
    "no_ground": Text("Shapes without ground"),
    "no_load": Text("Balanced by another field"),
    "no_number": Text("Vertices without coordinates"),
    "no_shape": Text("Features without a shape"),
    "number_lost": Text("Values that are no numbers"),
    "number_mended": Text("Numbers typed in words"),
    "number_negative": Text("Numbers below zero"),
    "number_rough": Text("Rough numbers"),
    "on_exclusion": Text("Buildings on water or hills"),
    "open_ring": Text("Rings left open"),
    "operator_twice": Text("Operators given twice"),
    "operator_unknown": Text("Operators not in the table"),
    "ended_serves": Text("Zones whose contract has run out"),
    "over_capacity": Text("Operators with more than their capacity"),
    "no_households": Text("Households not told"),
    "no_floor_area": Text("Floor areas not told"),
    "zeros": Text("Columns of zeros"),
    "services_unread": Text("Tables of services not read"),
    "outside": Text("Outside the governed ground"),
    "outside_boundary": Text("Buildings outside the boundary"),
    "overlap": Text("Overlapping estates"),
    "overlap_given": Text("Shared ground given by you"),
    "point_alone": Text("Points without an outline"),
    "points": Text("Points without ground"),
    "points_differ": Text("Points that disagree"),
    "points_joined": Text("Points joined to outlines"),
    "points_repeated": Text("Points given twice"),
    "prj_unreadable": Text("Unreadable .prj"),
    "rate_mixed": Text("Per cent or share?"),
    "rate_per_cent": Text("Per cent converted"),
    "rate_wrong": Text("Rates above 100 %"),
    "repeated_vertex": Text("Vertices given twice"),
    "road_split": Text("Road areas cut at junctions"),
    "row_twice": Text("Rows given twice"),
    "rows_deleted": Text("Deleted features"),
    "rows_lost": Text("Attributes lost"),
    "rows_spare": Text("Rows without a shape"),
    "same_name": Text("Same name"),
    "same_ground": Text("Estates on one ground"),
    "second_boundary": Text("More than one boundary"),
    "shapes_cut": Text("Shapes cut off"),
    "sheet_hidden": Text("Hidden sheets"),
    "shifted": Text("Layers that lie off the others"),
    "sliver": Text("Slivers given to neighbours"),
    "small_faces": Text("Tiny faces between lines"),
    "spike": Text("Spikes cut off"),
    "stray_vertex": Text("Stray vertices"),
    "table_chosen": Text("Joined as you chose"),
    "table_conflict": Text("Table and layer disagree"),
    "table_doubt": Text("Rows to be joined?"),
    "table_joined": Text("Tables joined"),
    "table_lacks": Text("Names without a match"),
    "table_near": Text("Joined by a similar name"),
    "table_refused": Text("Rows left unjoined by you"),
    "table_spare": Text("Rows without an estate"),
    "too_wide": Text("Coordinates span too far"),
    "unit": Text("Units converted"),
    "unit_not_wan": Text("Floor area not in 10,000 m²?"),
    "unit_wan": Text("Floor area in 10,000 m²?"),
    "unit_wan_mended": Text("Floor areas multiplied by 10,000"),
    "unreadable": Text("Files that cannot be read"),
    "unshifted": Text("Moved between datums"),
    "width_assumed": Text("Road width assumed"),
    "width_measured": Text("Road width measured"),
    "wrong_zone": Text("Drawn in the wrong zone"),
}
"""Code → name of the group; a code that has none is named by its first problem."""

_FIRST = {
    *("shifted", "crs_guessed", "crs_contradicts", "crs_elsewhere", "elsewhere", "wrong_zone", "too_wide"),
    *("encoding_contradicts", "encoding_unknown", "boundary_proposed", "no_load"),
}
"""Codes of what many of the other problems may come from."""


@dataclass(frozen=True)
class Group:
    """Problems of one kind and severity."""

    severity: Severity
    code: str
    problems: tuple[Problem, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What the group is known by when the problems change."""
        return (self.severity.value, self.code)

    @property
    def title(self) -> str:
        """Name of the group in the language in use."""
        return str(TITLES.get(self.code) or self.problems[0].text)


def grouped(problems: Iterable[Problem], severities: Collection[Severity] = ORDER) -> list[Group]:
    """Return the groups of these severities: what needs a hand first, then causes, then the larger ones."""
    found: dict[tuple[Severity, str], list[Problem]] = {}
    for problem in problems:
        if problem.severity in severities:
            found.setdefault((problem.severity, problem.code), []).append(problem)
    groups = [Group(severity, code, tuple(items)) for (severity, code), items in found.items()]
    return sorted(groups, key=lambda g: (ORDER.index(g.severity), g.code not in _FIRST, -len(g.problems)))


def headline(problems: ProblemLog) -> str:
    """Return how many problems there are and what became of them, in one line."""
    counts, n = problems.counts(), len(problems)
    if n == 0:
        return tr("No problems")
    values = {"n": n, "mended": counts["mended"], "doubt": counts["doubt"], "error": counts["error"]}
    if counts["error"]:
        return tr("{n} problems, {mended} mended, {doubt} to decide, {error} not used", **values)
    values.pop("error")
    return tr("{n} problems, {mended} mended, {doubt} to decide", **values)


def as_lines(problems: Iterable[Problem]) -> str:
    """Return problems for the clipboard: one line each, tabs between file, feature, name, sentence."""
    rows = ((p.file, "" if p.feature is None else str(p.feature), p.name, str(p.text)) for p in problems)
    return "\n".join("\t".join(row) for row in rows)


def whereabouts(problem: Problem) -> str:
    """Return file and number of the feature, for the small print."""
    parts = [problem.file, "" if problem.feature is None else f"#{problem.feature}"]
    return "  ·  ".join(part for part in parts if part)
