"""The table of files that lead elsewhere: ``python -m tests.bench.network_trials FILE.md``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bigmap.base import i18n
from tests.helpers.network import listening, trials, tried


def main(table: Path) -> None:
    """Try each file with a listening socket and write what was asked and said."""
    i18n.use("en")
    lines = ["| format | requests | what was said |", "| --- | --: | --- |"]
    total = 0
    for kind, (name, make) in trials().items():
        with tempfile.TemporaryDirectory() as folder, listening() as (url, asked):
            make(Path(folder, name), url)
            said = tried(Path(folder, name))
        total += len(asked)
        lines.append(f"| {kind} | {len(asked)} | {said.replace(folder, 'FOLDER').replace('|', '/')} |")
    table.write_text("\n".join([*lines, "", f"{len(lines) - 2} trials, {total} requests."]), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
