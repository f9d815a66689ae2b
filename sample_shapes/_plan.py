"""The ground plan of the fictional street office, drawn by hand, and the warp that puts it on the ground.

Streets lie nearly straight in the *plan* (metres east and north of its centre); one smooth warp bends them
into EPSG:4548, so that what was drawn with a ruler becomes a curved town. All coordinates have 1 cm steps.
"""

from __future__ import annotations

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

CENTRE = (610_437.9, 2_708_867.2)  # 118.0894 E, 24.4798 N in EPSG:4548
GRID = 0.01  # metres
TURN = np.radians(-9.0)
SCALE = 1.07

ARTERIAL, SECONDARY, BRANCH, LANE = "主干道", "次干道", "支路", "街巷"
WIDTHS = {ARTERIAL: (34, 44), SECONDARY: (22, 28), BRANCH: (12, 16), LANE: (4, 7)}
CLEAR = {ARTERIAL: 23.0, SECONDARY: 15.5, BRANCH: 10.0, LANE: 3.6}  # half of the street with its pavement

# (name, class, points in plan metres)
STREETS: list[tuple[str, str, list[tuple[float, float]]]] = [
    (
        "环湾路",
        SECONDARY,
        [(-1150, -1150), (-1215, -750), (-1195, -250), (-1165, 200), (-1040, 640), (-860, 1200)],
    ),
    ("榕林路", BRANCH, [(-880, -1100), (-860, -500), (-845, 60), (-820, 590)]),
    ("筼筜大道", ARTERIAL, [(-560, -1200), (-535, -300), (-590, 500), (-540, 1250)]),
    ("仓前路", BRANCH, [(-240, -1100), (-235, -530)]),
    ("金榕路", SECONDARY, [(60, -1200), (95, -400), (55, 300), (120, 1250)]),
    ("仓后路", BRANCH, [(345, -1150), (360, -520)]),
    ("谷仓路", BRANCH, [(370, -240), (350, 58), (330, 600)]),
    ("山边路", BRANCH, [(400, 600), (380, 1200)]),
    ("湾东大道", ARTERIAL, [(650, -1200), (610, -300), (660, 400), (630, 1250)]),
    ("石亭路", BRANCH, [(930, -1100), (915, -460)]),
    ("虎溪路", BRANCH, [(890, -220), (905, 5), (925, 250)]),
    ("石塔路", BRANCH, [(915, 560), (960, 1150)]),
    ("东浦路", SECONDARY, [(1235, -1150), (1170, -300), (1240, 300), (1190, 1100)]),
    ("湖滨南路", SECONDARY, [(-1300, -790), (-500, -880), (300, -850), (1400, -790)]),
    ("糖厂路", BRANCH, [(-1300, -630), (-880, -670), (-545, -700)]),
    ("埭头老街", BRANCH, [(-550, -790), (-260, -705), (10, -560), (82, -500)]),
    ("机修厂路", BRANCH, [(70, -690), (640, -680), (1400, -620)]),
    ("埭头大道", ARTERIAL, [(-1500, -440), (-500, -540), (300, -520), (1500, -440)]),
    ("后垵路", BRANCH, [(-1200, -200), (-500, -250), (300, -240), (1400, -200)]),
    ("虎屿路", SECONDARY, [(-1400, 30), (-500, 80), (250, 55), (1400, -10)]),
    ("溪尾路", BRANCH, [(-850, 320), (-600, 330), (250, 310), (640, 320)]),
    ("塔屿大道", ARTERIAL, [(-1400, 640), (-500, 570), (300, 600), (1500, 545)]),
    ("北山路", BRANCH, [(-1050, 850), (-500, 830), (300, 860), (1300, 800)]),
]
RIVER = [
    (-335, 1170),
    (-315, 1000),
    (-275, 830),
    (-365, 600),
    (-300, 330),
    (-175, 80),
    (-215, -120),
    (-195, -300),
]
LAGOON = (-195.0, -315.0, 105.0, 92.0)  # centre and half axes
HILL = (925.0, 275.0, 175.0, 172.0)
OUTLINE = [
    *[
        (-1285, -900),
        (-1340, -640),
        (-1318, -380),
        (-1262, -90),
        (-1285, 180),
        (-1180, 470),
        (-1120, 700),
        (-985, 905),
    ],
    *[
        (-770, 925),
        (-735, 1010),
        (-541, 1035),
        (-330, 1010),
        (-120, 1075),
        (115, 1060),
        (130, 985),
        (380, 1000),
    ],
    *[(640, 1075), (790, 1040), (820, 905), (1075, 880), (1120, 690), (1345, 640), (1380, 410), (1240, 300)],
    *[
        (1205, 20),
        (1360, -120),
        (1330, -410),
        (1190, -470),
        (1205, -760),
        (1330, -800),
        (1290, -960),
        (940, -985),
    ],
    *[
        (900, -900),
        (640, -905),
        (560, -1010),
        (65, -985),
        (-80, -900),
        (-545, -940),
        (-580, -1040),
        (-900, -1015),
    ],
]
COMMUNITY_SEEDS = [(-850, -720), (-900, 60), (-330, 760), (330, 330), (240, -700), (960, -60)]

