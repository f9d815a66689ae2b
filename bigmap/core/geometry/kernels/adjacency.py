"""Loops of `bigmap.core.geometry.adjacency`: equal points and equal sides."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def number_points(xy):
    """Return the same number for equal points, by a table of the places seen."""
    bits = xy.view(np.uint64)
    shift = 60
    while (1 << (64 - shift)) < 2 * len(xy):
        shift -= 1
    mask = np.uint64((1 << (64 - shift)) - 1)
    table = np.full(1 << (64 - shift), -1, dtype=np.int64)
    number = np.empty(len(xy), dtype=np.int64)
    for i in range(len(xy)):
        mixed = (bits[i, 0] ^ (bits[i, 1] * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xD6E8FEB86659FD93)
        slot = mixed >> np.uint64(shift)
        while table[slot] >= 0 and (bits[table[slot], 0] != bits[i, 0] or bits[table[slot], 1] != bits[i, 1]):
            slot = (slot + np.uint64(1)) & mask
        if table[slot] < 0:
            table[slot] = i
        number[i] = table[slot]
    return number


@numba.njit(cache=True, nogil=True)
def twins(key):
    """Return the first and the second place of each key that comes twice."""
    shift = 60
    while (1 << (64 - shift)) < 2 * len(key):
        shift -= 1
    mask = np.uint64((1 << (64 - shift)) - 1)
    table = np.full(1 << (64 - shift), -1, dtype=np.int64)
    first = np.empty(len(key) // 2 + 1, dtype=np.int64)
    second = np.empty(len(key) // 2 + 1, dtype=np.int64)
    n = 0
    for i in range(len(key)):
        slot = (np.uint64(key[i]) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(shift)
        while table[slot] >= 0 and key[table[slot]] != key[i]:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] < 0:
            table[slot] = i
        elif n < len(first):
            first[n], second[n] = table[slot], i
            n += 1
    return first[:n].copy(), second[:n].copy()
