"""The layers of the folder: names and numbers as planners write them, in three habits of field names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from _buildings import Building, Estate, Stock
from _faults import across_a_lane, bow_tie, grow_over, neighbours
from _plan import ARTERIAL, BRANCH, LANE, SECONDARY, WIDTHS
from _town import Town

CRS = "EPSG:4548"
COMMUNITIES = ["湖墘社区", "埭头社区", "塔屿社区", "筼筜湾社区", "金榕社区", "虎屿社区"]
OPERATORS = [  # id, name, share of all households × 1.25
    ("QY01", "鹭湾城市服务集团有限公司", 0.28),
    ("QY02", "筼筜邻里物业服务有限公司", 0.24),
    ("QY03", "金榕物业管理有限公司", 0.20),
    ("QY04", "埭头社区物业服务中心", 0.16),
    ("QY05", "虎屿环境科技有限公司", 0.12),
]
SPARE_CAPACITY = 1.25
M2_PER_HOUSEHOLD = {"walkup": 105.0, "midrise": 135.0, "tower": 155.0}

PREFIXES = [
    "筼筜",
    "金榕",
    "埭头",
    "后垵",
    "湖墘",
    "塔屿",
    "虎屿",
    "仓前",
    "石亭",
    "溪尾",
    "榕荫",
    "糖厂",
    "湾悦",
    "莲溪",
    "东浦",
    "康泰",
    "侨安",
    "永福",
    "紫云",
    "白鹭",
]
SUFFIXES = {
    "walkup": ["新村", "小区", "里", "花园", "宿舍"],
    "midrise": ["家园", "花园（一期）", "花园(二期)", "佳园"],
    "tower": ["华庭", "一品", "国际公寓"],
}
NO_COMPANY = ["无", "无", "无", "/", "", "社区代管"]
TINY = 190.0  # m² of footprint
TINY_USES = ["公厕", "垃圾分类屋", "警务室", "公厕", "社区卫生服务站"]
SMALL_USES = ["农贸市场", "幼儿园", "老年活动中心", "社区卫生服务站", "文化站"]
PARK_USES = ["公厕", "公园管理房", "凉亭"]
SCHOOLS = [
    "筼筜湾小学",
    "金榕中学",
    "埭头小学",
    "塔屿实验学校",
    "虎屿中学",
    "后垵小学",
    "东浦职业学校",
    "湖墘小学",
]
HOUSEHOLDS = {"village": (1, 6), "oldtown": (1, 6), "dormitory": (3, 15), "shop": (1, 3), "works": (1, 2)}


def estate_names(estates: list[Estate], rng: np.random.Generator) -> list[str]:
    """Give each estate a name of its own that suits its age."""
    pools = {sort: [p + s for p in PREFIXES for s in ends] for sort, ends in SUFFIXES.items()}
    order = {sort: iter(rng.permutation(pool).tolist()) for sort, pool in pools.items()}
    return [next(order[estate.sort]) for estate in estates]


def managed(estates: list[Estate], rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return (company, mode) of each estate; 45 % have no company, most of them old walk-ups."""
    weight = np.asarray([8.0 if e.sort == "walkup" else 1.0 for e in estates])
    bare = set(
        rng.choice(len(estates), round(0.45 * len(estates)), replace=False, p=weight / weight.sum()).tolist()
    )
    rows: list[tuple[str, str]] = []
    for k in range(len(estates)):
        company = (
            str(rng.choice(NO_COMPANY)) if k in bare else str(rng.choice([name for _, name, _ in OPERATORS]))
        )
        rows.append((company, mode_of(company, k in bare, rng)))
    return rows


def mode_of(company: str, bare: bool, rng: np.random.Generator) -> str:
    """Return the management mode that goes with a company, or with none."""
    if not bare:
        return "专业物业"
    return (
        "社区托管" if company == "社区代管" else str(rng.choice(["无物业", "无物业", "无物业", "业主自管"]))
    )


def year_of(sort: str, rng: np.random.Generator) -> str:
    """Return the year of completion as people write it."""
    first, last = {"walkup": (1982, 2001), "midrise": (1998, 2012), "tower": (2008, 2022)}[sort]
    year = int(rng.integers(first, last))
    return f"{year // 10 % 10}0年代" if year < 1990 and rng.random() < 0.5 else str(year)


