"""Random messages for the bridge, as a broken or hostile page would send them: mended, mixed, grown, cut."""

from __future__ import annotations

import json
import random
from dataclasses import fields
from typing import Any, get_type_hints

from bigmap.mapview.messages import FROM_PAGE, KINDS, VERSION

ODD_NUMBERS = (-(2**63), -(2**31), -2, -1, 0, 1, 2**31, 2**53, 10**400, 1e308, -1e308, 1e-320, 0.5, 12, 11)
ODD_VALUES = (None, True, "", "x" * 5000, "\ud800", "\0", [], {}, [[]], {"a": []}, [None], "1", [1e308] * 7)
ODD_TEXTS = ("", "null", "[]", "{}", "[" * 200_000, '{"a":' * 100_000, "1" * 100_000, "NaN", "\0", "\ud800")


def random_message(rng: random.Random, corner: tuple[float, float]) -> str:
    """Return one message; most are of a known kind and wrong in one field, some are right.

    Parameters
    ----------
    rng : random.Random
    corner : tuple of float
        A place on the ground, near which half of the points lie.
    """
    if rng.random() < 0.03:
        return rng.choice(ODD_TEXTS)
    cls = rng.choice(FROM_PAGE if rng.random() < 0.95 else tuple(KINDS.values()))
    hints = get_type_hints(cls)
    held: dict[str, Any] = {f.name: _value(rng, str(hints[f.name]), f.name, corner) for f in fields(cls)}
    if held and rng.random() < 0.3:
        held[rng.choice(list(held))] = rng.choice((*ODD_VALUES, *ODD_NUMBERS))
    if rng.random() < 0.05:
        held["more"] = rng.choice(ODD_VALUES)
    if held and rng.random() < 0.05:
        del held[rng.choice(list(held))]
    version = VERSION if rng.random() < 0.97 else rng.choice((None, 2, "1", True, [1]))
    text = json.dumps({"v": version, "kind": cls.kind, **held})
    return _cut(rng, text) if rng.random() < 0.1 else text


def _value(rng: random.Random, hint: str, name: str, corner: tuple[float, float]) -> Any:
    if name == "points":
        return _points(rng, corner)
    if hint.startswith("list[int]"):
        n = rng.choice((0, 1, 3, 50, 20_000)) if rng.random() < 0.9 else 300_000
        return [rng.randrange(-3, 20) if rng.random() < 0.98 else rng.choice(ODD_NUMBERS) for _ in range(n)]
    if hint.startswith("<class 'int'>") or "int" in hint:
        return rng.randrange(-2, 14) if rng.random() < 0.7 else rng.choice(ODD_NUMBERS)
    if "float" in hint:
        return rng.uniform(-5, 5) if rng.random() < 0.5 else rng.choice(ODD_NUMBERS)
    if "bool" in hint:
        return rng.random() < 0.5
    if "str" in hint and "list" not in hint and "dict" not in hint:
        return rng.choice(("ring", "line", "point", "new", "add", "take", "", "x" * 100_000, "\ud800\0"))
    return rng.choice(ODD_VALUES)


def _points(rng: random.Random, corner: tuple[float, float]) -> list[Any]:
    n = rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 40, 400, 5_000, 60_000))
    spread = rng.choice((0.0, 1e-9, 50.0, 400.0, 1e6, 1e300))
    x, y = corner if rng.random() < 0.8 else (0.0, 0.0)
    points: list[Any] = [(x, y)[i % 2] + rng.uniform(-1, 1) * spread for i in range(n)]
    if points and rng.random() < 0.2:
        points[rng.randrange(len(points))] = rng.choice((*ODD_VALUES, *ODD_NUMBERS))
    return points


def _cut(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    sign = rng.choice(("", "]", "}", '"', "\\", "9" * 500, "e999", "NaN", "Infinity", "\\ud800", "[" * 3000))
    return text[:at] + sign + text[at + rng.randrange(2) :]
