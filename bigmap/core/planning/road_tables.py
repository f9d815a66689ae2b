"""What tables of roads tell of units: the area that is swept, and who sweeps it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from bigmap.core.clean.road_figures import by_road, road_key
from bigmap.core.coverage.service_matrix import EXCEPTION_COLUMNS
from bigmap.core.sources.layers import RoadTable


def with_sweep_areas(units: pd.DataFrame, tables: Sequence[RoadTable]) -> pd.DataFrame:
    """Return the units with the swept areas that tables tell, shared among the pieces of a road by length."""
    keys = units["name"].fillna("").map(road_key)
    roads = units["sweep_m2"] > 0
    for table in reversed(tables):
        area = keys.where(roads).map(by_road(table)["sweep_m2"])
        length = units["site_m2"] / units["width_m"].where(units["width_m"] > 0, 1.0)
        share = length / length.where(area.notna()).groupby(keys).transform("sum")
        units = units.assign(sweep_m2=units["sweep_m2"].mask(area.notna(), area * share))
    return units


def contractors(tables: Sequence[RoadTable], units: pd.DataFrame) -> pd.DataFrame:
    """Return who sweeps which road as exceptions to the services (`ServiceMatrix`)."""
    rules = []
    for table in reversed(tables):
        told = by_road(table)
        bearers = units.loc[units["sweep_m2"] > 0, "name"].dropna().drop_duplicates()
        for name, key in zip(bearers, bearers.map(road_key), strict=True):
            if key in told.index and told["oper"][key]:
                rules += [[name, kind, "", "cleaning", told["oper"][key]] for kind in ("road", "lane")]
    return pd.DataFrame(rules, columns=list(EXCEPTION_COLUMNS), dtype="str")
