"""The national land surveys: the third, and with other codes and levels the second."""

from __future__ import annotations

from bigmap.base.i18n import Text
from bigmap.io.data_models.divisions import COMMUNITY, STREET, by_division
from bigmap.io.data_models.land_codes import TOWN, hills_excluded, kinds_of_survey
from bigmap.io.data_models.model import AREA, LINE, DataModel, LayerModel
from bigmap.io.data_models.rows import Kind, Rows, Verdict, all_rows

_CHANGES = Kind(None, "only what changed within a year")
_OTHER = Kind(None, "themes of the land survey that tell no ground of the plan")
_NAME = ("小区名称", "小区名", "项目名称")


def _land(rows: Rows) -> Verdict:
    kinds = kinds_of_survey(rows.codes("DLBM"), rows.text("DLMC"))
    return Verdict(hills_excluded(kinds, rows.area_m2()))


_WIDTH = ("XZDWKD", "XXTBKD", "KD", "WIDTH")
_LAND_FIELDS = {
    "name": _NAME,
    "code": ("BSM", "TBBH"),
    "type": ("DLMC", "DLBM"),
    "width_m": _WIDTH,
    "road_class": (),
    "mgmt": (),
    "oper": (),
    "hh": ("户数", "总户数", "HS"),
    "gfa_m2": ("建筑面积", "总建筑面积"),
    "green_m2": (),
}
_PLACE = {"code": ("XZQDM", "ZLDWDM", "QSDWDM"), "name": ("XZQMC", "ZLDWMC", "QSDWMC", "MC", "NAME")}

SECOND = DataModel(
    Text("Second national land survey"),
    (
        LayerModel(
            "DLTB 地类图斑",
            ("dltb", "地类图斑"),
            _land,
            needs=("XZDWMJ", "LXDWMJ", "TKMJ", "TKXS"),
            signs=(("DLBM", "XZDWMJ"), ("DLBM", "LXDWMJ"), ("DLBM", "TKXS")),
            shapes=(AREA,),
            fields=_LAND_FIELDS,
        ),
        LayerModel(
            "XZDW 线状地物",
            ("xzdw", "线状地物"),
            _land,
            needs=("DLBM", "DLMC"),
            shapes=(LINE,),
            fields=_LAND_FIELDS,
        ),
    ),
    crs="Xi'an 80, 3° Gauss-Kruger",
    source="TD/T 1016-2007 土地利用数据库标准",
)

MODEL = DataModel(
    Text("Third national land survey"),
    (
        LayerModel(
            "DLTBGX 地类图斑更新",
            ("dltbgx", "xzqgx", "cjdcqgx", "czcdydgx", "地类图斑更新", "dltbgxgc"),
            all_rows(_CHANGES),
        ),
        LayerModel(
            "DLTB 地类图斑",
            ("dltb", "jqdltb", "地类图斑", "现状地类图斑", "lmfw"),
            _land,
            needs=("DLBM", "DLMC"),
            signs=(
                ("BSM", "YSDM", "DLBM"),
                ("DLBM", "ZLDWDM"),
                ("DLBM", "QSDWDM"),
                ("DLBM", "TBBH"),
                ("DLBM", "TBMJ"),
                ("DLBM", "DLMC"),
            ),
            shapes=(AREA,),
            fields=_LAND_FIELDS,
        ),
        LayerModel(
            "XZQ 行政区",
            ("xzq", "行政区"),
            by_division("XZQDM", "ZLDWDM", unknown=STREET),
            needs=("XZQDM", "XZQMC"),
            signs=(("XZQDM", "XZQMC", "DCMJ"), ("XZQDM", "XZQMC", "JSMJ"), ("XZQDM", "XZQMC", "BSM")),
            shapes=(AREA,),
            fields=_PLACE,
        ),
        LayerModel(
            "CJDCQ 村级调查区",
            ("cjdcq", "村级调查区"),
            by_division("ZLDWDM", "XZQDM", unknown=COMMUNITY),
            needs=("ZLDWDM", "ZLDWMC", "XZQDM", "XZQMC"),
            signs=(("ZLDWDM", "ZLDWMC", "DCMJ"),),
            shapes=(AREA,),
            fields={"code": ("ZLDWDM", "XZQDM"), "name": ("ZLDWMC", "XZQMC")},
        ),
        LayerModel(
            "CZCDYD 城镇村等用地", ("czcdyd", "城镇村等用地"), all_rows(TOWN), signs=(("CZCLX", "CZCDM"),)
        ),
        LayerModel(
            "YJJBNTTB, GDDB, STBHHX …",
            (
                *("yjjbnttb", "gddb", "pzwjstd", "stbhhx", "lxdw", "xzqjx", "cjdcqjx", "djqjx", "djzqjx"),
                *("dltb_zj", "dltbzj", "xzqzj", "xzq_zj", "cjdcqzj", "cjdcq_zj", "jbntbhtb", "cskfbj"),
            ),
            all_rows(_OTHER),
        ),
    ),
    crs="CGCS2000 3° Gauss-Kruger (EPSG 4513 to 4554) or 4490; the second survey Xi'an 80",
    source="TD/T 1055-2019 and the database standard of the third survey",
)
