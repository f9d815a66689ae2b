"""The open document: the plan, the zones being checked, and what was read to make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.proof import Coverage
from bigmap.core.coverage.repair import RepairProposal, repairable
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import UnitIndex
from bigmap.core.editing.zone_polygons import ZonePolygons, with_all_rows
from bigmap.core.planning.assignment import NOBODY, Assignment
from bigmap.core.planning.plan import Plan, assignment_of
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.session.import_memory import Source
from bigmap.session.live_tables import LiveTables
from bigmap.session.prepared import Derived

Layer = Literal["unit", "zone", "operator", "gap"]
SMALL = 20_000
"""Number of units below which a document is opened, and a step undone, without a progress bar."""


@dataclass(frozen=True)
class Pick:
    """What is chosen: a row of the units, zones, operators or gaps on show."""

    layer: Layer
    row: int


@dataclass(frozen=True, eq=False)
class Document:
    """A plan with what was opened to make it and the packed scene the map shows of it.

    A document is never changed: new units, new zones, an edit or a check make a new one. What follows from an
    edit (polygons, coverage, operators) is computed when first asked for, from what changed.

    Attributes
    ----------
    built : Plan
        The plan as it was built.
    paths : tuple of pathlib.Path
    scene : bytes
        The map of ``built``, or of the check (`scene_of` gives that of the edited plan).
    checked : Checked or None
    choices : mapping of str to SourceOptions
        How the planner wanted single sources to be read (`bigmap.io.reading.apply_options`).
    sources : tuple of Source
        What these are known by, where that is to be remembered.
    assignment : Assignment or None
        What the planner made of it since; rows of zones as in `Session.tally`.
    by_hand : bool
        Whether edits are part of ``built``.
    """

    built: Plan
    paths: tuple[Path, ...]
    scene: bytes
    checked: Checked | None = None
    choices: Mapping[str, SourceOptions] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    assignment: Assignment | None = None
    by_hand: bool = False
    _last_polygons: ZonePolygons | None = field(default=None, repr=False, compare=False)
    _ready: Derived = field(default_factory=Derived, repr=False, compare=False)

    def with_plan(self, plan: Plan, scene: bytes) -> Document:
        """Return the document with another plan of the same ground, and its scene; locks are kept."""
        kept = assignment_of(plan, self.assignment) if self.assignment else None
        after = replace(self, built=plan, scene=scene, assignment=kept, by_hand=self.has_edits)
        return replace(after, checked=None, _last_polygons=None, _ready=Derived())

    def with_assignment(self, assignment: Assignment) -> Document:
        """Return the document after an edit."""
        last = self.zone_polygons if "zone_polygons" in self.__dict__ else self._last_polygons
        return replace(self, assignment=assignment, _last_polygons=last)

    @cached_property
    def zone_polygons(self) -> ZonePolygons:
        """Polygon of each zone row; only zones with other units than when last drawn are drawn anew."""
        if self.assignment is None:
            return ZonePolygons(self.built.zone_of_unit, self.built.zones.geometry.to_numpy())
        last = self._last_polygons or ZonePolygons(
            self.built.zone_of_unit, self.built.zones.geometry.to_numpy()
        )
        return last.after(self.assignment, self.built.units.polygons)

    @cached_property
    def plan(self) -> Plan:
        """The plan as it stands, whole: what is exported, printed and checked.

        Zones without units are left out, so that its rows of zones need not be those of ``assignment``;
        `plan_by_row` keeps them.
        """
        from bigmap.core.planning.replan import edited

        if self.assignment is None or _says(self.built, self.assignment):
            return self.built
        return edited(self.built, self.assignment, self.zone_polygons.shapes)

    @property
    def has_edits(self) -> bool:
        """Whether hands made something of it that reading and planning its layers again would not give."""
        edited = self.assignment is not None and self.assignment != assignment_of(self.built)
        return edited or self.by_hand

    @property
    def is_whole(self) -> bool:
        """Whether `plan` is at hand, or must be made of what was edited."""
        return self.assignment is None or "plan" in self.__dict__

    @cached_property
    def plan_by_row(self) -> Plan:
        """The plan as it stands, with the rows of zones of ``assignment``: what window and map count by.

        A zone without units has no ground (an empty polygon), one that is gone has no ``zone_id`` either.
        """
        return self.plan if self.assignment is None else with_all_rows(self.plan, self.assignment)

    @property
    def unit_index(self) -> UnitIndex:
        """What no edit changes, ready for quick sums; the same for every edit of this ground."""
        return self._ready.unit_index(self.built)

    def make_ready(self) -> Document:
        """Make what is needed to show and edit this; slow in a city, so call it off the UI thread."""
        self._ready.make(self.built, self.assignment)
        return self

    @property
    def at_hand(self) -> bool:
        """Whether it can be opened at once: it was made ready, or is small."""
        return len(self.built.units) < SMALL or self._ready.has(self.assignment)

    def take_ready(self) -> tuple[Tally, LiveTables] | None:
        """Return the figures that were made ready, to be edited; None where they were not."""
        return self._ready.take(self.assignment)

    @cached_property
    def mendable(self) -> bool:
        """Whether there is ground that a repair could give to somebody."""
        if self.assignment is not None and self.checked is None:
            return bool((self.assignment.zone == NOBODY).any())
        return repairable(self.coverage.gaps)

    @property
    def name(self) -> str:
        """Name of what was opened: the folder, or that of the first layer."""
        layers = self.built.sources.layers
        return self.paths[0].name if self.paths else layers[0].file.parent.name if layers else ""

    @property
    def layer_files(self) -> list[Path]:
        """The files of the ground, each once; drawn zones among them are not ground."""
        return list(dict.fromkeys(la.file for la in self.built.sources.layers if la.role != Role.ZONES))

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """Zones on show: the plan's, or those being checked."""
        return self.checked.zones if self.checked else self.plan_by_row.zones

    @property
    def coverage(self) -> Coverage:
        """Coverage of the zones on show."""
        return self.checked.coverage if self.checked else self.plan.coverage

    @property
    def problems(self) -> ProblemLog:
        """What was noticed about the ground, and about the zones being checked."""
        own = self.checked.problems if self.checked else ()
        return ProblemLog([*self.built.problems, *own])

    def zone_of_unit(self, row: int) -> int:
        """Return the row of the zone on show that unit ``row`` belongs to, -1 for none or in a check."""
        zone = self.built.zone_of_unit if self.assignment is None else self.assignment.zone
        return -1 if self.checked else int(zone[row])

    def operator_of_zone(self, row: int) -> int:
        """Return the row of the operator of zone ``row``, -1 for none."""
        owner = self._owners
        if self.checked or not 0 <= row < len(owner) or owner[row] is None:
            return -1
        found = np.flatnonzero(self.built.operators["operator_id"] == owner[row])
        return int(found[0]) if len(found) else -1

    def zones_of_operator(self, row: int) -> list[int]:
        """Return the rows of the zones on show that operator ``row`` has."""
        code = self.built.operators["operator_id"].iloc[row]
        return [i for i, owner in enumerate(self._owners) if owner == code]

    def zone_id(self, row: int) -> str:
        """Return the id of the zone on show in a row, '' for none."""
        if self.assignment is None or self.checked:
            held = self.zones["zone_id"]
            return str(held.iloc[row]) if 0 <= row < len(held) else ""
        zones = self.assignment.zones
        zone = zones[row] if 0 <= row < len(zones) else None
        return zone.zone_id if zone else ""

    @property
    def zone_count(self) -> int:
        """Number of zones on show."""
        if self.assignment is None or self.checked:
            return len(self.zones)
        return sum(zone is not None for zone in self.assignment.zones)

    @property
    def _owners(self) -> list[str | None]:
        """Operator of each row of the zones on show."""
        if self.assignment is None or self.checked:
            return [None if pd.isna(code) else str(code) for code in self.zones["oper"]]
        return [zone.oper if zone else None for zone in self.assignment.zones]


def _says(plan: Plan, assignment: Assignment) -> bool:
    """Tell whether a plan is what an assignment makes; colours and locks are no part of a plan."""
    held = assignment_of(plan, assignment)
    return held.zones == assignment.zones and np.array_equal(held.zone, assignment.zone)


@dataclass(frozen=True)
class Checked:
    """Zones that somebody else drew, with their coverage.

    Attributes
    ----------
    file : pathlib.Path
    zones : geopandas.GeoDataFrame
        ``zone_id``, ``oper``, ``geometry`` in the project CRS.
    coverage : Coverage
    excluded : tuple of shapely.Polygon
        Gaps that the planner took out of the governance area.
    applied : tuple of RepairProposal
        Repairs so far; the zones are those after them.
    problems : ProblemLog
        What was noticed when the zones were read.
    """

    file: Path
    zones: gpd.GeoDataFrame
    coverage: Coverage
    excluded: tuple[shapely.Polygon, ...] = ()
    applied: tuple[RepairProposal, ...] = ()
    problems: ProblemLog = field(default_factory=ProblemLog)
