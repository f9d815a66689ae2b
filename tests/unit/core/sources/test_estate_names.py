import pytest

from bigmap.core.sources.estate_names import parse_name, place_stem, siblings


def same(name, **more):
    return parse_name(name, **more).same


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *[
            ("筼筜花园（一期）", "筼筜花园1期"),
            ("筼筜花园(一期)", "筼筜花园第一期"),
            ("筼筜花园一期", "筼筜花园Ⅰ期"),
        ],
        *[("筼筜花园十二期", "筼筜花园 12 期"), ("筼筜花园", "筼筜花苑"), ("石亭家园", "石亭嘉园")],
        *[
            ("阳光小区", "阳光"),
            ("阳光小区二期", "阳光（2期）"),
            ("金桥Ａ区", "金桥a区"),
            ("筼筜花园　", "筼筜·花园"),
        ],
        *[("思明区筼筜花园", "筼筜花园"), ("厦门市思明区筼筜街道官任社区金桥花园", "金桥花园")],
        *[("湖滨南路88号金桥花园", "金桥花园"), ("金桥花园（安置房）", "金桥花园"), ("湖滨1里", "湖滨一里")],
        *[("东浦花园1-3期", "东浦花园一～三期"), ("城建宿舍5幢", "城建宿舍五栋")],
    ],
)
def test_ways_to_write_one_name(name, other):
    if "～" in other:
        other = other.replace("一～三", "1～3")
    assert same(name) == same(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *[
            ("筼筜花园一期", "筼筜花园二期"),
            ("湖滨东里", "湖滨西里"),
            ("湖滨一里", "湖滨二里"),
            ("金桥A区", "金桥B区"),
        ],
        *[("湖滨南路88号", "湖滨南路89号"), ("金桥花园", "金桥公寓"), ("筼筜花园", "筼筜花园一期")],
        *[("东浦花园1-3期", "东浦花园13期"), ("金桥花园1期", "金桥花园11期")],
    ],
)
def test_names_of_two_estates(name, other):
    assert same(name) != same(other)


def test_a_place_is_only_split_off_where_a_name_is_left():
    assert same("官任社区") == "官任社区"
    assert same("官任花园", places=["官任社区"]) == "官任花园"
    assert same("官任金桥花园", places=["官任社区"]) == "金桥花园"
    assert same("湖滨南路88号") == "湖滨南路88号"
    assert same("湖滨南路88号宿舍") == "湖滨南路88号宿舍"
    assert same("阳光小区二期") == "阳光2期"


def test_former_names():
    assert parse_name("金桥花园（原名：机械厂宿舍）").others == ("机械厂宿舍",)
    assert parse_name("金桥花园", ["机械厂宿舍小区"]).keys == {"金桥花园", "机械厂宿舍"}


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        ("甲乙园一期", "甲乙1期", "same"),
        ("甲乙园一期", "甲乙园二期", "other"),
        ("甲乙园一期", "甲乙园", "open"),
    ],
)
def test_phases(a, b, how):
    assert siblings(parse_name(a), parse_name(b)) == how


def test_stems_of_places():
    assert place_stem("官任社区居委会") == place_stem("官任 社区") == "官任"
