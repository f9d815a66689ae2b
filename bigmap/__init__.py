"""Bigmap: service zones of the Big Property model, with every square metre accounted for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bigmap.base.offline import keep_offline
from bigmap.base.version import __version__

if TYPE_CHECKING:
    from bigmap.core.coverage.proof import Coverage, check_coverage
    from bigmap.core.operators.assign import bundle_operators
    from bigmap.core.operators.bundling_rules import BundleRules
    from bigmap.core.operators.parameters import Parameters
    from bigmap.core.planning.pipeline import plan
    from bigmap.core.planning.plan import Plan
    from bigmap.core.planning.swap import suggest_swap
    from bigmap.core.units.build_units import build_units
    from bigmap.core.units.model import Units
    from bigmap.core.zoning.alternatives import alternatives
    from bigmap.core.zoning.build_zones import build_zones
    from bigmap.core.zoning.rules import ZoningRules
    from bigmap.core.zoning.split_zone import split_zone
    from bigmap.io.reading.folder import read_folder


keep_offline()

_HOME = {
    "read_folder": "bigmap.io.reading.folder",
    "build_units": "bigmap.core.units.build_units",
    "Units": "bigmap.core.units.model",
    "build_zones": "bigmap.core.zoning.build_zones",
    "ZoningRules": "bigmap.core.zoning.rules",
    "alternatives": "bigmap.core.zoning.alternatives",
    "split_zone": "bigmap.core.zoning.split_zone",
    "check_coverage": "bigmap.core.coverage.proof",
    "Coverage": "bigmap.core.coverage.proof",
    "bundle_operators": "bigmap.core.operators.assign",
    "BundleRules": "bigmap.core.operators.bundling_rules",
    "Parameters": "bigmap.core.operators.parameters",
    "suggest_swap": "bigmap.core.planning.swap",
    "plan": "bigmap.core.planning.pipeline",
    "Plan": "bigmap.core.planning.plan",
}

__all__ = [
    "BundleRules",
    "Coverage",
    "Parameters",
    "Plan",
    "Units",
    "ZoningRules",
    "__version__",
    "alternatives",
    "build_units",
    "build_zones",
    "bundle_operators",
    "check_coverage",
    "plan",
    "read_folder",
    "split_zone",
    "suggest_swap",
]


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that ``import bigmap`` costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'bigmap' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
