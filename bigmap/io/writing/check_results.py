"""The results of a check: how much of the ground the drawn zones cover, and each place where they do not;
after repairs the zones too.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from bigmap.base.problem_kind import Outlet
from bigmap.base.progress import Progress
from bigmap.base.version import __version__
from bigmap.core.coverage.proof import Coverage
from bigmap.core.planning.check import Check
from bigmap.core.planning.decisions import decisions
from bigmap.core.sources.layers import Role
from bigmap.core.units.model import Units
from bigmap.io.writing import exchange_layers
from bigmap.io.writing.check_doubts import check_doubts
from bigmap.io.writing.csv_tables import PROBLEM_LABELS, fields_table, problems_table, write_csv
from bigmap.io.writing.geojson import write_geojson
from bigmap.io.writing.report_json import (
    across_values,
    coverage_values,
    crs_name,
    doubts,
    input_values,
    to_json_value,
)
from bigmap.io.writing.results_folder import write_files


def write_check(
    check: Check, out: Path, progress: Progress | None = None, zone_files: Collection[str] | None = None
) -> dict[str, Any]:
    """Write ``gaps.geojson``, ``problems.csv`` and ``report.json`` of a check, and return the report.

    Where repairs were asked for, ``zones.geojson`` holds the zones as they are now, and the report says under
    ``repaired`` what was done.

    Parameters
    ----------
    check : Check
    out : pathlib.Path
        Folder; made where it does not exist.
    progress : Progress, optional
    zone_files : collection of str, optional
        Names of the files of the zones, where these are not among the layers of the sources.

    Returns
    -------
    dict
        What ``report.json`` holds.

    Raises
    ------
    UserError
        If the folder cannot be written; it is then as it was before.
    """
    proof, sources, units, problems = check.coverage, check.sources, check.units, check.problems
    if zone_files is None:
        zone_files = {layer.file.name for layer in sources.layers if layer.role == Role.ZONES}
    said = [*doubts(proof, problems), *check_doubts(proof, problems, zone_files)]
    report = to_json_value(
        {
            "bigmap": __version__,
            "inputs": [input_values(layer) for layer in sources.layers],
            "crs": crs_name(sources.crs),
            "boundary_m2": units.boundary_m2,
            "excluded_m2": units.excluded_m2,
            "bridges": {"n": units.bridges, "m2": units.bridges_m2},
            "across_boundary": across_values(problems),
            "units": len(units),
            "units_m2": units.units_m2,
            **coverage_values(proof),
            "outside_m2": sum(proof.outside_m2.values()),
            "rounding": asdict(proof.rounding),
            "zones": _zones(check.zones, proof, units),
            "gaps": len(proof.gaps),
            "problems": problems.counts(),
            "notes": [str(p.text) for p in problems if p.kind.told & (Outlet.SERVED | Outlet.CHECK)],
            "decisions": [str(text) for text in decisions(problems, units)],
            "doubts": [str(text) for text in said],
        }
    )
    if check.repaired is not None:
        report["repaired"] = [asdict(proposal) for proposal in check.repaired]
    writers = {
        "gaps.geojson": lambda path: write_geojson(exchange_layers.gaps_layer(proof), path, "gap_id"),
        "problems.csv": lambda path: write_csv(problems_table(problems), path, PROBLEM_LABELS),
        "fields.csv": lambda path: write_csv(fields_table(), path),
        "report.json": lambda path: path.write_text(
            json.dumps(report, ensure_ascii=False, allow_nan=False, indent=1) + "\n",
            encoding="utf-8",
            errors="replace",
        ),
    }
    if check.repaired is not None:
        area = units.meter.area_m2(check.zones.geometry.to_numpy())
        drawn = exchange_layers.drawn_layer(check.zones, area)
        writers["zones.geojson"] = lambda path: write_geojson(drawn, path, "zone_id")
    write_files(writers, out, progress)
    return report


def _zones(zones: gpd.GeoDataFrame, proof: Coverage, units: Units) -> list[dict[str, Any]]:
    shapes = zones.geometry.to_numpy()
    area, pieces = units.meter.area_m2(shapes), shapely.get_num_geometries(shapes)
    owners = zones["oper"].astype(object).where(zones["oper"].notna(), None)
    return [
        {
            "zone_id": z,
            "operator_id": o,
            "drawn_m2": float(a),
            "outside_m2": proof.outside_m2.get(str(z), 0.0),
            "pieces": int(n),
        }
        for z, o, a, n in zip(zones["zone_id"], owners, area, pieces, strict=True)
    ]
