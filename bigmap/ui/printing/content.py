"""What a printed sheet says around the map: title, legend, notes, foot; text only, no painting."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Outlet
from bigmap.base.version import __version__
from bigmap.core.coverage.gap import GapKind
from bigmap.core.planning.plan import Plan
from bigmap.core.sources.layers import Role
from bigmap.io.writing.report_json import doubts
from bigmap.mapview import styles, vocabulary
from bigmap.ui.printing.colours import EXCLUDED, HILL, ROAD, WATER, sheet_operator_colours
from bigmap.ui.printing.sheet_options import SheetOptions
from bigmap.ui.printing.tables import coverage_sentence, operator_names


@dataclass(frozen=True)
class LegendItem:
    """A sample of a symbol and its meaning.

    ``symbol`` is one of 'area', 'zone', 'gap', 'overlap', 'no_operator', 'boundary', 'community'.
    """

    symbol: str
    text: str
    colour: str = ""


def sheet_title(plan: Plan, options: SheetOptions) -> str:
    """Return the title asked for, or one with the name of the place."""
    if options.title is not None:
        return options.title
    place = _place(plan)
    if place:
        return options.say("{place}: service zones of Big Property Management", place=place)
    return options.say("Service zones of Big Property Management")


def _place(plan: Plan) -> str:
    """Return the name of the boundary where it has exactly one."""
    frames = [layer.frame for layer in plan.sources.layers if layer.role == Role.BOUNDARY]
    names = {str(n).strip() for f in frames if "name" in f for n in f["name"] if not pd.isna(n)}
    names.discard("")
    return names.pop() if len(names) == 1 else ""


def legend(plan: Plan, options: SheetOptions) -> list[LegendItem]:
    """Return what needs explaining on this map, and nothing that is not on it."""
    say, sources = options.say, plan.sources
    items = [LegendItem("zone", say("Service zone with its number"), styles.PALETTE[0])]
    items += _colour_items(plan, options)
    kinds = {gap.kind for gap in plan.coverage.gaps}
    if kinds & {GapKind.GAP, GapKind.SLIVER}:
        items.append(LegendItem("gap", say("Gap: ground in no zone")))
    if GapKind.OVERLAP in kinds:
        items.append(LegendItem("overlap", say("Overlap: ground in two zones")))
    if GapKind.NO_OPERATOR in kinds:
        items.append(LegendItem("no_operator", say("Zone without an operator")))
    items.append(LegendItem("boundary", say("Boundary of the governance area")))
    if len(sources.communities):
        items.append(LegendItem("community", say("Community boundary")))
    found = {ground_class(row) for row in exclusion_names(sources.exclusions)}
    return items + [LegendItem("area", say(_GROUND[g][0]), _GROUND[g][1]) for g in _GROUND if g in found]


def _colour_items(plan: Plan, options: SheetOptions) -> list[LegendItem]:
    """Return what the fills mean: operators, kinds of unit, or roads where each zone has its own colour."""
    present = set(plan.units.frame["kind"])
    if options.colour_by == "operator":
        names = operator_names(plan)
        items = [LegendItem("area", names[i], c) for i, c in sheet_operator_colours(plan).items()]
        return items + _road_item(present, options)
    if options.colour_by == "kind":
        shown = [k for k in styles.KIND_COLOURS if k in present]
        return [LegendItem("area", options.say(vocabulary.KIND[k]), styles.KIND_COLOURS[k]) for k in shown]
    return _road_item(present, options)


def _road_item(present: set[str], options: SheetOptions) -> list[LegendItem]:
    return [LegendItem("area", options.say("Municipal road"), ROAD)] if present & {"road", "lane"} else []


_GROUND = {
    "water": ("Water (excluded)", WATER),
    "hill": ("Hill and forest (excluded)", HILL),
    "other": ("Other excluded ground", EXCLUDED),
}
_WATER_WORDS = ("水", "河", "湖", "江", "海", "溪", "渠", "water", "river", "lake", "canal", "bay")
_HILL_WORDS = ("山", "林", "岭", "绿", "hill", "forest", "wood", "mount", "park")


def exclusion_names(exclusions: gpd.GeoDataFrame) -> list[str]:
    """Return the type, or else the name, of each excluded piece of ground in lower case."""
    kind, name = (exclusions[column].fillna("").astype(str) for column in ("type", "name"))
    return [(k or n).lower() for k, n in zip(kind, name, strict=True)]


def ground_class(text: str) -> str:
    """Return 'water', 'hill' or 'other' for the type or name of excluded ground."""
    if any(w in text for w in _WATER_WORDS):
        return "water"
    return "hill" if any(w in text for w in _HILL_WORDS) else "other"


def ground_colour(text: str) -> str:
    """Return the fill for the type or name of excluded ground."""
    return _GROUND[ground_class(text)][1]


def sheet_notes(plan: Plan, options: SheetOptions) -> list[str]:
    """Return the sentences under the legend."""
    say = options.say
    found = [
        coverage_sentence(plan, options),
        *(text.render(options.lang) for text in _left_open(plan)),
        say("Areas are ellipsoidal."),
        say("Lines on this map are no proof of ownership or of administrative boundaries."),
    ]
    return [*found, options.note] if options.note else found


def _left_open(plan: Plan) -> list[Text]:
    """Return what the figures leave out or exceed: what nobody told, and operators beyond their capacity."""
    found = doubts(plan.coverage, plan.problems)
    return found + [p.text for p in plan.problems if Outlet.SERVED in p.kind.told]


def footer(plan: Plan, options: SheetOptions) -> tuple[str, str]:
    """Return the left part of the foot (CRS, data) and the right part (author, date, program)."""
    say, day = options.say, options.day
    files = ", ".join(sorted({layer.file.name for layer in plan.sources.layers}))
    left = say("Coordinates: {crs}", crs=crs_title(plan.sources.crs, options))
    if files:
        left += "    " + say("Data: {files}", files=files)
    drawn = say("{year}-{month:02d}-{day:02d}", year=day.year, month=day.month, day=day.day)
    right = [options.author, drawn, f"bigmap {__version__}"]
    return left, "    ".join(part for part in right if part)


def crs_title(crs: CRS, options: SheetOptions) -> str:
    """Return the name of the coordinate system as planners write it."""
    code = crs.to_epsg()
    tail = f" (EPSG:{code})" if code else ""
    if not crs.name.startswith("CGCS2000") or crs.coordinate_operation is None:
        return crs.name + tail
    params = {p.name: p.value for p in crs.coordinate_operation.params}
    meridian = params.get("Longitude of natural origin")
    if meridian is None:
        return crs.name + tail
    return options.say("CGCS2000, Gauss-Kruger, central meridian {cm}° E", cm=f"{meridian:g}") + tail
