"""The file of parameters: what a plan was reckoned with, to be read again, edited or handed on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bigmap.base.atomic_write import parse_json, store
from bigmap.base.errors import UserError
from bigmap.core.operators.bundling_rules import BundleRules, rules_from, rules_values
from bigmap.core.operators.parameters import Parameters, infos, parameters_from

NAME = "parameters.json"


def write_parameters(parameters: Parameters, rules: BundleRules, path: Path, lang: str | None = None) -> None:
    """Write all values as JSON, each with its title, unit and source in ``lang``, and the bundle rules.

    Raises
    ------
    UserError
        If the file cannot be written; one that was there is then as it was.
    """
    told = {
        info.name: {
            "value": getattr(parameters, info.name),
            "title": info.title.render(lang),
            "unit": info.unit.render(lang),
            "source": info.source.render(lang),
        }
        for info in infos()
    }
    text = json.dumps({"parameters": told, "bundle": rules_values(rules)}, ensure_ascii=False, indent=1)
    store(path, f"{text}\n".encode())


def read_parameters(path: Path) -> tuple[Parameters, BundleRules]:
    """Return the parameters and bundle rules of a file; what it does not name keeps its default.

    A parameter may stand as ``{"value": 60000, ...}`` or as a plain number.

    Raises
    ------
    UserError
        If the file cannot be read, or a name or value in it cannot be used.
    """
    try:
        held = parse_json(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise UserError(
            "{file} cannot be read as parameters ({reason}): give a parameters.json that bigmap wrote.",
            file=path.name,
            reason=fault.strerror if isinstance(fault, OSError) else str(fault),
        ) from fault
    if not isinstance(held, dict) or not all(isinstance(part, dict) for part in held.values()):
        raise UserError(
            "{file} holds no parameters: give a parameters.json that bigmap wrote.", file=path.name
        )
    values = {name: _value(entry) for name, entry in held.get("parameters", {}).items()}
    return parameters_from(values, path.name), rules_from(held.get("bundle", {}), path.name)


def _value(entry: Any) -> Any:
    return entry.get("value") if isinstance(entry, dict) else entry
