"""Zones: contiguous sets of whole units with balanced load."""

from bigmap.core.zoning.alternatives import Candidate, alternatives
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.connected_groups import mend
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.split_zone import split_zone

__all__ = ["Candidate", "ZoningRules", "alternatives", "build_zones", "mend", "split_zone"]