def households_of(estate: Estate) -> int:
    """Return the households that the floor area holds, 60 to 1,200."""
    return int(np.clip(round(estate.gfa / M2_PER_HOUSEHOLD[estate.sort]), 60, 1200))


def estates_layer(stock: Stock, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the estates in good order, one row each."""
    estates = stock.estates
    company, mode = zip(*managed(estates, rng), strict=True)
    homes = [households_of(e) for e in estates]
    per_home = {"walkup": 0.15, "midrise": 0.6, "tower": 1.05}
    green = {"walkup": 0.18, "midrise": 0.28, "tower": 0.36}
    columns = {
        "小区名称": estate_names(estates, rng),
        "户数": [str(h) for h in homes],
        "建筑面积": [float(round(e.gfa)) for e in estates],
        "物业公司": list(company),
        "建成年代": [year_of(e.sort, rng) for e in estates],
        "管理模式": list(mode),
        "车位数": np.asarray(
            [round(h * per_home[e.sort]) for e, h in zip(estates, homes, strict=True)], "int32"
        ),
        "绿化面积": [float(round(e.shape.area * green[e.sort], -1)) for e in estates],
    }
    return gpd.GeoDataFrame(columns, geometry=[e.shape for e in estates], crs=CRS)


def soil_estates(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the faults of README.md into the estates; the last one is left for `unclose_last_ring`."""
    shapes = frame.geometry.tolist()
    a, b = neighbours(shapes)
    shapes[a] = grow_over(shapes[a], shapes[b], 4.0)
    free = [k for k in range(len(shapes) - 1) if k not in (a, b)]
    tied = next(k for k in free if not bow_tie(shapes[k]).is_valid)
    shapes[tied] = bow_tie(shapes[tied])
    free.remove(tied)
    about, wide, wan, twice = free[8], free[19], free[30], free[41]
    frame = frame.set_geometry(gpd.GeoSeries(shapes, crs=CRS))
    frame.loc[about, "户数"] = f"约{round(int(frame.loc[about, '户数']), -1)}户"
    frame.loc[wide, "户数"] = str(frame.loc[wide, "户数"]).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    )
    frame.loc[wan, "建筑面积"] = round(frame.loc[wan, "建筑面积"] / 10_000, 2)
    return pd.concat([frame.iloc[:55], frame.iloc[[twice]], frame.iloc[55:]], ignore_index=True)


def addresses(buildings: Iterable[Building], town: Town) -> list[str]:
    """Number buildings along the nearest street; village houses after the village."""
    tree = shapely.STRtree([s.line for s in town.segments])
    east = town.boundary.centroid.x
    count: Counter[str] = Counter()
    found: list[str] = []
    for b in buildings:
        village = "埭头社" if b.shape.centroid.x < east else "后垵社"
        stem = village if b.use == "village" else town.segments[tree.nearest(b.shape)].name
        count[stem] += 1
        found.append(f"{stem}{count[stem]}号" + ("厂房" if b.use == "works" else ""))
    return found


