"""Units by the names that tables give them: codes, names as they stand, names written in another way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.listing import first_of
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.estate_names import parse_name
from bigmap.core.sources.layers import PresentZones
from bigmap.core.sources.name_join import paired
from bigmap.core.units.model import Units

_NAMED = 20
"""Names that a message lists."""


def names_of_units(wanted: Iterable[str], frame: pd.DataFrame, places: Sequence[str]) -> dict[str, str]:
    """Return wanted name → code or name that units bear; those that no unit bears are not there.

    Parameters
    ----------
    wanted : iterable of str
    frame : pandas.DataFrame
        Units with ``unit_id`` and ``name``.
    places : sequence of str
        Names of communities, which may stand before those of estates.
    """
    asked = list(dict.fromkeys(name for name in wanted if name))
    borne = {*frame["unit_id"].astype("str"), *frame["name"].astype("str")} - {""}
    found = {name: name for name in asked if name in borne}
    rest = [name for name in asked if name not in found]
    if not rest:
        return found
    taken = set(found.values())
    names = [str(n) for n in frame.loc[frame["kind"] == "estate", "name"].unique() if n and n not in taken]
    known = tuple(sorted({place for place in places if place}))
    pairs = paired([parse_name(n, (), known) for n in names], [parse_name(n, (), known) for n in rest]).pairs
    return found | {rest[pair.row]: names[pair.estate] for pair in pairs}


def with_known_units(
    exceptions: pd.DataFrame, units: Units, places: Sequence[str], log: ProblemLog
) -> pd.DataFrame:
    """Return the exceptions to services with the names that units bear; those of no unit are said."""
    known = names_of_units(exceptions["unit"], units.frame, places)
    gone = [name for name in exceptions["unit"].unique() if name and name not in known]
    if gone:
        log.add(kinds.ServicesElsewhere(n=len(gone), units=first_of(gone, _NAMED)))
    return exceptions.assign(unit=[known.get(name, name) for name in exceptions["unit"]])


def start_by_names(
    present: PresentZones, units: Units, places: Sequence[str], log: ProblemLog
) -> dict[str, str]:
    """Return unit → present zone; ground that no name tells of goes with the nearest that one does.

    Names that no unit bears are said, and those that stand in two zones.
    """
    frame, ids = units.frame, units.frame["unit_id"].astype("str").to_numpy(object)
    known = names_of_units(present.zone_of, frame, places)
    gone = [name for name in present.zone_of if name not in known]
    if gone:
        log.add(kinds.PresentNamesUnknown(n=len(gone), names=first_of(gone, _NAMED)), file=present.file)
    zone_of = {known[name]: zone for name, zone in present.zone_of.items() if name in known}
    zone = np.array(
        [zone_of.get(code) or zone_of.get(name) or "" for code, name in zip(ids, frame["name"], strict=True)]
    )
    told = np.flatnonzero(zone != "")
    if not len(told):
        return {}
    shapes = units.polygons
    rest = np.flatnonzero(zone == "")
    near = shapely.STRtree(shapes[told]).nearest(shapely.point_on_surface(shapes[rest]))
    zone[rest] = zone[told[near]]
    log.add(
        kinds.PresentByName(n=len(zone_of), zones=len(set(zone_of.values())), rest=len(rest)),
        file=present.file,
    )
    return dict(zip(ids.tolist(), zone.tolist(), strict=True))


def community_names(communities: gpd.GeoDataFrame) -> list[str]:
    """Return the names of communities."""
    return [str(name) for name in communities["name"].fillna("")]
