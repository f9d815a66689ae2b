import math

import pytest

from bigmap.io.vocabulary.written_numbers import (
    code_in,
    count_in,
    fee_in,
    is_nothing,
    is_rounded,
    number_in,
    year_in,
)

NAN = math.nan


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        *[("120", 120, "plain"), (" 85.5 ", 85.5, "plain"), ("-3", -3, "plain"), ("120.00", 120, "plain")],
        *[
            ("１２０", 120, "mended"),
            ("120户", 120, "mended"),
            ("120 户", 120, "mended"),
            ("1,200", 1200, "mended"),
        ],
        *[("2.5万㎡", 25_000, "mended"), ("1.13万平方米", 11_300, "mended"), ("3亩", 2000, "mended")],
        *[
            ("1.2公顷", 12_000, "mended"),
            ("85%", 0.85, "mended"),
            ("18层", 18, "mended"),
            ("'120", 120, "mended"),
        ],
        *[
            ("一百二十户", 120, "mended"),
            ("一千零五", 1005, "mended"),
            ("十二", 12, "mended"),
            ("三万", 3e4, "mended"),
        ],
        *[
            ("约120户", 120, "rough"),
            ("120余户", 120, "rough"),
            ("120户左右", 120, "rough"),
            ("≥120", 120, "rough"),
        ],
        *[("约1.2万平方米", 12_000, "rough"), ("120（含空置）", 120, "rough"), ("1.2E+4", 12_000, "rough")],
        *[(text, NAN, "empty") for text in ("", "/", "／", "无", "—", "————", "不详", "　", "#N/A", "None")],
        *[
            (text, NAN, "lost")
            for text in ("1-10幢", "120户/2栋", "A12", "很多", "1,2,3", "1200,5", "120 130")
        ],
        *[(text, NAN, "lost") for text in ("一百二", "一二三", "100~120", "6/7", "1.2.3")],
    ],
)
def test_numbers_as_planners_type_them(text, value, how):
    assert number_in(text) == (pytest.approx(value, nan_ok=True, rel=1e-12), how)


def test_ten_thousands_are_exact():
    assert number_in("1.13万")[0] == 11_300.0  # 1.13 * 10_000 is 11299.999999999998
    assert number_in("0.07万㎡")[0] == 700.0


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        *[("10栋", 10, "mended"), ("12", 12, "plain"), ("约10幢", 10, "rough"), ("无", NAN, "empty")],
        *[
            ("1-10幢", 10, "rough"),
            ("1～6号楼", 6, "rough"),
            ("1#、3#、5-7#楼", 5, "rough"),
            ("1,2,3幢", 3, "rough"),
        ],
        *[("1-3、3-5幢", 5, "rough"), ("10-1幢", NAN, "lost"), ("A1-A5", NAN, "lost")],
    ],
)
def test_buildings_named_by_their_numbers(text, value, how):
    assert count_in(text) == (pytest.approx(value, nan_ok=True), how)


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        *[("2005", 2005, "plain"), ("2005年", 2005, "mended"), ("2005-06-01", 2005, "mended")],
        *[
            ("200506", 2005, "mended"),
            ("1980s", 1980, "rough"),
            ("90年代", 1990, "rough"),
            ("八十年代", 1980, "rough"),
        ],
        *[("上世纪80年代末", 1980, "rough"), ("95年", 1995, "rough"), ("05年", 2005, "rough")],
        *[("1998-2002", 1998, "rough"), ("38000", NAN, "lost"), ("20051", NAN, "lost"), ("/", NAN, "empty")],
    ],
)
def test_years(text, value, how):
    assert year_in(text) == (pytest.approx(value, nan_ok=True), how)


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        *[("0.5", 0.5, "plain"), ("0.5元/㎡·月", 0.5, "mended"), ("0.5元/平方米/月", 0.5, "mended")],
        *[
            ("6元/㎡·年", 0.5, "rough"),
            ("10元/户·月", NAN, "lost"),
            ("120元/户/年", NAN, "lost"),
            ("年", NAN, "lost"),
            ("无", NAN, "empty"),
        ],
    ],
)
def test_fees(text, value, how):
    assert fee_in(text) == (pytest.approx(value, nan_ok=True), how)


@pytest.mark.parametrize(
    ("text", "code", "how"),
    [
        *[
            ("350203009001001", "350203009001001", "plain"),
            ("012", "012", "plain"),
            ("2E03", "2E03", "plain"),
        ],
        *[("3.50203009001001E+14", "350203009001001", "mended"), ('="012"', "012", "plain")],
        *[
            ("3.502030090010017E+15", "3502030090010017", "mended"),
            ("350203009001001.0", "350203009001001", "mended"),
        ],
        *[("3.50203E+14", "", "lost"), ("3.50203009001001E+15", "", "lost"), ("3E+14", "", "lost")],
        *[("3.502030090010010E+15", "", "lost"), ("无", "", "empty")],
    ],
)
def test_codes_are_written_out_or_given_up_never_rounded(text, code, how):
    assert code_in(text) == (code, how)


def test_numbers_that_went_through_excel():
    assert is_rounded([3502030090010010, 3502030090010020])
    assert not is_rounded([3502030090010010, 3502030090010021])
    assert not is_rounded([350203009001010])
    assert not is_rounded([])


@pytest.mark.parametrize(("text", "nothing"), [("待定", True), ("--", True), ("0", False), ("无锡路", False)])
def test_what_says_nothing(text, nothing):
    assert is_nothing(text) is nothing
