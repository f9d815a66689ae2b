"""How many boxes 2,000 random edits bring up in the window: none are allowed.

    python -m tests.bench.bench_random_edits [--edits 2000] [--seed 0]

Prints what was edited how often, every box, and every place where the window shows other than the session
says. Exits with 1 where there is one.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from PySide6.QtWidgets import QApplication

from bigmap.app import prepare
from bigmap.base.i18n import use
from bigmap.ui.widgets.theme import apply_theme
from bigmap.ui.window.window import Window
from tests.helpers.grids import grid_city
from tests.helpers.qt import FakeUser, document_of
from tests.helpers.random_edits import RandomEditor


def main() -> int:
    """Edit and count; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    prepare()
    app = QApplication(["bench"])
    apply_theme(app, "light")
    use("en")
    defects: list[str] = []
    sys.excepthook = lambda _kind, error, _trace: defects.append(repr(error))
    user = FakeUser()
    window = Window(ui=user)
    user.sit_at(window)
    window.resize(1400, 900)
    window.show()
    window.session.open(document_of(grid_city(12, 9, 6, seed=args.seed, holes=0.05, bare=0.05)))
    editor, faults, start = RandomEditor(window, user, args.seed), [], time.monotonic()
    for i in range(args.edits):
        kind, boxes = editor.step(), len(user.refused)
        found = editor.faults()
        faults += [f"edit {i} ({kind}): {fault}" for fault in found]
        if (i + 1) % 200 == 0:
            print(f"{i + 1} edits, {boxes} boxes, {time.monotonic() - start:.0f} s", flush=True)
    window.close()
    print(", ".join(f"{kind} {n}" for kind, n in sorted(editor.done.items())))
    boxes = user.refused
    print(f"{args.edits} edits: {len(boxes)} boxes, {len(defects)} escaped, {len(faults)} shown otherwise")
    for line in dict.fromkeys([*boxes, *defects, *faults]):
        print(" ", line)
    return 1 if boxes or defects or faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
