"""``python -m bigmap`` is the command line; streams and signals are ready before libraries are loaded."""

from __future__ import annotations

import sys

from bigmap.base import console, i18n
from bigmap.base.errors import UserError
from bigmap.base.interrupts import STOPPED, interrupts
from bigmap.base.shortage import expect_data, size_of_arguments


def main() -> int:
    """Run the command line on the arguments of the process and return its exit code."""
    console.open_streams()  # some libraries write to them as they are loaded
    i18n.use(i18n.system_language())
    interrupts.install()
    try:
        expect_data(size_of_arguments(sys.argv[1:]))
    except UserError as error:
        print(f"bigmap: {error}", file=sys.stderr)
        return STOPPED
    from bigmap.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
