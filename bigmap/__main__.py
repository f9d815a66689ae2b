"""``python -m bigmap`` is the command line; signals are answered before its libraries are loaded."""

from __future__ import annotations

import sys

from bigmap.base import i18n
from bigmap.base.interrupts import interrupts


def main() -> int:
    """Run the command line on the arguments of the process and return its exit code."""
    i18n.use(i18n.system_language())
    interrupts.install()
    from bigmap.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
