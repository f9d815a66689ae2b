"""Small towns as cleaned sources: one drawn by hand, and random ones for properties."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely import LineString, Polygon, box

from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Sources

GK117 = CRS.from_epsg(4548)
X0, Y0 = 610_000.0, 2_708_000.0


def at(shape):
    """Move a shape drawn near (0, 0) to Xiamen in EPSG:4548."""
    return shapely.transform(shape, lambda xy: xy + np.array([X0, Y0]))


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    """Return a cleaned layer with all canonical columns; ``columns`` give lists or one value for all."""
    n = len(shapes)
    data = {c: [""] * n for c in TEXT_FIELDS} | {c: [np.nan] * n for c in NUMBER_FIELDS}
    data |= {"fid": list(range(1, n + 1)), "file": ["drawn.shp"] * n}
    data |= {k: v if isinstance(v, list) else [v] * n for k, v in columns.items()}
    return gpd.GeoDataFrame(data, geometry=[at(s) for s in shapes], crs=GK117)


def sources(
    boundary, *, estates=None, buildings=None, roads=None, exclusions=None, communities=None, operators=None
):
    """Return sources with empty layers where none is given."""
    nothing = layer([])
    return Sources(
        crs=GK117,
        boundary=shapely.multipolygons([at(boundary)]),
        estates=nothing if estates is None else estates,
        buildings=nothing.assign(kind="") if buildings is None else buildings,
        roads=nothing if roads is None else roads,
        exclusions=nothing if exclusions is None else exclusions,
        communities=nothing if communities is None else communities,
        operators=operators,
        layers=[],
    )


def small_town(**changes) -> Sources:
    """Return a town of 400 m × 200 m.

    ::

        +--------------------+--+------------------+
        |  E1 筼筜花园 120户   |  |  B1      B2      |
        |  (20..180,110..190) |R |  (houses)        |
        |--------------------+--+------------------|  y = 100: 市府路, 12 m
        |  E2 无名小区 30户    |  |      pond        |
        |  (20..180,10..90)  |  |  P1 school       |
        +--------------------+--+------------------+
                           x = 200: 后街, 6 m
    """
    parts = {
        "estates": layer(
            [box(20, 110, 180, 190), box(20, 10, 180, 90)],
            name=["筼筜花园", "无名小区"],
            hh=[120.0, 30.0],
            gfa_m2=[12_000.0, 2_500.0],
            mgmt=["专业物业", "无物业"],
        ),
        "buildings": layer(
            [
                box(230, 130, 250, 150),
                box(300, 130, 330, 150),
                box(230, 20, 260, 50),
                box(100, 120, 120, 140),
            ],
            name=["一号楼", "二号楼", "小学", "园内楼"],
            hh=[8.0, 5.0, np.nan, 40.0],
            floors=[2.0, 3.0, 1.0, 6.0],
            kind=["building", "building", "public", "building"],
        ),
        "roads": layer(
            [LineString([(0, 100), (400, 100)]), LineString([(200, 0), (200, 200)])],
            name=["市府路", "后街"],
            road_class=["secondary", "lane"],
            width_m=[12.0, 6.0],
        ),
        "exclusions": layer([box(300, 30, 350, 70)], name="池塘"),
        "communities": layer(
            [box(0, 0, 200, 200), box(200, 0, 400, 200)],
            name=["东社区", "西社区"],
            code=["350203099001", "350203099002"],
        ),
        "operators": pd.DataFrame(
            {
                "operator_id": ["A", "B"],
                "name": ["甲物业", "乙物业"],
                "capacity": [150.0, 60.0],
                "phone": ["", ""],
            }
        ),
    }
    return sources(box(0, 0, 400, 200), **{**parts, **changes})


def random_town(seed: int, size: float = 300.0) -> Sources:
    """Return a messy random town: overlapping estates and houses, roads at any angle, ponds, slivers."""
    rng = np.random.default_rng(seed)

    def blob(reach: float) -> Polygon:
        middle = rng.uniform(0, size, 2)
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 8)))
        radius = rng.uniform(0.3, 1.0, len(angle)) * reach
        ring = middle + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
        return shapely.set_precision(shapely.make_valid(Polygon(ring)), 0.01)

    def blobs(n: int, reach: float) -> list:
        return [b for b in (blob(reach) for _ in range(n)) if b.geom_type == "Polygon" and b.area > 1]

    estates, houses, ponds = (
        blobs(rng.integers(0, 8), 60),
        blobs(rng.integers(0, 25), 12),
        blobs(rng.integers(0, 3), 40),
    )
    ends = np.round(rng.uniform(-20, size + 20, (rng.integers(0, 6), 2, 2)), 2)
    roads = [LineString(e) for e in ends]
    return sources(
        box(0, 0, size, size * rng.uniform(0.5, 1.0)).difference(box(0, 0, size / 5, size / 7)),
        estates=layer(estates, hh=[float(h) for h in rng.integers(0, 300, len(estates))]),
        buildings=layer(
            houses, hh=[float(h) for h in rng.integers(0, 9, len(houses))], kind="building", file="houses.shp"
        ),
        roads=layer(
            roads, width_m=[float(w) for w in rng.choice([4.0, 12.0, 25.0], len(roads))], road_class="branch"
        ),
        exclusions=layer(ponds),
    )
