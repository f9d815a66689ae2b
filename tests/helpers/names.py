"""Estate names as they are drawn, and the ways a sheet writes them."""

from __future__ import annotations

import random

SIGNS = (
    "金玉银湖海江龙凤翠碧锦鸿嘉瑞祥福禄安康永华富丽明阳天水云山石"
    "莲荷梅兰竹松柏榕桂筼筜后垵塔埔厝墘禾塘任屿浦溪"
)
KINDS = (
    "花园",
    "花园",
    "家园",
    "公寓",
    "大厦",
    "新村",
    "山庄",
    "广场",
    "宿舍",
    "小区",
    "",
    "一品",
    "国际",
    "华府",
)
FAMILIES = (
    *[("",)] * 12,
    *[("一期", "二期"), ("（一期）", "（二期）", "（三期）"), ("东区", "西区"), ("A区", "B区")],
)
DIGITS = str.maketrans("一二三", "123")
ROMANS = {"一期": "Ⅰ期", "二期": "Ⅱ期", "三期": "Ⅲ期"}
PLACES = ("思明区", "厦门市思明区", "筼筜街道", "官任社区")


def estate_names(n: int, rng: random.Random) -> list[str]:
    """Return n different names; some are families of phases or parts that differ in one sign only."""
    names: dict[str, None] = {}
    stems: set[str] = set()
    while len(names) < n:
        stem = "".join(rng.sample(SIGNS, rng.choice([2, 2, 3, 4])))
        if stem not in stems:
            stems.add(stem)
            kind = rng.choice(KINDS)
            names.update(dict.fromkeys(stem + kind + part for part in rng.choice(FAMILIES)))
    return list(names)[:n]


def written_otherwise(name: str, rng: random.Random) -> str:
    """Return a name as another office writes it: still surely the same to a reader."""
    ways = [_same, _same, _phase_in_digits, _phase_in_romans, _brackets, _blank, _full_width]
    return rng.choice([*ways, _end, _garden, _home, _place, _address, _note])(name, rng)


def misspelt(name: str, rng: random.Random) -> str:
    """Return a name with one sign exchanged, lost or put in."""
    at = rng.randrange(len(name))
    return name[:at] + rng.choice(["", rng.choice(SIGNS), name[at] + rng.choice(SIGNS)]) + name[at + 1 :]


def _same(name: str, rng: random.Random) -> str:
    return name


def _phase_in_digits(name: str, rng: random.Random) -> str:
    return name[:-3] + name[-3:].translate(DIGITS) if name.endswith(("期", "期）")) else name


def _phase_in_romans(name: str, rng: random.Random) -> str:
    for plain, roman in ROMANS.items():
        name = name.replace(plain, roman)
    return name


def _brackets(name: str, rng: random.Random) -> str:
    if "（" in name:
        return rng.choice(
            [name.replace("（", "(").replace("）", ")"), name.replace("（", "").replace("）", "")]
        )
    return name.replace("一期", "（一期）").replace("二期", "(二期)").replace("东区", "（东区）")


def _blank(name: str, rng: random.Random) -> str:
    at = rng.randint(1, len(name))
    return name[:at] + rng.choice([" ", "　"]) + name[at:]


def _full_width(name: str, rng: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in name)


def _end(name: str, rng: random.Random) -> str:
    if name.endswith("小区") and len(name) > 4:
        return name[:-2]
    return name if name.endswith(("期", "区", "）")) else name + "小区"


def _garden(name: str, rng: random.Random) -> str:
    return name.replace("花园", "花苑")


def _home(name: str, rng: random.Random) -> str:
    return name.replace("家园", rng.choice(["嘉园", "佳园"]))


def _place(name: str, rng: random.Random) -> str:
    return rng.choice(PLACES) + name


def _address(name: str, rng: random.Random) -> str:
    return f"湖滨南路{rng.randint(1, 200)}号" + name


def _note(name: str, rng: random.Random) -> str:
    return name + rng.choice(["（安置房）", "(原名：老仓库大院)", "（商住）"])
