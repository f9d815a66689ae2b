"""The check of zones that somebody else drew: what ground they cover, and repairs of small gaps."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
from pyproj import CRS

from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.clean.cleaning import clean
from bigmap.core.clean.drawn_zones import drawn_zones
from bigmap.core.coverage.proof import Coverage, check_coverage
from bigmap.core.coverage.repair import RepairProposal, all_under, repair_zones
from bigmap.core.coverage.service_matrix import service_matrix_of
from bigmap.core.operators.bundling_reports import tell_idle
from bigmap.core.sources.layers import LayerSet, Sources
from bigmap.core.units import unknown
from bigmap.core.units.build_units import build_units
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.units.model import Units


@dataclass
class Check:
    """Drawn zones with the proof of what they cover.

    Attributes
    ----------
    zones : geopandas.GeoDataFrame
        One row a zone in the project CRS: ``zone_id``, ``oper`` (None where unknown), ``geometry``; after the
        repairs where there were any.
    coverage : Coverage
        Of these zones.
    sources : Sources
    units : Units
        The ground they were laid on.
    problems : ProblemLog
    repaired : list of RepairProposal or None
        What was repaired; None where no repair was asked for.
    """

    zones: gpd.GeoDataFrame
    coverage: Coverage
    sources: Sources
    units: Units
    problems: ProblemLog
    repaired: list[RepairProposal] | None = None

    def zones_frame(self) -> gpd.GeoDataFrame:
        """Return a copy of the zones, project CRS (metres): ``zone_id``, ``oper``, ``geometry``."""
        return self.zones.copy()

    def units_frame(self) -> gpd.GeoDataFrame:
        """Return the units (`Units.units_frame`)."""
        return self.units.units_frame()

    def gaps_frame(self) -> gpd.GeoDataFrame:
        """Return the gaps and overlaps (`Coverage.gaps_frame`)."""
        return self.coverage.gaps_frame()


def check(
    layers: LayerSet,
    progress: Progress | None = None,
    *,
    crs: CRS | None = None,
    unit_rules: UnitRules | None = None,
    repair_under: float | None = None,
) -> Check:
    """Check the coverage of the zones among the layers of a folder.

    Parameters
    ----------
    layers : LayerSet
        From `bigmap.read_folder`, with a layer of zones and what is known of the ground.
    progress : Progress, optional
    crs : pyproj.CRS, optional
        Metric project CRS; chosen from the layers otherwise.
    unit_rules : UnitRules, optional
        How the ground is cut.
    repair_under : float, optional
        Gaps and overlaps smaller than this many m² are repaired as proposed; none unless given.

    Returns
    -------
    Check

    Raises
    ------
    UserError
        When no layer holds zones, or the others cannot be used; the message says what to do.
    """
    progress = progress or Progress()
    problems = ProblemLog(list(layers.problems))
    slit_m = (unit_rules or UnitRules()).slit_m
    sources = clean(layers, crs, progress.part(0.0, 0.2), problems, slit_m=slit_m)
    units = build_units(sources, unit_rules, problems, progress.part(0.2, 0.65))
    unknown.tell(units.frame, problems)
    zones = drawn_zones(layers, sources.crs)
    tell_idle(zones, service_matrix_of(sources.operators, None, sources.day), problems)
    progress.step(0.65, Text("Measuring the coverage"))
    coverage, repaired = check_coverage(zones, sources, units), None
    if repair_under is not None:
        repaired = all_under(coverage.gaps, repair_under)
        zones = repair_zones(zones, coverage.gaps, repaired)
        coverage = check_coverage(zones, sources, units)
    return Check(zones, coverage, sources, units, problems, repaired)
