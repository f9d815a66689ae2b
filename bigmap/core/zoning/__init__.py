"""Zones: contiguous sets of whole units with balanced load."""

from bigmap.core.zoning.alternatives import Candidate, alternatives
from bigmap.core.zoning.edits import split_zone
from bigmap.core.zoning.groups import mend
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.solve import build_zones

__all__ = ["Candidate", "ZoningRules", "alternatives", "build_zones", "mend", "split_zone"]
