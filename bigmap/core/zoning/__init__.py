"""Zones: contiguous sets of whole units with balanced load."""

from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.solve import build_zones

__all__ = ["ZoningRules", "build_zones"]
