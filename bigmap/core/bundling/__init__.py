"""Bundles: zones given to operators so that rich ones carry lean ones (肥瘦搭配)."""

from bigmap.core.bundling.rules import BundleRules
from bigmap.core.bundling.solve import Bundle, bundle, bundle_operators

__all__ = ["Bundle", "BundleRules", "bundle", "bundle_operators"]