# What the plan wants where: (use, centre u, v, reach in metres), nearest reach first; the rest is housing.
QUARTERS = [
    ("village", -1030, -60, 250),
    ("village", 1010, 740, 170),
    ("park", -195, -315, 250),
    ("park", 925, 275, 255),
    ("works", 930, -680, 330),
    ("centre", 350, 170, 230),
    ("oldtown", -60, -770, 330),
    ("park", -1235, -560, 95),
]
GRAIN = {  # parcel sizes m² to draw from, lanes in pieces larger than m²
    "village": ((7_000,), 16_000),
    "park": ((60_000,), 90_000),
    "works": ((26_000,), 70_000),
    "centre": ((13_000, 17_000), 70_000),
    "oldtown": ((8_000, 11_000), 32_000),
    "housing": ((13_000, 17_000, 22_000, 28_000, 36_000), 62_000),
}


def warp(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Plan metres to EPSG:4548: two long waves, a turn, a shift."""
    u, v = xy[:, 0], xy[:, 1]
    x = u + 75 * np.sin(v / 430 + 0.9) + 26 * np.sin(u / 330 + v / 520)
    y = v + 88 * np.sin(u / 560 - 0.5) + 24 * np.sin(v / 290 + u / 640)
    c, s = SCALE * np.cos(TURN), SCALE * np.sin(TURN)
    return np.column_stack([CENTRE[0] + c * x - s * y, CENTRE[1] + s * x + c * y])


def tidy(shape: BaseGeometry) -> BaseGeometry:
    """Round a shape to 1 cm."""
    return shapely.set_precision(shape, GRID)


def bend(shape: BaseGeometry) -> BaseGeometry:
    """Put a shape of the plan on the ground, its vertices rounded to 1 cm."""
    fine = shapely.segmentize(shape, 18.0)
    return tidy(shapely.simplify(shapely.transform(fine, warp), 0.12))


def smooth(points: list[tuple[float, float]], closed: bool = False, rounds: int = 3) -> NDArray[np.float64]:
    """Cut the corners of a polyline (Chaikin), keeping the ends of an open one."""
    xy = np.asarray(points, dtype=float)
    for _ in range(rounds):
        a, b = (xy, np.roll(xy, -1, axis=0)) if closed else (xy[:-1], xy[1:])
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        xy = cut if closed else np.vstack([xy[:1], cut, xy[-1:]])
    return xy


def blob(centre: tuple[float, float, float, float], waves: tuple[float, ...]) -> Polygon:
    """An irregular round shape: half axes, and the strength of each harmonic from the second on."""
    u, v, a, b = centre
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    r = 1 + sum(w * np.sin((k + 2) * t + 1.7 * k) for k, w in enumerate(waves))
    return Polygon(np.column_stack([u + a * r * np.cos(t), v + b * r * np.sin(t)]))


def outline() -> Polygon:
    """Return the boundary in the plan: a soft shore in the west, corners elsewhere."""
    shore = smooth(OUTLINE[:8], rounds=3)
    return Polygon(np.vstack([shore, OUTLINE[8:]]))


def plan_water() -> tuple[Polygon, Polygon]:
    """Return the river with its lagoon, and the band that its riverside street runs around."""
    axis, lagoon = LineString(smooth(RIVER)), blob(LAGOON, (0.10, 0.06, 0.04))
    reaches = [
        shapely.ops.substring(axis, t, 1, normalized=True).buffer(13 + 5 * t) for t in np.arange(0, 1, 0.1)
    ]
    water = shapely.union_all([*reaches, lagoon]).buffer(30).buffer(-30)
    return water, water.buffer(27).buffer(40).buffer(-40)


def plan_streets(river_band: Polygon, hill_band: Polygon) -> list[tuple[str, str, BaseGeometry]]:
    """Return the streets of the plan; small ones end at water and hill, wide ones cross by bridges."""
    streets: list[tuple[str, str, BaseGeometry]] = []
    for name, grade, points in STREETS:
        line: BaseGeometry = LineString(smooth(points))
        if grade == BRANCH:
            line = line.difference(shapely.union_all([river_band, hill_band]))
        streets.append((name, grade, line))
    streets.append(("环溪路", BRANCH, river_band.exterior))
    streets.append(("环山路", LANE, hill_band.exterior))
    return streets


def noded(lines: list[BaseGeometry]) -> list[LineString]:
    """Cut lines at every crossing, on the 1 cm grid."""
    return list(shapely.get_parts(shapely.union_all(np.asarray(lines), grid_size=GRID)))


def long_axis(shape: BaseGeometry) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """Return centre, direction of the longer side, and both sides of the smallest rectangle around."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    if np.hypot(*first) < np.hypot(*second):
        first, second = second, first
    length = float(np.hypot(*first))
    return corners[:4].mean(axis=0), first / length, length, float(np.hypot(*second))


def quarter_at(u: float, v: float) -> str:
    """Return what the plan wants at a point."""
    near = [(np.hypot(u - x, v - y) / reach, use) for use, x, y, reach in QUARTERS]
    share, use = min(near)
    return use if share < 1 else "housing"
