"""Layers of plans: land use, red, green, blue lines, axes and edges of roads. They show what shall be."""

from __future__ import annotations

import re

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.land_codes import GREEN, WATER, hills_excluded, kinds_of_plan
from bigmap.io.data_models.model import AREA, LINE, DataModel, LayerModel
from bigmap.io.data_models.road_edges import roads_of_edges
from bigmap.io.data_models.rows import Kind, Kinds, Rows, Verdict, all_rows, repeat

_AREAS = Kind(None, "units and districts of a plan, which are no service zones")
_LINES = Kind(None, "control lines of a plan")
_CODE = (
    "YDYHFLDM",
    "YDXZ_N",
    "YDXZDM",
    "YDXZ",
    "YDDM",
    "DLDM",
    "用地代码",
    "用地性质代码",
    "地类代码",
    "DLBM",
)
_NAMES = ("YDYHFLMC", "YDXZMC", "YDMC", "DLMC", "用地名称", "用地性质", "地类名称")
_CLASSES = {
    "KS": Kind(Role.ROADS, road_class="expressway"),
    "ZG": Kind(Role.ROADS, road_class="arterial"),
    "CG": Kind(Role.ROADS, road_class="secondary"),
    "ZL": Kind(Role.ROADS, road_class="branch"),
    "GL": Kind(Role.ROADS, road_class="arterial"),
    "GJ": Kind(Role.ROADS, road_class="expressway", structure="bridge"),
    "SD": Kind(Role.ROADS, structure="tunnel"),
}
"""What stands behind DLZX- and DLBX- in the type of a control line."""


def _land(rows: Rows) -> Verdict:
    coded = rows.codes(*_CODE)
    if not (coded != "").any() and (drawn := re.search(r"([A-HR-XM]\d{0,3})$", rows.layer.upper())):
        coded = coded.where(False, drawn[1])  # a drawing with a layer a code: YD-R2
    return Verdict(hills_excluded(kinds_of_plan(coded, rows.text(*_NAMES)), rows.area_m2()))


def _kinds_of_lines(rows: Rows) -> Kinds:
    """Return the class that the type of a road line tells, in whatever column it stands."""
    texts = [
        rows.text(name) for name in rows.table.columns if str(rows.table[name].dtype) in {"str", "object"}
    ]
    kinds = repeat(Kind(Role.ROADS), len(rows))
    for text in texts:
        types = text.str.extract(r"DL[ZB]X[-_ ]?([A-Z]{2})", expand=False, flags=re.IGNORECASE).str.upper()
        for code in types.dropna().unique():
            kinds[(types == code).to_numpy()] = _CLASSES.get(code, Kind(Role.ROADS))
    return kinds


def _axes(rows: Rows) -> Verdict:
    return Verdict(_kinds_of_lines(rows))


def _edges(rows: Rows) -> Verdict:
    return roads_of_edges(rows.shapes, _kinds_of_lines(rows))


_LAND_FIELDS = {
    "name": ("XMMC", "项目名称", "DKMC"),
    "code": ("DKBH", "地块编号", "BSM"),
    "type": ("YDYHFLMC", "DLMC", "用地名称"),
    "gfa_m2": (),
    "hh": (),
    "floors": (),
    "height_m": (),
    "parking_n": (),
    "green_m2": (),
    "road_class": (),
    "oper": (),
}
_ROAD_FIELDS = {
    "name": ("DLMC", "LM", "MC", "NAME", "道路名称", "路名"),
    "width_m": ("HXKD", "DLKD", "KD", "红线宽度"),
    "road_class": ("DLDJ", "道路等级", "等级"),
}

