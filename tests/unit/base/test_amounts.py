"""Numbers never read as more, or as less, than they are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.amounts import AtLeast, Exact, amount, percent
from bigmap.base.i18n import Text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100.0 %"),
        (0.9999999, "99.9 %"),
        (math.nextafter(1.0, 0.0), "99.9 %"),
        (0.9996, "99.9 %"),
        (0.999, "99.9 %"),
        (0.57, "57.0 %"),
        (1.307, "130.7 %"),
        (math.nextafter(1.0, 2.0), "100.1 %"),
        (1.0004, "100.1 %"),
        (0.0, "0.0 %"),
        (1e-12, "0.1 %"),
        (0.0004, "0.1 %"),
        (math.nan, "–"),
        (None, "–"),
        (math.inf, "∞"),
        (AtLeast(0.5), "≥ 50.0 %"),
    ],
)
def test_shares(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.3, "<1"), (0.6, "1"), (1234.4, "1,234"), (-0.2, "-1")]
)
def test_amounts(value, text):
    assert amount(value) == text


def test_what_is_unknown_or_only_known_in_part():
    assert amount(math.nan) == amount(None) == "–"
    assert amount(AtLeast(1234)) == "≥ 1,234"
    assert amount(0.004, 2) == "<0.01"


def test_sentences_keep_it():
    assert (
        Text("{a:.4%} {b:,.2f}", {"a": Exact(0.99999999), "b": Exact(0.001)}).render("en") == "99.9999% <0.01"
    )


@given(st.floats(0, 3, allow_nan=False), st.integers(0, 6))
def test_reads_as_100_only_at_1_and_as_0_only_at_0(share, decimals):
    text = percent(share, decimals)
    read = float(text.removesuffix(" %"))
    assert (read == 100) == (share == 1)
    assert (read == 0) == (share == 0)
    assert (read > 100) == (share > 1)
    assert abs(read - 100 * share) <= 10.0**-decimals * 1.0001


@given(st.floats(0, 1e12, allow_nan=False), st.integers(0, 3))
def test_an_amount_reads_as_nothing_only_where_it_is(value, decimals):
    text = amount(value, decimals)
    assert (text.strip("0.,") == "") == (value == 0)
