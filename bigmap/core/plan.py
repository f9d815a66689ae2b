"""The plan: which unit belongs to which zone and which zone to which operator, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.problems import ProblemLog
from bigmap.core.adjacency import Graph
from bigmap.core.coverage import Coverage
from bigmap.core.layers import Sources
from bigmap.core.units import Units
from bigmap.core.zoning import ZoningRules

Ints = npt.NDArray[np.int64]


@dataclass
class Plan:
    """One scenario with everything that is derived from it.

    Attributes
    ----------
    sources : Sources
    units : Units
        The ground, cut once; ``units.frame`` has one row a unit.
    graph : Graph
        Rook adjacency of the units.
    rules : ZoningRules
    zone_of_unit : ndarray of int, shape (n units,)
        Row of ``zones`` each unit belongs to, -1 for none.
    zones : geopandas.GeoDataFrame
        One row a zone in the project CRS: ``zone_id`` ('W01'…), ``name``, ``oper`` (operator_id or None),
        ``units``, ``pieces``, ``load``, ``hh``, ``gfa_m2``, ``site_m2``, ``sweep_m2``, ``compact``, ``geometry``.
    operators : pandas.DataFrame
        One row an operator: ``operator_id``, ``name``, ``capacity`` (NaN for no limit), ``phone``, ``zones``
        (count), ``load``, ``hh``, ``site_m2``. Empty where no table was given.
    coverage : Coverage
    problems : ProblemLog
    timings : dict of str to float
        Seconds a stage: read clean units adjacency zones coverage bundling write.
    """

    sources: Sources
    units: Units
    graph: Graph
    rules: ZoningRules
    zone_of_unit: Ints
    zones: gpd.GeoDataFrame
    operators: pd.DataFrame
    coverage: Coverage
    problems: ProblemLog
    timings: dict[str, float] = field(default_factory=dict)
