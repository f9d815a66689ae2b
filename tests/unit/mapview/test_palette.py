"""The palette by numbers: zones are told apart in normal sight, by protanopes and by deuteranopes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from bigmap.mapview import styles
from bigmap.ui.printing.colours import HILL, ROAD, WATER

SIGHTS = {
    "normal": (np.eye(3), 10.0),
    # Machado, Oliveira, Fernandes, IEEE Trans. Vis. Comput. Graph. 15 (2009), severity 1.0, on linear RGB.
    "protan": (
        np.array(
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        ),
        6.0,
    ),
    "deutan": (
        np.array(
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        ),
        6.0,
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
SCREEN_WATER = ("#d3dde4", "#e6edf1")


def linear(colour: str) -> np.ndarray:
    rgb = np.array(list(bytes.fromhex(colour[1:]))) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour: str, sight: str = "normal") -> tuple[float, float, float]:
    """Return CIELAB (D65) of '#rrggbb' as it is seen."""
    seen = np.clip(SIGHTS[sight][0] @ linear(colour), 0, 1)
    x, y, z = (
        np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in TO_XYZ @ seen / TO_XYZ.sum(1)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    """Return the colour difference ΔE00.

    Notes
    -----
    Sharma, Wu, Dalal, Color Res. Appl. 30 (2005), whose test values are below.
    """
    (l1, a1, b1), (l2, a2, b2) = one, two
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    c1, c2 = np.hypot(g * a1, b1), np.hypot(g * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, g * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2

    def cos(degrees: float) -> float:
        return float(np.cos(np.radians(degrees)))

    t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63)
    dl = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2) / (1 + 0.015 * chroma * t)
    rotation = 2 * np.sqrt(chroma**7 / (chroma**7 + 25**7))
    rotation *= np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return float(np.sqrt(dl**2 + dc**2 + dh**2 - rotation * dc * dh))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_the_measure_gives_the_published_values(one, two, expected):
    assert ciede2000(one, two) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_colours_of_zones_are_told_apart(sight):
    for one, two in itertools.combinations(styles.PALETTE, 2):
        assert ciede2000(lab(one, sight), lab(two, sight)) >= SIGHTS[sight][1], (one, two)


def test_no_zone_looks_like_water_green_ground_or_a_road():
    grounds = (*SCREEN_WATER, WATER, HILL, ROAD, styles.KIND_COLOURS["green"], styles.KIND_COLOURS["road"])
    for zone, ground in itertools.product(styles.PALETTE, grounds):
        assert ciede2000(lab(zone), lab(ground)) >= 15, (zone, ground)


def test_black_text_is_read_on_every_zone_and_operator():
    ink = linear("#10202c") @ TO_XYZ[1]
    for colour in styles.OPERATOR_PALETTE:
        assert (linear(colour) @ TO_XYZ[1] + 0.05) / (ink + 0.05) >= 4.5, colour
