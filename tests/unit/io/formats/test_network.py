"""Nothing that is read reaches the network, whatever it is and however it is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyogrio
import pytest
from pyproj import CRS
from pyproj.network import is_network_enabled

from bigmap.base.errors import UserError
from bigmap.base.executors import HERE, workers
from bigmap.base.offline import SETTINGS
from bigmap.io.rasters.geotiff import GeoTiff
from tests.helpers.network import SERVICES, listening, picture_beside, trials, tried
from tests.helpers.shapefiles import squares, write_layer

NAMED_SO = (".gpkg", ".geojson", ".kml", ".dxf", ".tab", ".gdb", ".tif")
TRIALS = {
    kind: (name, make)
    for kind, (name, make) in trials().items()
    if " named " not in kind or name.endswith(NAMED_SO) or kind.startswith(("WFS", "OGR VRT"))
}
"""All that are tried by tests.bench.network_trials, but of the rarer endings two kinds only."""

ROOT = Path(__file__).parents[3]
FOLLOWING = {
    "HTTP",
    "WFS",
    "OAPIF",
    "GDALG",
    "OGR_VRT",
    "CSW",
    "GPSBabel",
    "VRT",
    "WMS",
    "WMTS",
    "WCS",
    "STACIT",
}

NOTEBOOK = """
import sys
import geopandas, pyogrio, pyproj, rasterio
assert "WFS" in pyogrio.list_drivers()
with rasterio.Env():
    pass
import bigmap
from pathlib import Path
from tests.helpers.network import listening, trials, tried
assert "WFS" not in pyogrio.list_drivers()
with listening() as (url, asked):
    for i, (name, make) in enumerate(list(trials().values())[::7]):
        folder = Path(sys.argv[1], str(i))
        folder.mkdir()
        make(folder / name, url)
        tried(folder / name)
print(asked)
"""


@pytest.mark.parametrize("trial", TRIALS)
def test_no_format_asks_the_network_anything(trial: str, tmp_path: Path) -> None:
    name, make = TRIALS[trial]
    with listening() as (url, asked):
        make(tmp_path / name, url)
        said = tried(tmp_path / name)
    assert asked == []
    assert said.startswith("read") or "estates" in said


def test_drivers_that_lead_elsewhere_are_gone() -> None:
    script = (
        "import bigmap, pyogrio, pyproj, rasterio\n"
        "with rasterio.Env() as gdal:\n"
        "    print(sorted({FOLLOWING} & {{*pyogrio.list_drivers(), *gdal.drivers()}}),"
        " pyproj.network.is_network_enabled())"
    )
    done = _python(["-c", script.format(FOLLOWING=FOLLOWING)])
    assert done.stdout.strip() == "[] False", done.stderr


def test_processes_that_bigmap_starts_have_none_either() -> None:
    with workers(HERE) as executor:
        assert not FOLLOWING & set(executor.submit(pyogrio.list_drivers).result())
        assert not executor.submit(is_network_enabled).result()


def test_a_notebook_that_loaded_the_libraries_first(tmp_path: Path) -> None:
    done = _python(["-c", NOTEBOOK, str(tmp_path)])
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_without_any_interface_a_folder_is_planned_and_its_traps_are_said(tmp_path: Path) -> None:
    alone = shutil.which("unshare")
    if alone is None or subprocess.run([alone, "-n", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespace may be made here")
    write_layer(
        tmp_path / "estates.shp", squares(3), {"小区名称": ["一村", "二村", "三村"], "户数": [9, 8, 7]}
    )
    for kind, ending in (("WFS", ".gpkg"), ("OGR VRT", ".geojson"), ("WMS", ".kml"), ("GDALG", ".json")):
        text = SERVICES[kind].format(url="http://127.0.0.1:9/")
        (tmp_path / f"trap{ending}").write_text(text, encoding="utf-8")
    command = [
        "-m",
        "bigmap",
        "plan",
        str(tmp_path),
        "--out",
        str(tmp_path / "out"),
        "--zones",
        "1",
        "--quiet",
    ]
    done = _python(command, [alone, "-n"])
    assert done.returncode in {0, 3}, done.stderr
    said = (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8-sig")
    assert all(f"trap{ending}" in said for ending in (".gpkg", ".geojson", ".kml"))


def _python(arguments: list[str], before: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own that knows none of the settings of this one."""
    own = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    command = [*(before or []), sys.executable, *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=ROOT,
        env=own | {"PYTHONPATH": str(ROOT)},
    )


def test_a_picture_that_shows_another_file_is_refused(tmp_path: Path) -> None:
    picture_beside(".txt", "")(tmp_path / "estates.tif", "")
    assert tried(tmp_path / "estates.tif") == "read"  # warped, so that rasterio has the driver VRT again
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(range(81)))
    (tmp_path / "a.tif").write_text(
        '<VRTDataset rasterXSize="9" rasterYSize="9"><GeoTransform>118,.1,0,24,0,-.1</GeoTransform>'
        '<VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand"><SourceFilename>'
        f"{secret}</SourceFilename><PixelOffset>1</PixelOffset><LineOffset>9</LineOffset></VRTRasterBand>"
        "</VRTDataset>",
        encoding="utf-8",
    )
    with pytest.raises(UserError, match=r"a\.tif"):
        GeoTiff(tmp_path / "a.tif", CRS.from_epsg(4326))
