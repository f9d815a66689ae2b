"""Towns of any size as cleaned sources, drawn by a few array operations: the same seed, the same town."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Sources
from tests.helpers.towns import GK117, X0, Y0

BLOCK_X, BLOCK_Y = 190.0, 150.0  # from street to street, metres
LOTS_X, LOTS_Y = 6, 4  # places for a building in a block
PER_BLOCK = 16.8  # buildings of a block, on average


def city(n: int, seed: int = 0) -> Sources:
    """Return a town of about n buildings.

    Blocks between warped streets hold an estate with the buildings within its wall, or stand-alone and
    public buildings, or nothing. Every fifth street is an arterial drawn as two carriageways; a river cuts
    through streets and estates. Some buildings overlap, repeat each other or are slivers.
    """
    rng = np.random.default_rng(seed)
    columns = max(2, round(np.sqrt(n / PER_BLOCK * BLOCK_Y / BLOCK_X)))
    rows = max(2, round(n / PER_BLOCK / columns))
    width, height = columns * BLOCK_X, rows * BLOCK_Y
    column, row = (a.ravel() for a in np.meshgrid(np.arange(columns), np.arange(rows)))
    corner = np.column_stack([column * BLOCK_X, row * BLOCK_Y])
    use = rng.choice(["estate", "houses", "open"], len(corner), p=[0.35, 0.6, 0.05])
    buildings, lived_in = _buildings(rng, corner[use != "open"], use[use != "open"])
    public = rng.random(len(buildings)) < 0.02
    roads, classes, widths = _roads(columns, rows)
    communities = _boxes(*_grid(0, 0, 4 * BLOCK_X, 4 * BLOCK_Y, columns // 4 + 1, rows // 4 + 1))
    edge = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    outline = np.column_stack([np.cos(edge), np.sin(edge)])
    outline /= np.abs(outline).max(axis=1)[:, None] ** 0.8
    outline *= 0.5 + 0.01 * np.sin(7 * edge)[:, None]
    boundary = shapely.Polygon(outline * [width, height] + np.array([width, height]) / 2)
    bend = np.linspace(-200, width + 200, 4 + columns)
    river = shapely.LineString(np.column_stack([bend, height * (0.5 + 0.2 * np.sin(bend / width * 5))]))
    estates = corner[use == "estate"]
    return Sources(
        crs=GK117,
        boundary=shapely.multipolygons([_warped(np.array([boundary]))[0]]),
        estates=_layer(
            _boxes(*(estates + 14).T, *(estates + np.array([BLOCK_X - 14, BLOCK_Y - 9])).T),
            name=[f"小区{i}" for i in range(len(estates))],
            hh=np.where(rng.random(len(estates)) < 0.8, rng.integers(100, 900, len(estates)), np.nan),
        ),
        buildings=_layer(
            buildings,
            file="buildings.shp",
            hh=np.where(public | ~lived_in, np.nan, rng.integers(1, 60, len(buildings))),
            floors=rng.integers(1, 18, len(buildings)).astype(float),
            kind=np.where(public, "public", "building"),
        ),
        roads=_layer(roads, name="路", road_class=classes, width_m=widths, file="roads.shp"),
        exclusions=_layer(np.array([river.buffer(40.0)]), name="河"),
        communities=_layer(
            communities,
            name=[f"社区{i}" for i in range(len(communities))],
            code=[f"350203{i:06d}" for i in range(len(communities))],
        ),
        operators=None,
        layers=[],
    )


def _buildings(rng, corner, use):
    """Return the buildings of the blocks, some of them dirt, and which are lived in."""
    lot_x, lot_y = (a.ravel() for a in np.meshgrid(np.arange(LOTS_X), np.arange(LOTS_Y)))
    low = corner[:, None] + np.column_stack([18 + lot_x * 26.0, 18 + lot_y * 29.0])
    built = rng.random(low.shape[:2]) < np.where(use == "estate", 0.6, 0.8)[:, None]
    low = low[built] + rng.uniform(0, 5, (built.sum(), 2))
    size = rng.uniform([9, 7], [19, 22], (len(low), 2))
    dirt = rng.random(len(low))
    size[dirt < 0.02] += rng.uniform(5, 15, ((dirt < 0.02).sum(), 2))  # over its neighbours
    size[(dirt > 0.02) & (dirt < 0.025), 0] = 0.3  # slivers
    again = (dirt > 0.03) & (dirt < 0.035)
    low, size = np.concatenate([low, low[again]]), np.concatenate([size, size[again]])
    x, y = np.zeros((2, len(low), 7))
    none, whole = np.zeros(len(low)), np.ones(len(low))
    notch = rng.uniform(0.3, 0.7, (len(low), 2))  # L-shaped
    x[:] = low[:, :1] + size[:, :1] * np.column_stack(
        [
            np.zeros(len(low)),
            np.ones(len(low)),
            np.ones(len(low)),
            notch[:, 0],
            notch[:, 0],
            np.zeros((len(low), 2)),
        ]
    )
    y[:] = low[:, 1:] + size[:, 1:] * np.column_stack(
        [none, none, notch[:, 1], notch[:, 1], whole, whole, none]
    )
    return shapely.polygons(np.stack([x, y], axis=-1)), rng.random(len(low)) < 0.9


def _roads(columns, rows):
    x, y = np.arange(columns + 1) * BLOCK_X, np.arange(rows + 1) * BLOCK_Y
    lines, classes, widths = [], [], []
    for place, length, upright in ((x, y, True), (y, x, False)):
        for i, p in enumerate(place):
            kind, width = ("arterial", 9.0) if i % 5 == 0 else ("branch", 12.0) if i % 2 else ("lane", 5.0)
            for offset in (-7.0, 7.0) if kind == "arterial" else (0.0,):
                fine = np.linspace(length[0], length[-1], 4 * len(length))
                across = np.full(len(fine), p + offset)
                lines.append(np.column_stack([across, fine] if upright else [fine, across]))
                classes.append(kind)
                widths.append(width)
    return np.array([shapely.LineString(line) for line in lines], dtype=object), classes, widths


def _grid(low_x, low_y, step_x, step_y, columns, rows):
    x, y = (a.ravel() for a in np.meshgrid(np.arange(columns), np.arange(rows)))
    return low_x + x * step_x, low_y + y * step_y, low_x + (x + 1) * step_x, low_y + (y + 1) * step_y


def _boxes(low_x, low_y, high_x, high_y):
    return shapely.box(low_x, low_y, high_x, high_y)


def _warped(shapes):
    """Bend straight streets, move the town to its place and round to a centimetre."""

    def bent(xy):
        x, y = xy.T
        moved = np.column_stack([x + 25 * np.sin(y / 610) + 0.05 * y, y + 20 * np.sin(x / 530) - 0.03 * x])
        return np.round(moved + np.array([X0, Y0]), 2)

    return shapely.transform(shapes, bent)


def _layer(shapes, **columns) -> gpd.GeoDataFrame:
    n = len(shapes)
    data = {c: np.full(n, "", dtype=object) for c in (*TEXT_FIELDS, "file")}
    data |= {c: np.full(n, np.nan) for c in NUMBER_FIELDS}
    data |= {"fid": np.arange(1, n + 1), "file": "drawn.shp"} | columns
    return gpd.GeoDataFrame(data, geometry=_warped(shapes), crs=GK117)
