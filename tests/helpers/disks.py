"""Disks that are full: a limit on the size of files, for anybody to set, and a mounted disk of a few kB."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``size`` bytes: writes stop half-way, as on a full disk."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def run_on_small_disk(folder: Path, code: str, size: str = "256k", **environment: str) -> str:
    """Run Python code with a disk of ``size`` mounted on ``folder``; return what it prints.

    The disk is there for that process alone, by namespaces of its own. Skips where the system allows none.
    """
    if not shutil.which("unshare"):
        pytest.skip("no unshare to mount a disk with")
    mount = f'mount -t tmpfs -o size={size} small "$1" || exit 77; shift; exec "$@"'
    words = ["unshare", "-rm", "sh", "-c", mount, "sh", str(folder), sys.executable, "-c", code]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, **environment}
    )
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return done.stdout
