"""How many examples a random test looks at: a share of what the profile of the run says."""

from __future__ import annotations

from hypothesis import settings


def few(share: float = 0.5) -> settings:
    """Return the settings of a test whose single example takes long."""
    return settings(max_examples=max(1, round(share * settings.default.max_examples)))
