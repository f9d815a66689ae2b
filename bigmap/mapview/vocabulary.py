"""The words of the map and of its tables: one English template for each code."""

from __future__ import annotations

from bigmap.base.i18n import Text, current

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

GAP_KIND = {
    "gap": "Gap",
    "overlap": "Overlap",
    "sliver": "Sliver",
    "no_operator": "No operator",
    "unassigned_unit": "Unit without a zone",
    "service_hole": "Service missing",
    "split_unit": "Unit cut up",
}

CAUSE = {
    "boundary_mismatch": "Edges do not match",
    "strip": "Strip between zones",
    "unplanned_land": "Ground nobody planned",
    "exclusion?": "To be excluded?",
    "duplicate": "Drawn twice",
    "missing_unit": "Unit left out",
    "no_operator": "No operator fits",
    "contract_ended": "Contract has run out",
    "operator_unknown": "Operator not in the table",
    "service_missing": "Nobody does it",
    "unit_cut": "Border runs through it",
}

SUGGEST = {
    "give_to_a": "Give to {zone}",
    "give_to_b": "Give to {zone}",
    "split": "Split between them",
    "exclude": "Exclude from the area",
    "add_unit": "Make a zone of it",
    "new_zone": "Make a zone of it",
    "assign_operator": "Choose an operator",
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
