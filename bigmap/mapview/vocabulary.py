"""The words of the map and of its tables: one English template for each code."""

from __future__ import annotations

from bigmap.base.i18n import Text, current
from bigmap.core.coverage.gap import GapCause, GapKind, Remedy
from bigmap.core.coverage.repair import Action

KIND = {
    "estate": "Residential estate",
    "village": "Urban village",
    "building": "Stand-alone building",
    "public": "Public building",
    "road": "Municipal road",
    "lane": "Back lane",
    "green": "Green",
    "block": "Open ground of a block",
}

GAP_KIND: dict[str, str] = {
    GapKind.GAP: "Gap",
    GapKind.OVERLAP: "Overlap",
    GapKind.SLIVER: "Sliver",
    GapKind.NO_OPERATOR: "No operator",
    GapKind.SERVICE_HOLE: "Service missing",
    GapKind.SPLIT_UNIT: "Unit cut up",
    GapKind.OUTSIDE: "Outside the boundary",
}

CAUSE: dict[str, str] = {
    GapCause.BOUNDARY_MISMATCH: "Edges do not match",
    GapCause.STRIP: "Strip between zones",
    GapCause.UNPLANNED_LAND: "Ground nobody planned",
    GapCause.DUPLICATE: "Drawn twice",
    GapCause.MISSING_UNIT: "Unit left out",
    GapCause.NO_OPERATOR: "No operator fits",
    GapCause.CONTRACT_ENDED: "Contract has run out",
    GapCause.OPERATOR_UNKNOWN: "Operator not in the table",
    GapCause.SERVICE_MISSING: "Nobody does it",
    GapCause.UNIT_CUT: "Border runs through it",
    GapCause.BEYOND_BOUNDARY: "Zone reaches beyond the boundary",
    GapCause.APART_FROM_BOUNDARY: "Zone lies wholly outside",
}

REPAIR: dict[Action, str] = {
    "give": "Give to {zone}",
    "split": "Split between them",
    "exclude": "Exclude from the area",
    "new_zone": "Make a zone of it",
}

REMEDY: dict[Remedy, str] = {
    Remedy.GIVE: REPAIR["give"],
    Remedy.SPLIT: REPAIR["split"],
    Remedy.ADD_UNIT: REPAIR["new_zone"],
    Remedy.ASSIGN_OPERATOR: "Choose an operator",
    Remedy.CUT_OFF: "Cut it off, or widen the boundary",
}

SERVICE = {
    "cleaning": "Cleaning",
    "waste": "Waste collection",
    "greening": "Greenery",
    "order": "Public order",
    "repair": "Repairs",
    "parking": "Parking",
    "patrol": "Patrols",
    "common": "Common parts",
}

ROLE = {
    "boundary": "Boundary",
    "communities": "Communities",
    "estates": "Estates",
    "buildings": "Buildings",
    "public": "Public buildings",
    "roads": "Roads",
    "exclusions": "Exclusions",
    "green": "Green",
    "barriers": "Barriers",
    "operators": "Operators",
    "zones": "Zones",
    "unknown": "Unknown",
}

SEVERITY = {"error": "Not used", "doubt": "Doubtful", "mended": "Mended"}

PHASE = {"none": "Not begun", "trial": "Trial phase", "push": "Push phase", "mature": "Mature phase"}

_PAGE = {
    **{f"kind_{code}": text for code, text in KIND.items()},
    **{f"gap_{code}": text for code, text in GAP_KIND.items()},
    "by_zone": "Service zones",
    "by_operator": "Operators",
    "by_kind": "Kinds of unit",
    "by_phase": "Phases of the service",
    "by_load": "Load per hectare",
    "by_balance": "Load against the mean",
    **{f"phase_{code}": text for code, text in PHASE.items()},
    "zone": "Zone",
    "operator": "Operator",
    "households_short": "households",
    "households_unknown": "households not told",
    "nobody": "No operator",
    "unassigned": "In no zone",
    "locked": "locked",
    "locked_zone": "Locked zone",
    "locked_unit": "Locked unit",
    "excluded": "Excluded (water, hills …)",
    "boundary": "Boundary",
    "community": "Community boundary",
    "many": "{n} zones, numbered on the map",
    "north": "N",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "unnamed": "unnamed",
}


def page_words(lang: str | None = None) -> dict[str, str]:
    """Return the words of the page in ``lang``, or in the language in use."""
    words = {key: Text(template).render(lang) for key, template in _PAGE.items()}
    return {"lang": lang or current(), **words}


def word(table: dict[str, str], code: str) -> str:
    """Return the word for ``code`` in the language in use; an unknown code stands for itself."""
    return Text(table[code]).render() if code in table else code
