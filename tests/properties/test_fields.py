"""Numbers are read back exactly however they are typed; a join uses each name once, whatever the order."""

from __future__ import annotations

import random

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.estate_names import parse_name
from bigmap.core.sources.layers import NUMBER_FIELDS, Role
from bigmap.core.sources.name_join import paired
from bigmap.io.vocabulary.field_values import canonical
from bigmap.io.vocabulary.written_numbers import code_in, count_in, fee_in, number_in, year_in
from tests.helpers.names import SIGNS, estate_names, written_otherwise

FULL_WIDTH = str.maketrans("0123456789.,%+-", "０１２３４５６７８９．，％＋－")
HANZI = "零一二三四五六七八九"

plain_numbers = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=2) | st.integers(0, 10**9)
dressed = st.sampled_from(
    [
        "{}",
        " {} ",
        "{}户",
        "{} 户",
        "共{}户",
        "约{}户",
        "{}左右",
        "{}余户",
        "'{}",
        '="{}"',
        "{}㎡",
        "{} 平方米",
    ]
)


@given(number=plain_numbers, dress=dressed, wide=st.booleans(), grouped=st.booleans())
def test_a_number_is_read_back_exactly_however_it_is_typed(number, dress, wide, grouped):
    text = dress.format(f"{number:,}" if grouped else str(number))
    value, how = number_in(text.translate(FULL_WIDTH) if wide else text)
    assert value == float(number)
    assert how in {"plain", "mended", "rough"}
    assert how == "rough" or not any(word in text for word in ("约", "左右", "余"))


@given(number=st.decimals(0, 10**6, places=4), unit=st.sampled_from(["万", "万㎡", "万平方米", "公顷", "ha"]))
def test_ten_thousands_are_multiplied_exactly(number, unit):
    assert number_in(f"{number}{unit}")[0] == float(number * 10_000)


@given(number=st.integers(1, 9999))
def test_numbers_in_characters(number):
    assert number_in(in_characters(number) + "户")[0] == number


def in_characters(number):
    """Return a number as it is spoken in full: 105 一百零五, 120 一百二十."""
    out, zero = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if zero and out else "") + HANZI[digit] + sign
        zero = not digit
    return out


@given(low=st.integers(1, 99), n=st.integers(1, 99))
def test_a_range_of_buildings_is_counted(low, n):
    assert count_in(f"{low}-{low + n}幢") == (n + 1, "rough")


@given(code=st.integers(10**11, 10**20 - 1).map(str), kept=st.integers(1, 19))
def test_a_code_is_whole_or_empty(code, kept):
    mantissa = (code[0] + "." + code[1 : 1 + kept]).rstrip(".")
    read, how = code_in(f"{mantissa}E+{len(code) - 1}")
    assert read in {code, ""}
    assert (read == "") == (how == "lost")
    if kept < len(code) - 1:
        assert read == ""


@given(text=st.text(max_size=30))
def test_any_text_is_some_value_or_none(text):
    for reader in (number_in, count_in, year_in, fee_in):
        value, how = reader(text)
        assert how in {"plain", "mended", "rough", "lost", "empty"}
        assert (value != value) == (how in {"lost", "empty"})
    assert isinstance(parse_name(text).same, str)


@given(st.lists(st.text(max_size=8), min_size=1, max_size=8), st.sampled_from(list(Role)))
def test_any_values_in_any_field_give_numbers_or_nothing(values, role):
    heads = ["小区名称", "户数", "建筑面积", "建成年代", "栋数", "收缴率", "物业费", "编号", "DLMC"]
    table = pd.DataFrame(dict.fromkeys(heads, values), index=pd.RangeIndex(1, len(values) + 1))
    clean = canonical(table, role, "x", ProblemLog())
    assert len(clean) == len(values)
    assert all(clean[name].dtype == float for name in NUMBER_FIELDS)


typed_names = st.lists(st.text(st.sampled_from(SIGNS[:6] + "花园一二期东西"), max_size=6), max_size=12)


@given(estates=typed_names, rows=typed_names, seed=st.integers(0, 99))
def test_a_join_is_one_to_one_and_does_not_depend_on_the_order(estates, rows, seed):
    found = pairs_by_name(estates, rows)
    mixed = random.Random(seed)
    assert pairs_by_name(mixed.sample(estates, len(estates)), mixed.sample(rows, len(rows))) == found
    everyone = paired([parse_name(name) for name in estates], [parse_name(name) for name in rows])
    assert len({pair.estate for pair in everyone.pairs}) == len(everyone.pairs)
    assert len({pair.row for pair in everyone.pairs}) == len(everyone.pairs)
    told = [{pair.row for pair in everyone.pairs}, set(everyone.doubtful), set(everyone.spare)]
    assert sorted(row for group in told for row in group) == list(range(len(rows)))


def pairs_by_name(estates, rows):
    found = paired([parse_name(name) for name in estates], [parse_name(name) for name in rows])
    return sorted((estates[pair.estate], rows[pair.row], pair.score) for pair in found.pairs)


@given(seed=st.integers(0, 10_000))
def test_no_name_written_otherwise_goes_to_another_estate(seed):
    rng = random.Random(seed)
    estates = estate_names(40, rng)
    rows = [written_otherwise(name, rng) for name in estates]
    found = paired([parse_name(name) for name in estates], [parse_name(name) for name in rows])
    assert [(estates[p.estate], rows[p.row]) for p in found.pairs if p.estate != p.row] == []
