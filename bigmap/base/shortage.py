"""What the machine lacks, disk or memory: nobody's file is to blame and nothing is a defect."""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from bigmap.base.errors import Cancelled, UserError
from bigmap.base.i18n import Text

if sys.platform != "win32":
    import resource

_START_B, _START_SPACE_B = 0.4e9, 2.6e9
"""What bigmap takes without data: memory, and addresses, which libraries reserve by the gigabyte."""
_PER_BYTE = 55
"""Bytes of memory for a byte of layers: 0.46, 0.70 and 2.16 GB were measured for 1.1, 5.2 and 34 MB."""
_SAID = re.compile(
    r"out of memory|memoryerror|bad_alloc|memory allocation|(not enough|insufficient) memory|malloc of size"
    r"|(cannot|can't|could not|unable to|failed to) allocate|failed to map segment"
    r"|can't start new thread|failed to launch worker thread|pthread_create",
    re.IGNORECASE,
)
"""How libraries say that they got no memory, or no thread, which needs some."""
_NEARLY = 0.9

_data_b = [0]


def expect_data(size_b: int) -> None:
    """Note how many bytes of layers a job reads.

    Raises
    ------
    UserError
        If the process may not have the memory for that: libraries would end it without a word.
    """
    _data_b[0] = size_b
    allowed = allowed_space_b()
    if allowed is not None and allowed < _needed_b(_START_SPACE_B):
        template, values = _no_memory(allowed, _START_SPACE_B)
        raise UserError(template, **values)


def size_of_arguments(words: Sequence[str]) -> int:
    """Return how many bytes lie in the files and folders that a command line names, but for its results."""
    size = 0
    for before, word in pairwise(["", *words]):
        if before != "--out" and not word.startswith("-"):
            with suppress(OSError, ValueError):
                files = os.scandir(word) if os.path.isdir(word) else [Path(word)]  # noqa: PTH112
                size += sum(file.stat().st_size for file in files if file.is_file())
    return size


def shortage(error: BaseException) -> Text | None:
    """Return a sentence about what the machine lacked, None where that was not why something failed."""
    if isinstance(error, UserError | Cancelled):
        return None
    return full_disk(error) or _memory_shortage(error)


def raise_shortage(error: BaseException) -> None:
    """Raise the error that another was made of, or this one, where the machine lacked something."""
    found = [one for one in _chain(error) if shortage(one)]
    if found:
        raise found[-1]


def full_disk(error: BaseException) -> Text | None:
    """Return a sentence where an error means a full disk, be it that of temporary files; None for others."""
    if not isinstance(error, OSError) or not is_full(error):
        return None
    named = error.filename2 or error.filename  # of a copy the second: that is written
    folder = Path(os.fsdecode(named)).parent if named else tempfile.gettempdir()
    return Text("The disk of {folder} is full: make room there and try again.", {"folder": str(folder)})


def is_full(error: BaseException) -> bool:
    """Tell whether the disk was full, or the user's share of it."""
    full = (errno.ENOSPC, errno.EDQUOT)
    windows = getattr(error, "winerror", None) in (39, 112, 1295)
    return isinstance(error, OSError) and (windows or error.errno in full)


def says_no_memory(text: str) -> bool:
    """Tell whether a library or a program complains that it got no memory."""
    return _SAID.search(text) is not None


def _memory_shortage(error: BaseException) -> Text | None:
    allowed = allowed_space_b()
    if not any(map(_is_no_memory, _chain(error))) and not _is_at_limit(allowed):
        return None
    if allowed is not None:
        template, values = _no_memory(allowed, _START_SPACE_B)
    else:
        template, values = _no_memory(_memory_b(), _START_B)
    return Text(template, values)


def _is_no_memory(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in (errno.ENOMEM, errno.EAGAIN) or says_no_memory(error.strerror or "")
    return isinstance(error, MemoryError) or says_no_memory(str(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


# --- how much --------------------------------------------------------------------------------


def _needed_b(start_b: float) -> float:
    return start_b + _PER_BYTE * _data_b[0]


def _no_memory(allowed_b: float, start_b: float) -> tuple[str, dict[str, float]]:
    need_b = _needed_b(start_b)
    values = {"need": need_b / 1e9, "data": _data_b[0] / 1e6, "has": allowed_b / 1e9}
    if need_b > allowed_b:
        text = (
            "Not enough memory: this job needs about {need:.1f} GB for {data:.1f} MB of layers, and may have"
            " {has:.1f} GB; allow it more, close other programs, or plan district by district."
        )
    else:  # it ran out of it all the same, so the estimate is worth nothing
        text = (
            "Not enough memory: the {has:.1f} GB that this job may have were not enough for {data:.1f} MB of"
            " layers; allow it more, close other programs, or plan district by district."
        )
    return text, values


def allowed_space_b() -> int | None:
    """Return how many bytes of addresses the process may have, None for any number."""
    if sys.platform == "win32":
        return None
    limits = [resource.getrlimit(which)[0] for which in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    told = [limit for limit in limits if limit != resource.RLIM_INFINITY]
    return min(told) if told else None


def _is_at_limit(allowed_b: int | None) -> bool:
    """Tell whether the process came near its limit: what fails there fails for any reason."""
    if allowed_b is None:
        return False
    try:
        state = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    peak = re.search(r"VmPeak:\s*(\d+)", state)
    return peak is not None and int(peak[1]) * 1024 > _NEARLY * allowed_b


def _memory_b() -> float:
    """Return the memory of this computer, or of the container that it stands for."""
    found = [float("inf")]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    with suppress(OSError, ValueError):  # none, or "max"
        found.append(float(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(found)
