"""Tables of alternatives: their figures, and the zone of each unit in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bigmap.base.i18n import Text
from bigmap.core.units.model import Units
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.zone_names import zone_names
from bigmap.io.writing.csv_tables import write_csv

LABELS = {
    "alternative": Text("Number"),
    "what": Text("Alternative"),
    "zones": Text("Zones"),
    "deviation": Text("Largest deviation from the mean"),
    "border_km": Text("Borders between zones, km"),
    "compact": Text("Compactness (4πA/P²)"),
    "moved": Text("Load that changes its zone"),
    "differs": Text("Least difference from those above"),
}


def write_alternatives(found: Sequence[Alternative], path: Path) -> None:
    """Write one row an alternative; shares between 0 and 1, ``moved`` empty without present zones."""
    rows = [
        {
            "alternative": number,
            "what": str(c.title),
            "zones": c.zones,
            "deviation": round(c.deviation, 4),
            "border_km": round(c.border_m / 1000, 3),
            "compact": round(c.compact, 4),
            "moved": round(c.moved, 4),
            "differs": round(c.differs, 4),
        }
        for number, c in enumerate(found, start=1)
    ]
    write_csv(pd.DataFrame(rows, columns=list(LABELS)), path, LABELS)


def write_zones_of(units: Units, found: Sequence[Alternative], path: Path) -> None:
    """Write one row a unit: its id and its zone in each alternative (``zone_1``, ``zone_2`` …)."""
    table = {"unit_id": units.frame["unit_id"].astype(str).to_numpy()}
    for number, c in enumerate(found, start=1):
        table[f"zone_{number}"] = np.array(zone_names(units, c.rules, c.zones), dtype=object)[c.zone_of_unit]
    write_csv(pd.DataFrame(table), path)
