"""City management: unit grids, duty grids, components, addresses, seats of offices."""

from __future__ import annotations

from bigmap.base.i18n import Text
from bigmap.io.data_models.model import POINT, DataModel, LayerModel
from bigmap.io.data_models.rows import Kind, all_rows

_GRID = Kind(None, "unit grids: the first twelve digits of a code tell the community")
_DUTY = Kind(None, "grids of duty: choose communities or zones for them if they are meant as such")
_PART = Kind(None, "components and events of city management")
_SEAT = Kind(None, "seats of offices, which are points and no ground")

MODEL = DataModel(
    Text("City management"),
    (
        LayerModel(
            "单元网格",
            ("单元网格", "万米网格", "万米单元网格", "dywg", "wmwg", "unit_grid"),
            all_rows(_GRID),
            signs=(("BGCODE", "ORDATE"), ("BGID", "BGCODE"), ("BGCODE", "AREA"), ("BGCODE", "CHDATE")),
        ),
        LayerModel(
            "网格",
            (
                *(
                    "监督网格",
                    "责任网格",
                    "综治网格",
                    "基础网格",
                    "微网格",
                    "社区网格",
                    "网格",
                    "网格员责任区",
                    "zrwg",
                    "jdwg",
                ),
            ),
            all_rows(_DUTY),
            signs=(("网格编码", "网格名称"), ("网格编号", "网格长"), ("网格名称", "网格长")),
        ),
        LayerModel(
            "部件",
            ("部件", "城市部件", "事件", "案件"),
            all_rows(_PART),
            signs=(("OBJCODE", "OBJNAME"), ("OBJCODE", "DEPTCODE1"), ("OBJNAME", "DEPTNAME1")),
        ),
        LayerModel(
            "办公点",
            (
                *(
                    "街道办事处",
                    "街道办",
                    "居委会办公点",
                    "社区居委会办公点",
                    "村委会办公点",
                    "办公点",
                    "居委会驻地",
                ),
                *("街道办事处驻地", "社区居委会", "居委会", "社区服务中心"),
            ),
            all_rows(_SEAT),
            shapes=(POINT,),
        ),
    ),
    crs="CGCS2000, local grids",
    source="GB/T 30428 数字化城市管理信息系统",
)
