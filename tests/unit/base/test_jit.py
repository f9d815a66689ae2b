"""The first wait for compiled code is told, later ones are not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_TELL = """
from bigmap.base.jit import is_compiled
from bigmap.core.zoning.kernels import branch
print(is_compiled(branch))
"""
_USE = "import numpy as np\no = np.array([0, 1])\nbranch(o, o - 1, 1)\nprint(is_compiled(branch))\n"


def said(code: str, cache: Path) -> list[str]:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_code_is_ready_once_it_was_compiled_here_or_in_an_earlier_process(tmp_path: Path):
    assert said(_TELL + _USE, tmp_path) == ["False", "True"]
    assert said(_TELL, tmp_path) == ["True"]
