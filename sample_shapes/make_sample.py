"""Make the sample folder: one fictional street office, 筼筜湾街道, as a planner would hand it over.

Usage: ``python sample_shapes/make_sample.py [--out DIR]``. The seed is fixed: two runs write the same bytes.
What stands in the folder, and which faults it has on purpose, is told in README.md beside this file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geopandas as gpd
import numpy as np
from _buildings import furnish
from _faults import drawn_zones, stamp, unclose_last_ring
from _layers import (
    COMMUNITIES,
    CRS,
    OPERATORS,
    estates_layer,
    houses_layer,
    operators_table,
    public_layer,
    roads_layer,
    soil_estates,
)
from _town import Town, build_town
from shapely import Polygon

SEED = 350203
STREET_NAME, STREET_CODE = "筼筜湾街道", "350203099"
ZONES = ["湖埭片区", "塔西片区", "塔东片区", "金榕片区", "虎屿片区"]


def write(
    frame: gpd.GeoDataFrame, path: Path, encoding: str, *, cpg: bool = True, language: int | None = None
) -> None:
    """Write a shapefile that is the same on every day."""
    frame.to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding=encoding)
    stamp(path.with_suffix(".dbf"), language)
    if not cpg:
        path.with_suffix(".cpg").unlink()


def plain(geometry: list[Polygon], **columns: list[str]) -> gpd.GeoDataFrame:
    """Return a layer with a few text columns."""
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def write_areas(town: Town, out: Path) -> None:
    """Write boundary, communities, river, hill and the zones that somebody drew."""
    codes = [f"{STREET_CODE}{k:03d}" for k in range(1, 7)]
    write(plain([town.boundary], 街道名称=[STREET_NAME], 街道代码=[STREET_CODE]), out / "街道边界.shp", "GBK")
    write(plain(town.communities, 社区名称=COMMUNITIES, 社区代码=codes), out / "社区.shp", "GBK")
    write(plain([town.river], MC=["筼筜溪"], LX=["河道湖泊"]), out / "水域.shp", "UTF-8")
    (out / "水域.prj").unlink()
    write(plain([town.hill], 名称=["虎屿山"], 类型=["山体"]), out / "山体.shp", "UTF-8")
    zones = plain(
        drawn_zones(town),
        片区编号=[f"P{k}" for k in range(1, 6)],
        片区名称=ZONES,
        服务企业=[name for _, name, _ in OPERATORS],
    )
    write(zones, out / "现状片区.shp", "GBK", cpg=False, language=0x4D)


def make(out: Path) -> None:
    """Write all files of the sample into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    rngs = [np.random.default_rng(s) for s in np.random.SeedSequence(SEED).spawn(5)]
    town = build_town(rngs[0])
    stock = furnish(town, rngs[1])
    estates = estates_layer(stock, rngs[2])
    houses = houses_layer(stock, estates["小区名称"].tolist(), town, rngs[3])
    households = estates["户数"].astype(int).sum() + houses["HS"].sum()
    write_areas(town, out)
    write(soil_estates(estates), out / "小区边界.shp", "GBK", cpg=False)
    unclose_last_ring(out / "小区边界.shp")
    write(houses, out / "独栋房屋.shp", "GBK")
    write(public_layer(stock, town), out / "公共建筑.shp", "UTF-8")
    write(roads_layer(town, rngs[4]), out / "市政道路.shp", "UTF-8")
    table = operators_table(int(households))
    table.to_csv(out / "服务企业.csv", index=False, encoding="GBK", lineterminator="\r\n")


def main() -> None:
    """Read the command line and write the sample."""
    parser = argparse.ArgumentParser(description="Write the sample street office.")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).parent,
        help="folder to write to (default: beside the script)",
    )
    make(parser.parse_args().out)


if __name__ == "__main__":
    main()
