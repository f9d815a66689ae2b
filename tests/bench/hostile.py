"""Files that mean harm: what is said of each, seconds, memory: ``python -m tests.bench.hostile [word]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.helpers.hostile_child import Answer, answer_of
from tests.helpers.hostile_layers import LAYERS
from tests.helpers.hostile_pictures import PICTURES

MOST_S, MOST_MB = 10.0, 1024.0


def main(word: str) -> int:
    """Read each file whose name holds a word; return how many were not answered as they should be."""
    bad = tried = 0
    for name, write in (PICTURES | LAYERS).items():
        if word not in name:
            continue
        with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
            path = Path(folder, name)
            write(path)
            answer = answer_of(path)
        tried += 1
        bad += not is_fine(answer)
        mark = "" if is_fine(answer) else "  <-- " + answer.kind
        print(f"{name:40} {answer.seconds:6.1f} s {answer.mb:6.0f} MB  {answer.sentence}{mark}", flush=True)
    print(f"{tried} files, {bad} not answered within {MOST_S:.0f} s and {MOST_MB:.0f} MB")
    return bad


def is_fine(answer: Answer) -> bool:
    """Tell whether a file was read, or refused in a sentence, within the bounds."""
    return answer.kind in {"read", "said"} and answer.seconds <= MOST_S and answer.mb <= MOST_MB


if __name__ == "__main__":
    sys.exit(main("".join(sys.argv[1:2])) > 0)
