"""Bundles: zones given to operators so that rich ones carry lean ones (肥瘦搭配)."""

from bigmap.core.operators.assign import Bundle, bundle, bundle_operators
from bigmap.core.operators.bundling_rules import BundleRules

__all__ = ["Bundle", "BundleRules", "bundle", "bundle_operators"]
