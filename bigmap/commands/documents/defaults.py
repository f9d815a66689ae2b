"""What the user chose last time, as the start of what is asked next."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bigmap.base import settings
from bigmap.base.errors import UserError
from bigmap.core.operators.bundling_rules import BundleRules, rules_from
from bigmap.core.operators.parameters import Parameters, parameters_from
from bigmap.core.zoning.load import FIELDS
from bigmap.core.zoning.rules import ZoningRules
from bigmap.session.document import Document

log = logging.getLogger(__name__)


Made = TypeVar("Made", Parameters, BundleRules)


def remembered() -> tuple[Parameters, BundleRules]:
    """Return the parameters and rules used last; a value that cannot be used any more counts as not there."""
    held = settings.load()
    return _usable(parameters_from, held.get("parameters", {})), _usable(rules_from, held.get("bundle", {}))


def _usable(read: Callable[[Mapping[str, Any]], Made], values: Mapping[str, Any]) -> Made:
    """Return what is made of the values that can be used on their own."""
    good = {}
    for name, value in values.items():
        try:
            read({name: value})
        except UserError as error:
            log.warning("not used of the settings: %s", error)
        else:
            good[name] = value
    return read(good)


def remember_balance(document: Document) -> None:
    """Remember what to balance where no file gives the wanted field."""
    settings.remember(instead=document.plan.rules.instead)


def usual_rules() -> ZoningRules:
    """Return the rules for a folder that is opened, with what was chosen for lack of figures."""
    instead = settings.load().get("instead", "")
    return ZoningRules(instead=instead if instead in FIELDS else "")
