"""Mt-KaHyPar as a program: a graph a line in, its parts a line out, both JSON.

`bigmap.core.zoning.multilevel` runs it, so that native code which never comes back can be ended. It imports
nothing of bigmap, so that it starts in a tenth of a second and alike wherever processes are spawned.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from typing import Any, TextIO

_STARTING_S = 60.0


def main() -> None:
    """Answer until there is nothing more to read."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever asks, and ends this
    nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123 - as long as the process
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(nowhere.fileno(), sys.stdout.fileno())  # what the library says goes nowhere
    _end_after(_STARTING_S, nowhere)
    sys.path.append(sys.argv[1])
    import mtkahypar

    engine = mtkahypar.initialize(min(2, os.cpu_count() or 1), print_warnings=False)
    faulthandler.cancel_dump_traceback_later()
    for line in sys.stdin:
        asked = json.loads(line)
        _end_after(asked["patience_s"], nowhere)
        answers.write(json.dumps(_parts(mtkahypar, engine, asked)) + "\n")
        answers.flush()
        faulthandler.cancel_dump_traceback_later()


def _end_after(seconds: float, nowhere: TextIO) -> None:
    """End this process by then: by a thread that needs no GIL, even when nobody else is left to do it."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)


def _parts(mtkahypar: Any, engine: Any, asked: dict[str, Any]) -> list[int]:
    mtkahypar.set_seed(asked["seed"])
    context = engine.context_from_preset(mtkahypar.PresetType.DETERMINISTIC_QUALITY)
    context.set_partitioning_parameters(asked["k"], asked["tolerance"], mtkahypar.Objective.CUT)
    context.logging = False
    edges, weights, borders = asked["edges"], asked["weights"], asked["borders"]
    graph = engine.create_graph(context, len(weights), len(edges), edges, weights, borders)
    if asked["bound"] is not None:
        graph.add_fixed_vertices(asked["bound"], asked["k"])
    return [int(part) for part in graph.partition(context).get_partition()]


if __name__ == "__main__":
    main()
