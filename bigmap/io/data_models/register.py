"""The real-estate register and the cadastre: buildings, parcels and what belongs to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.land_codes import SURVEY_3, kind_of_name
from bigmap.io.data_models.model import AREA, DataModel, LayerModel
from bigmap.io.data_models.rows import UNDECIDED, Kind, Rows, Verdict, all_rows, are, look_up

_DWELLING = Kind(Role.BUILDINGS)
_OTHER_USE = Kind(Role.BUILDINGS, households=False)
_PUBLIC = Kind(Role.PUBLIC, households=False)
_COUNTED = Kind(
    Role.BUILDINGS, "their units of property (ZTS) stand for households, shops and garages among them"
)
_USES = {
    "1": _DWELLING,
    **dict.fromkeys(("2", "3", "8", "9"), _OTHER_USE),
    **dict.fromkeys(("4", "5", "6"), _PUBLIC),
    "7": Kind(None, "military buildings"),
}
"""GHYT, FWYT: 1x dwelling, 2x industry, 3x trade, 4x and 5x public, 60 offices, 70 military, 80 other."""

_WORDS: tuple[tuple[str, Kind], ...] = (
    ("住宅|公寓|宿舍|别墅", _DWELLING),
    ("学校|教育|医疗|卫生|文化|体育|办公|行政|福利|科研|公共", _PUBLIC),
    ("军事", _USES["7"]),
    (".", _OTHER_USE),
)
_PARTS = Kind(None, "parts of buildings, which would count twice")
_FLATS = Kind(None, "flats of buildings")
_LINES = Kind(None, "corners, lines and labels of the register")
_NEARLY = Kind(None, "cadastral districts, near to streets and communities but not equal")


def _use(text: str) -> Kind:
    """Return the kind that a use tells, as a code or in words; dwelling where nothing is told."""
    if not text:
        return _DWELLING
    if text[0].isdigit():
        return look_up(pd.Series([text]), _USES, _DWELLING)[0]
    return next(kind for words, kind in _WORDS if pd.Series([text]).str.contains(words)[0])


def _buildings(rows: Rows) -> Verdict:
    uses = rows.text("GHYT", "FWYT", "FWYT1", "YT")
    kinds = np.array([_use(text) for text in uses], dtype=object)
    if rows.column("HS", "户数", "总户数", "ZHS") is None and rows.column("ZTS") is not None:
        kinds[are(kinds, _DWELLING)] = _COUNTED
    columns = {"yr_built": _years(rows.text("JGRQ", "JGSJ")).to_numpy(object)}
    if "jgrq" not in rows.own and "jgsj" not in rows.own:
        columns = {}
    return Verdict(kinds, columns)


def _years(text: pd.Series) -> pd.Series:
    return text.str.extract(r"(1[89]\d\d|20\d\d)", expand=False).fillna("")


def _parcels(rows: Rows) -> Verdict:
    use, name = rows.codes("YT", "TDYT", "SJYT", "PZYT"), rows.text("YTMC", "TDYTMC", "YT", "TDYT")
    digits = use.str.extract(r"^(\d{3,4})", expand=False).fillna("")
    digits = digits.where(digits.str.len() != 3, "0" + digits)
    kinds = look_up(digits, SURVEY_3)
    words = {word: kind_of_name(str(word)) for word in name.unique()}
    for i in np.flatnonzero(are(kinds, UNDECIDED)):
        kinds[i] = words[name.iloc[i]]
    kinds[[kind.role == Role.ESTATES for kind in kinds]] = Kind(Role.ESTATES)  # with a name or without
    return Verdict(kinds)


_BUILDING_FIELDS = {
    "name": ("JZWMC", "ZRZMC", "MC", "FWMC", "建筑物名称"),
    "code": ("BDCDYH", "ZRZH", "BSM"),
    "gfa_m2": ("SCJZMJ", "JZMJ", "建筑面积"),
    "floors": ("DSCS", "ZCS", "CS", "FWCS", "LC", "层数"),
    "height_m": ("JZWGD", "JZGD", "GD"),
    "hh": ("HS", "户数", "总户数", "ZHS", "ZTS"),
    "type": ("GHYT", "FWYT", "FWYT1", "YT"),
    "oper": (),
    "mgmt": (),
}

MODEL = DataModel(
    Text("Real-estate register"),
    (
        LayerModel(
            "LJZ 逻辑幢", ("ljz", "逻辑幢"), all_rows(_PARTS), signs=(("LJZH", "ZRZH"), ("LJZH", "MPH"))
        ),
        LayerModel(
            "H 户",
            ("h", "户", "c", "层"),
            all_rows(_FLATS),
            needs=("ZRZH", "SHBW", "FWYT1"),
            signs=(("SHBW", "ZRZH"), ("FWYT1", "ZRZH"), ("HBSM", "FWYT1")),
        ),
        LayerModel(
            "ZRZ 自然幢",
            ("zrz", "自然幢"),
            _buildings,
            signs=(
                ("ZRZH", "ZTS"),
                ("ZRZH", "SCJZMJ"),
                ("ZRZH", "JZWMC"),
                ("ZRZH", "ZCS"),
                ("JZWMC", "JGRQ", "SCJZMJ"),
            ),
            shapes=(AREA,),
            fields=_BUILDING_FIELDS,
        ),
        LayerModel(
            "FW 房屋",
            ("fw",),
            _buildings,
            needs=(
                *("ZRZH", "CS", "ZCS", "DSCS", "FWCS", "LC", "层数", "楼层", "JG", "FWJG", "结构", "FWLX"),
                *("SCJZMJ", "JZMJ", "FWBH", "FWYT", "GHYT", "JZWMC", "MPH", "floor", "floors", "JZGD", "HS"),
            ),
            shapes=(AREA,),
            fields=_BUILDING_FIELDS,
        ),
        LayerModel(
            "ZDJBXX 宗地",
            ("zdjbxx", "zd", "zdk103", "宗地", "宗地基本信息"),
            _parcels,
            needs=("ZDDM", "BDCDYH", "YT", "TDYT", "ZDMJ"),
            signs=(("ZDDM", "BDCDYH"), ("ZDDM", "YT"), ("ZDDM", "ZDMJ"), ("ZDMJ", "QLLX")),
            shapes=(AREA,),
            fields={
                "name": ("XQMC", "XMMC", "小区名称", "ZDMC"),
                "code": ("ZDDM", "BDCDYH"),
                "type": ("YTMC", "YT"),
                "hh": ("户数", "HS", "ZHS"),
                "gfa_m2": ("SCJZMJ", "JZMJ", "JZZMJ", "建筑面积"),
                "oper": (),
                "mgmt": (),
                "floors": (),
            },
        ),
        LayerModel(
            "DJQ 地籍区",
            ("djq", "djzq", "地籍区", "地籍子区"),
            all_rows(_NEARLY),
            signs=(("DJQDM", "DJQMC"), ("DJZQDM", "DJZQMC"), ("DJZQDM", "DJZQMC", "DJQDM")),
        ),
        LayerModel(
            "JZD, JZX, GZW …",
            (
                *(
                    "gzw",
                    "zhjbxx",
                    "jzd",
                    "jzx",
                    "zrzzj",
                    "zdzj",
                    "zrz_zj",
                    "zd_zj",
                    "zjfw",
                    "dzdzw",
                    "xzdzw",
                ),
                *("ljz_zj", "zh"),
            ),
            all_rows(_LINES),
            needs=("BSM", "YSDM", "ZDDM", "BDCDYH", "JZDH", "ZDZHDM"),
        ),
    ),
    crs="CGCS2000 3° Gauss-Kruger",
    source="TD/T 1094, 不动产登记数据库标准",
)
