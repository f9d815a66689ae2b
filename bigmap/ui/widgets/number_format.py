"""Numbers as the window shows them."""

from __future__ import annotations

import pandas as pd

from bigmap.base import amounts
from bigmap.base.amounts import UNKNOWN


def format_whole(value: float) -> str:
    """Return a number without decimals, thousands apart; '–' where there is none."""
    return UNKNOWN if pd.isna(value) else amounts.amount(value)


def format_tenth(value: float | None) -> str:
    """Return a number with one decimal; '' where nothing is known."""
    return "" if value is None else UNKNOWN if pd.isna(value) else amounts.amount(value, 1)


def format_wan(value: float) -> str:
    """Return yuan in 10,000 yuan, as planners write them: 万元."""
    return "–" if pd.isna(value) else f"{value / 10_000:,.1f}"