def houses_layer(
    stock: Stock, estate_names: list[str], town: Town, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return stand-alone houses, then the buildings inside estates, which have no households of their own."""
    inside = [(b, name) for e, name in zip(stock.estates, estate_names, strict=True) for b in e.buildings]
    built = stock.houses + [b for b, _ in inside]
    odd = across_a_lane(
        town.segments, [b.shape for b in built + stock.public] + [e.shape for e in stock.estates]
    )
    homes = [int(rng.integers(*HOUSEHOLDS[b.use])) for b in stock.houses] + [0] * len(inside)
    number: Counter[str] = Counter()
    blocks = [f"{name}{number.update([name]) or number[name]}幢" for _, name in inside]
    columns = {
        "MC": [*addresses(stock.houses, town), *blocks, "旧粮站", "榕林路88号之一"],
        "CS": np.asarray([*(b.floors for b in built), 2, 3], "int32"),
        "HS": np.asarray([*homes, 6, 4], "int32"),
        "JZMJ": [*(round(b.gfa, 1) for b in built), round(odd.area * 2, 1), 410.0],
        "SSXQ": [*("" for _ in stock.houses), *(name for _, name in inside), "", ""],
    }
    frame = gpd.GeoDataFrame(columns, geometry=[*(b.shape for b in built), odd, None], crs=CRS)
    order = [*range(len(stock.houses)), len(built), len(built) + 1, *range(len(stock.houses), len(built))]
    return frame.iloc[order].reset_index(drop=True)


def public_names(stock: Stock, town: Town) -> list[tuple[str, str]]:
    """Return (name, type) of the public buildings."""
    tree = shapely.STRtree([s.line for s in town.segments])
    sites = list(dict.fromkeys(b.site for b in stock.public if b.use == "school"))
    offices = community_offices(stock, town)
    count: Counter[str] = Counter()
    rows: list[tuple[str, str]] = []
    for k, b in enumerate(stock.public):
        street = town.segments[tree.nearest(b.shape)].name
        count[b.use] += 1
        if k in offices:
            name, kind = offices[k], "社区居委会"
        elif b.use == "school":
            name, kind = SCHOOLS[sites.index(b.site) % len(SCHOOLS)], "学校"
        elif b.use == "office":
            name, kind = (
                ("筼筜湾医院", "医院") if count["office"] in (3, 4) else ("筼筜湾商务中心", "商务办公")
            )
        else:
            uses = PARK_USES if b.use == "park" else TINY_USES if b.shape.area < TINY else SMALL_USES
            kind = uses[count[b.use] % len(uses)]
            name = street + kind
        count[name] += 1
        rows.append((f"{name}{count[name]}号楼" if b.use in ("school", "office") else name, kind))
    return rows


def community_offices(stock: Stock, town: Town) -> dict[int, str]:
    """Return which public building houses which community's office: the first roomy one inside."""
    small = [k for k, b in enumerate(stock.public) if b.use == "small" and b.shape.area > TINY]
    offices: dict[int, str] = {}
    for name, ground in zip(COMMUNITIES, town.communities, strict=True):
        home = next((k for k in small if ground.contains(stock.public[k].shape)), None)
        if home is not None:
            offices[home] = name + "居委会"
    return offices


def floor_areas(stock: Stock, names: list[tuple[str, str]]) -> list[float]:
    """Return floor areas; toilets and the like have one floor."""
    low = {*TINY_USES, *PARK_USES} - {*SMALL_USES}
    return [
        round(b.shape.area if t in low else b.gfa, 1) for b, (_, t) in zip(stock.public, names, strict=True)
    ]


def public_layer(stock: Stock, town: Town) -> gpd.GeoDataFrame:
    """Return the public buildings in CGCS2000 longitude and latitude (EPSG:4490), rounded to about 1 mm."""
    names = public_names(stock, town)
    columns = {"NAME": [n for n, _ in names], "TYPE": [t for _, t in names], "GFA": floor_areas(stock, names)}
    frame = gpd.GeoDataFrame(columns, geometry=[b.shape for b in stock.public], crs=CRS).to_crs("EPSG:4490")
    return frame.set_geometry(
        shapely.transform(frame.geometry.array, lambda xy: np.round(xy, 8)), crs="EPSG:4490"
    )


def roads_layer(town: Town, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the street pieces; lanes mostly have no width, wide streets mostly do."""
    known = {ARTERIAL: 0.9, SECONDARY: 0.8, BRANCH: 0.6, LANE: 0.2}
    sweep = {ARTERIAL: "一级", SECONDARY: "二级", BRANCH: "三级", LANE: "四级"}
    usual: dict[str, float] = {}
    for s in town.segments:
        usual.setdefault(s.name, float(rng.integers(*WIDTHS[s.grade], endpoint=True)))
    columns = {
        "DLMC": [s.name for s in town.segments],
        "DLDJ": [s.grade for s in town.segments],
        "路宽": [usual[s.name] if rng.random() < known[s.grade] else np.nan for s in town.segments],
        "BJDJ": [sweep[s.grade] if rng.random() < 0.9 else "" for s in town.segments],
    }
    return gpd.GeoDataFrame(columns, geometry=[s.line for s in town.segments], crs=CRS)


def operators_table(households: int) -> pd.DataFrame:
    """Return the companies; together they can take 1.25 times the households."""
    rows = [
        (key, name, round(share * SPARE_CAPACITY * households, -2), f"0592-55501{k:02d}")
        for k, (key, name, share) in enumerate(OPERATORS, start=1)
    ]
    table = pd.DataFrame(rows, columns=["企业编号", "企业名称", "承接户数上限", "联系电话"])
    return table.astype({"承接户数上限": "int64"})
