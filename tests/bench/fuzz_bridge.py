"""Random messages of the map page to a real window: ``python -m tests.bench.fuzz_bridge [N] [seed]``.

Counts what gets past the border: exceptions, defects, and messages that take longer than they may.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtWidgets import QApplication

from bigmap.app import prepare
from bigmap.base import i18n
from bigmap.ui.window.window import Window
from tests.helpers.bridge_fuzz import tell_random
from tests.helpers.plans import grid_plan
from tests.helpers.qt import FakeUser, document_of

MOST_S = 0.05


def main(n: int, seed: int) -> None:
    """Send n messages and print what came of them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    prepare()
    i18n.use("en")
    app = QApplication([])
    user = FakeUser()
    window = Window(ui=user)
    user.sit_at(window)
    window.session.replace(document_of(grid_plan()))
    told = tell_random(window, n, seed)
    print(f"{n} messages, {len(told.escaped)} escaped")
    for word, seconds in (("taken", told.seconds), ("refused", told.refused_seconds)):
        late = sum(s > MOST_S for s in seconds)
        print(
            f"{len(seconds)} {word}: slowest {1000 * max(seconds):.0f} ms, {late} over {1000 * MOST_S:.0f} ms"
        )
    for error, count in told.kinds_of_escaped():
        print(f"  {count} times {error}")
    window.close()
    app.processEvents()


if __name__ == "__main__":
    main(*map(int, (sys.argv[1:] + ["20000", "1"][len(sys.argv) - 1 :])))
