"""Borders between the nearest owners: Voronoi diagrams of many blocks at once, only the ridges that count."""

from __future__ import annotations

from collections.abc import Iterator

from bigmap.base.arrays import Floats, Ints
from bigmap.core.geometry.kernels import voronoi as kernels
from bigmap.core.geometry.noding import in_threads

_BLOCKS = 64  # blocks between two looks at whether to go on


def ridges(
    xy: Floats, owner: Ints, start: Ints, far: float, tolerance: float
) -> Iterator[tuple[int, Floats, Ints, Floats]]:
    """Yield, some blocks at a time, the lines where points of two owners are equally near.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Points block by block, in an order that jumps little; no two are the same.
    owner : ndarray of int, shape (n,)
    start : ndarray of int, shape (blocks + 1,)
        Points of block b are ``start[b]`` to ``start[b + 1] - 1``.
    far : float
        Corners of the diagram farther than this from their points are told.
    tolerance : float
        A line may be drawn straight where it wavers by less.

    Yields
    ------
    done : int
        Blocks done.
    lines : ndarray of float, shape (m, 4)
        Straight stretches of the ridges.
    meta : ndarray of int, shape (m, 3)
        Block and the two owners of each.
    corners : ndarray of float, shape (k, 3)
        x, y and block of each far corner of the diagram.

    Notes
    -----
    Delaunay triangulation by insertion and flips (Lawson 1977; Guibas and Stolfi, *ACM Transactions on
    Graphics* 4, 1985), whose dual is the diagram; lines thinned by Douglas and Peucker (1973).
    """

    def work(first: int) -> tuple[Floats, Ints, Floats]:
        return kernels.block_ridges(
            xy, owner, start, first, min(first + _BLOCKS, len(start) - 1), far, tolerance
        )

    firsts = range(0, len(start) - 1, _BLOCKS)
    for first, (lines, meta, corners) in zip(firsts, in_threads(work, firsts), strict=True):
        yield min(first + _BLOCKS, len(start) - 1), lines, meta, corners
