"""Where districts are computed: on the processors of this computer, or on a dask cluster."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from bigmap.base.child_processes import end_with_parent
from bigmap.base.errors import UserError
from bigmap.base.version import __version__

HERE = "local"
"""The address that means: processes of this computer, one a processor, without dask."""
PATIENCE_S = 10.0
"""How long a cluster may take to answer."""


@contextmanager
def workers(address: str) -> Iterator[Executor]:
    """Yield an executor that works at ``address`` ('tcp://host:8786', or `HERE`).

    Raises
    ------
    UserError
        When dask is not installed or no cluster answers.

    Notes
    -----
    The workers of a cluster need the same bigmap installed; data travels by pickle. Scheduler and workers are
    dask's own: ``dask scheduler``, ``dask worker ADDRESS``.
    """
    if address == HERE:
        # Not forked: threads of GDAL, Arrow or Qt that run in this process would not survive it.
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(mp_context=spawn, initializer=end_with_parent) as executor:
            try:
                yield executor
            except BaseException:  # stopped: nobody waits for the districts under way
                for process in list((executor._processes or {}).values()):
                    process.kill()
                raise
        return
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            '--cluster needs dask, which is not installed; install it with: pip install "bigmap[cluster]"'
        ) from None
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(
            "No cluster answers at {address} ({why}); start one with 'dask scheduler' and 'dask worker',"
            " or give --cluster local",
            address=address,
            why=str(error).splitlines()[0] if str(error) else type(error).__name__,
        ) from None
    with client:
        refuse_others(_versions(client), __version__)
        yield client.get_executor()


def _versions(client: Any) -> dict[str, str]:
    """Return the bigmap of each worker, '-' for none."""

    def version() -> str:  # travels by value, since a worker may have no bigmap to find it in
        try:
            import bigmap
        except ImportError:
            return "-"
        return bigmap.__version__

    return dict(client.run(version))


def refuse_others(there: Mapping[str, str], here: str) -> None:
    """Refuse workers that have no bigmap or another one, before any work is sent.

    Parameters
    ----------
    there : mapping of str to str
        Address of each worker → its version, '-' for none.
    here : str
    """
    if not there:
        raise UserError("The cluster has no workers yet; start some with 'dask worker ADDRESS'")
    for name, found in there.items():
        if found != here:
            raise UserError(
                "Worker {name} of the cluster has bigmap {there}, this computer {here};"
                " install the same there",
                name=name,
                there=found,
                here=here,
            )
