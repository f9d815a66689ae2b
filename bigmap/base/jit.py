"""Whether a compiled function is at hand, so that the first wait can be explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bigmap.base.i18n import Text

PREPARING = Text("Preparing the solver (first time only)")


def is_compiled(function: Any) -> bool:
    """Tell whether a numba function was compiled before, in this process or, by its cache, in an earlier one.

    Where Python runs without numba's compiler (``NUMBA_DISABLE_JIT``) there is nothing to wait for.
    """
    if getattr(function, "signatures", True):
        return True
    kept = Path(function.stats.cache_path)
    name = f"{Path(function.py_func.__code__.co_filename).stem}.{function.py_func.__qualname__}-"
    return any(file.name.startswith(name) for file in kept.glob("*.nbi"))
