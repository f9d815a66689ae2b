"""How long 300,000 buildings take to be read, beside the plainest way there is, in one run: `make bench`."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely

from bigmap.base.problems import ProblemLog
from bigmap.io.formats.raw_layer import read_vector
from tests.helpers.shapefiles import X0, Y0, write_layer

BUILDINGS = 300_000
ROUNDS = 3
GROUP = "read 300,000 buildings"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """Return a shapefile with a name of its own for every building, in GBK."""
    n = np.arange(BUILDINGS)
    x, y = X0 + n % 600 * 20.0, Y0 + n // 600 * 20.0
    columns = {
        "楼栋名称": [f"筼筜花园{i}号楼" for i in n],
        "层数": list(n % 30 + 1),
        "结构": ["砼", "混", "砖"] * (BUILDINGS // 3),
    }
    path = tmp_path_factory.mktemp("city") / "buildings.shp"
    return write_layer(path, list(shapely.box(x, y, x + 12, y + 10)), columns, cpg="GB18030")


@pytest.fixture(scope="module")
def best():
    """Return the place where the best times of this run meet."""
    return {}


@pytest.mark.benchmark(group=GROUP)
def test_plainly(benchmark, city, best):
    frame = benchmark.pedantic(
        lambda: pyogrio.read_dataframe(city, use_arrow=True), rounds=ROUNDS, warmup_rounds=1
    )
    assert len(frame) == BUILDINGS
    best["plain"] = minimum(benchmark)


@pytest.mark.benchmark(group=GROUP)
def test_with_a_look_at_every_byte(benchmark, city, best, capsys):
    raw = benchmark.pedantic(lambda: read_vector(city, None, ProblemLog()), rounds=ROUNDS, warmup_rounds=1)
    assert raw.table["楼栋名称"].iloc[-1] == f"筼筜花园{BUILDINGS - 1}号楼"
    if "plain" in best:
        with capsys.disabled():
            print(f"\n{GROUP}: {minimum(benchmark) / best['plain']:.2f} times plain pyogrio with Arrow")


def minimum(benchmark):
    """Return the best time in seconds, 1 where benchmarks are switched off."""
    return benchmark.stats.stats.min if benchmark.stats else 1.0