MODEL = DataModel(
    Text("Planning"),
    (
        LayerModel(
            "规划单元, 街坊, 片区",
            (
                *(
                    "规划单元",
                    "ghdy",
                    "规划街坊",
                    "ghjf",
                    "规划片区",
                    "ghpq",
                    "规划分区",
                    "ghfq",
                    "城镇开发边界",
                ),
                *("czkfbj", "cskfbj", "控规单元", "规划范围", "ghfw"),
            ),
            all_rows(_AREAS),
            pattern="规划(片区|单元|街坊|分区|管理单元)|开发边界",
        ),
        LayerModel(
            "现状用地用海",
            ("现状用地用海", "现状用地", "现状用地图", "xzydyh", "xzyd"),
            _land,
            needs=_CODE,
            pattern="现状用地",
            shapes=(AREA,),
            fields={**_LAND_FIELDS, "hh": ("户数",), "gfa_m2": ("建筑面积",)},
        ),
        LayerModel(
            "规划用地 GHYDYH",
            (
                *(
                    "ghydyh",
                    "zxcqghydyh",
                    "规划用地",
                    "规划用地用海",
                    "用地规划图",
                    "用地规划",
                    "ydgh",
                    "ghyd",
                ),
                *(
                    "gh_zg_ydgh",
                    "xg_ghdk",
                    "ghdk",
                    "dist_用地规划图",
                    "ydhx",
                    "ydyh",
                    "gh_kg_ydgh",
                    "规划地块",
                ),
            ),
            _land,
            needs=(*_CODE, *_NAMES, "EntityHandle"),
            pattern=r"^(yd|用地)[-_ ]?[a-z]\d",
            signs=(
                ("YDYHFLDM", "YDYHFLMC"),
                ("DKBH", "RJL"),
                ("DKBH", "YDXZ"),
                ("DKBH", "YDYHFLDM"),
                ("用地代码", "容积率"),
                ("用地代码", "用地名称"),
                ("用地代码", "用地性质"),
                ("用地代码", "地块编号"),
                ("DKBH", "用地代码"),
                ("地块编号", "容积率"),
            ),
            shapes=(AREA, LINE),
            fields=_LAND_FIELDS,
            planned=True,
        ),
        LayerModel(
            "道路中心线 DLZX",
            ("gh_kg_dlzx", "规划道路中心线", "道路中线", "ghdlzx"),
            _axes,
            pattern="^(gh|xg|控规|规划).*(dlzx|道路中心?线)",
            shapes=(LINE,),
            fields=_ROAD_FIELDS,
            planned=True,
            instead=Role.ROADS,
        ),
        LayerModel(
            "道路红线 DLHX, DLBX",
            (
                "道路红线",
                "dlhx",
                "dlbx",
                "道路边线",
                "gh_kg_dlbx",
                "gh_kg_dlhx",
                "规划道路红线",
                "控规_道路边线",
            ),
            _edges,
            pattern="道路(红线|边线)",
            shapes=(LINE,),
            fields=_ROAD_FIELDS,
            planned=True,
            instead=Role.ROADS,
        ),
        LayerModel(
            "绿线",
            ("zxcqcslvx", "gh_kg_lhlx", "绿线", "城市绿线", "lvx", "gh_kg_lvx"),
            all_rows(GREEN),
            planned=True,
        ),
        LayerModel(
            "蓝线",
            ("zxcqcslx", "gh_kg_sxlx", "蓝线", "城市蓝线", "gh_kg_hdlx"),
            all_rows(WATER),
            planned=True,
        ),
        LayerModel(
            "黄线, 紫线", ("黄线", "紫线", "城市黄线", "城市紫线", "zxcqcshx", "zxcqcszx"), all_rows(_LINES)
        ),
        LayerModel(
            "公共配套设施",
            ("gpss", "xg_ptss", "公共配套设施", "gh_kg_gpss", "ptss"),
            all_rows(Kind(Role.PUBLIC)),
            shapes=(AREA,),
            planned=True,
        ),
        LayerModel(
            "建筑基底", ("jzjd", "建筑基底", "gh_kg_jzjd"), all_rows(Kind(Role.BUILDINGS)), shapes=(AREA,)
        ),
    ),
    crs="CGCS2000 degrees (EPSG 4490) or 3° Gauss-Kruger",
    source="市级国土空间总体规划数据库规范; layers of city planning offices",
)
