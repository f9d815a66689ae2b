"""Bigmap: service zones of the Big Property model, with every square metre accounted for.

The names of ``__all__`` are the public interface, for notebooks and scripts; ``resources/docs/python.md`` has
examples. Results give GeoDataFrames by ``units_frame()``, ``zones_frame()``, ``operators_frame()`` and
``gaps_frame()``, in the metric CRS of the project. Nothing here needs Qt.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bigmap.base.offline import keep_offline
from bigmap.base.version import __version__

if TYPE_CHECKING:
    from bigmap.base.errors import UserError
    from bigmap.base.problems import ProblemLog
    from bigmap.core.clean.cleaning import clean
    from bigmap.core.coverage.proof import Coverage, check_coverage
    from bigmap.core.geometry.adjacency import Graph, merged
    from bigmap.core.operators.assign import bundle_operators
    from bigmap.core.operators.bundling_rules import BundleRules
    from bigmap.core.operators.parameters import Parameters
    from bigmap.core.planning.check import Check, check
    from bigmap.core.planning.pipeline import plan
    from bigmap.core.planning.plan import Plan, zones_of
    from bigmap.core.planning.swap import suggest_swap
    from bigmap.core.sources.layers import LayerSet, Role, Sources
    from bigmap.core.units.barriers import BarrierRules, connect_units
    from bigmap.core.units.build_units import build_units
    from bigmap.core.units.cutting_rules import UnitRules
    from bigmap.core.units.model import Units
    from bigmap.core.zoning.alternatives import Alternative, alternatives
    from bigmap.core.zoning.build_zones import build_zones
    from bigmap.core.zoning.rules import ZoningRules
    from bigmap.core.zoning.split_zone import split_zone
    from bigmap.io.reading.folder import read_folder
    from bigmap.io.writing.check_results import write_check
    from bigmap.io.writing.results_folder import write_results


keep_offline()

_HOME = {
    "read_folder": "bigmap.io.reading.folder",
    "LayerSet": "bigmap.core.sources.layers",
    "Role": "bigmap.core.sources.layers",
    "clean": "bigmap.core.clean.cleaning",
    "Sources": "bigmap.core.sources.layers",
    "build_units": "bigmap.core.units.build_units",
    "UnitRules": "bigmap.core.units.cutting_rules",
    "Units": "bigmap.core.units.model",
    "connect_units": "bigmap.core.units.barriers",
    "BarrierRules": "bigmap.core.units.barriers",
    "Graph": "bigmap.core.geometry.adjacency",
    "build_zones": "bigmap.core.zoning.build_zones",
    "ZoningRules": "bigmap.core.zoning.rules",
    "alternatives": "bigmap.core.zoning.alternatives",
    "Alternative": "bigmap.core.zoning.alternatives",
    "split_zone": "bigmap.core.zoning.split_zone",
    "zones_of": "bigmap.core.planning.plan",
    "check_coverage": "bigmap.core.coverage.proof",
    "Coverage": "bigmap.core.coverage.proof",
    "check": "bigmap.core.planning.check",
    "Check": "bigmap.core.planning.check",
    "merged": "bigmap.core.geometry.adjacency",
    "bundle_operators": "bigmap.core.operators.assign",
    "BundleRules": "bigmap.core.operators.bundling_rules",
    "Parameters": "bigmap.core.operators.parameters",
    "plan": "bigmap.core.planning.pipeline",
    "Plan": "bigmap.core.planning.plan",
    "suggest_swap": "bigmap.core.planning.swap",
    "write_results": "bigmap.io.writing.results_folder",
    "write_check": "bigmap.io.writing.check_results",
    "ProblemLog": "bigmap.base.problems",
    "UserError": "bigmap.base.errors",
}

__all__ = [
    "Alternative",
    "BarrierRules",
    "BundleRules",
    "Check",
    "Coverage",
    "Graph",
    "LayerSet",
    "Parameters",
    "Plan",
    "ProblemLog",
    "Role",
    "Sources",
    "UnitRules",
    "Units",
    "UserError",
    "ZoningRules",
    "__version__",
    "alternatives",
    "build_units",
    "build_zones",
    "bundle_operators",
    "check",
    "check_coverage",
    "clean",
    "connect_units",
    "merged",
    "plan",
    "read_folder",
    "split_zone",
    "suggest_swap",
    "write_check",
    "write_results",
    "zones_of",
]


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that ``import bigmap`` costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'bigmap' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
