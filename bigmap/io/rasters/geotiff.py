"""A user's own picture of the ground: a GeoTIFF, or another picture with a world file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio import Affine
from rasterio._err import CPLE_BaseError
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import MemoryFile
from rasterio.transform import from_gcps
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from bigmap.base.arrays import Floats
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.io.formats.signature import picture_driver
from bigmap.io.rasters.picture_bounds import check_size

Bytes = npt.NDArray[np.uint8]

_TILE = 256
_MERCATOR = rasterio.CRS.from_epsg(3857)
_HALF = 20037508.342789244
_DEEPEST = 22
_SMALL = 2048
"""Pixels along the longer side of the copy that far views are made of, where a file brings no overviews."""
_STRIPS = _GLANCE = 64
_FAULTS = (RasterioError, CPLE_BaseError)
"""What rasterio raises of its own, and what it lets through of GDAL's."""
_RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
_STRETCH = (2, 98)
"""Percentiles that become black and white where a band has more than a byte."""


class GeoTiff:
    """The tiles of a picture, warped to Web Mercator when they are asked for.

    Bands are shown as their colours say: red, green and blue, a palette, or grey. Values of more than a byte
    are stretched between two percentiles. What the picture says is no data is transparent.

    Parameters
    ----------
    path : pathlib.Path
        GeoTIFF, or any picture GDAL reads with a world file beside it.
    crs : pyproj.CRS
        Taken for that of a picture that does not say its own, as one with only a world file.
    progress : Progress, optional
        Told while a large picture without overviews is read once.

    Attributes
    ----------
    low, high : int
        Scales that make sense: from the whole world in a tile to one pixel a pixel.
    attribution : str
    crs : pyproj.CRS
        Of the picture.
    guessed : bool
        Whether that is the one given.
    bounds : tuple of float
        West, south, east, north in degrees WGS 84.

    Raises
    ------
    UserError
        If it is no picture, or does not lie on the ground.
    """

    def __init__(self, path: Path, crs: CRS, progress: Progress | None = None) -> None:
        self.attribution = path.stem
        file = _opened(path)
        check_size(path, file)
        try:
            transform = self._place(path, file, crs)
            self._whole = _Source(file, transform, _Bands(file))
            self._far = self._whole.smaller(progress or Progress(), path.name)
        except _FAULTS as error:
            raise UserError(
                "{name} is damaged: copy it anew or choose another one", name=path.name
            ) from error

    def _place(self, path: Path, file: Any, crs: CRS) -> Affine:
        """Find out where it lies: from the file, its world file or its control points."""
        points, points_crs = file.gcps
        transform = from_gcps(points) if points and file.transform.is_identity else file.transform
        if transform.is_identity:
            raise UserError(
                "{name} does not say where it lies: save it as GeoTIFF, or put its world file"
                " (.tfw, .jgw, .pgw) beside it.",
                name=path.name,
            )
        own = file.crs or points_crs
        self.guessed = own is None
        self._crs = own or rasterio.CRS.from_wkt(crs.to_wkt())
        try:
            self.crs = CRS.from_wkt(self._crs.to_wkt())
        except CRSError as error:
            raise _out_of_place(path) from error
        high, wide = file.shape
        xs, ys = rasterio.transform.xy(transform, [0, 0, high, high], [0, wide, 0, wide], offset="ul")
        box = (min(xs), min(ys), max(xs), max(ys))
        try:
            self.bounds = transform_bounds(self._crs, "OGC:CRS84", *box)
            west, south, east, north = transform_bounds(self._crs, _MERCATOR, *box)
        except _FAULTS:
            west = south = east = north = np.nan
        longer = max(east - west, north - south)
        if not 0 < longer < np.inf:
            raise _out_of_place(path)
        finest = np.ceil(np.log2(2 * _HALF * max(file.shape) / longer / _TILE))
        self.low, self.high = 0, int(np.clip(finest, 0, _DEEPEST))
        return transform

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the picture of scale, column and row (from the top) as PNG; None where there is none."""
        pixel = 2 * _HALF / 2**z / _TILE
        to = Affine(pixel, 0, x * _TILE * pixel - _HALF, 0, -pixel, _HALF - y * _TILE * pixel)
        far = self._far is not None and 2 ** (self.high - z) >= self._whole.file.width / self._far.file.width
        source = self._far if far and self._far is not None else self._whole
        with WarpedVRT(
            source.file,
            src_crs=self._crs,
            src_transform=source.transform,
            crs=_MERCATOR,
            transform=to,
            width=_TILE,
            height=_TILE,
            resampling=source.bands.resampling,
            add_alpha=not source.bands.has_alpha,
        ) as warped:
            mask = warped.dataset_mask()
            if not mask.any():
                return None
            colours = source.bands.coloured(warped.read(source.bands.indexes))
        return _png(np.concatenate([colours, mask[None]]), to)

    def close(self) -> None:
        """Let go of the file."""
        self._whole.file.close()


@dataclass(frozen=True, eq=False)
class _Source:
    """What tiles are made of: an open picture, where it lies, and how it is coloured."""

    file: Any
    transform: Affine
    bands: _Bands

    def smaller(self, progress: Progress, name: str) -> _Source | None:
        """Return a small copy of a large picture without overviews, read once; None where none is needed."""
        file, longer = self.file, max(self.file.shape)
        if longer <= 2 * _SMALL * max(file.overviews(1), default=1):
            file.read(1, out_shape=(_GLANCE, _GLANCE))  # a damaged file shows here
            return None
        height, width = (max(1, round(n * _SMALL / longer)) for n in file.shape)
        across, down = file.width / width, file.height / height
        small = np.empty((4, height, width), dtype=np.uint8)
        cuts = np.unique(np.linspace(0, height, min(_STRIPS, height) + 1).round().astype(int)).tolist()
        for top, bottom in pairwise(cuts):
            progress.step(top / height, Text("Reading {file}", {"file": name}))
            window = Window(0, top * down, file.width, (bottom - top) * down)
            shape = (bottom - top, width)
            values = file.read(self.bands.indexes, window=window, out_shape=(len(self.bands.indexes), *shape))
            small[:3, top:bottom] = self.bands.coloured(values)
            small[3, top:bottom] = file.dataset_mask(window=window, out_shape=shape)
        a, b, c, d, e, f = self.transform[:6]
        copy = _in_memory(small)
        return _Source(copy, Affine(a * across, b * down, c, d * across, e * down, f), _Bands(copy))


def _out_of_place(path: Path) -> UserError:
    text = "{name} does not lie where its coordinate system is valid: correct one of them."
    return UserError(text, name=path.name)


def _opened(path: Path) -> Any:
    """Open a picture by the driver that its bytes tell; with none told, rasterio would try them all."""
    try:
        driver = picture_driver(path)
        if driver is not None:
            with _quietly():
                return rasterio.open(path, driver=driver)
    except (*_FAULTS, OSError):
        pass
    raise UserError("{name} is no picture that can be read: choose another one", name=path.name)


class _Bands:
    """Which bands of a picture are its colours, and how their values become bytes."""

    def __init__(self, file: Any) -> None:
        kinds = list(file.colorinterp)
        self.has_alpha = ColorInterp.alpha in kinds
        others = [i for i, kind in enumerate(kinds, start=1) if kind != ColorInterp.alpha]
        rgb = [kinds.index(kind) + 1 for kind in _RGB if kind in kinds]
        self.indexes = rgb if len(rgb) == 3 else others[:3] if len(others) >= 3 else others[:1]
        self._palette = _palette(file) if kinds[0] == ColorInterp.palette else None
        self._limits = None if file.dtypes[0] == "uint8" else self._stretched(file)
        self.resampling = Resampling.bilinear if self._palette is None else Resampling.nearest

    def _stretched(self, file: Any) -> Floats:
        """Return what becomes black and white of each band, shape (bands, 2)."""
        shape = tuple(max(1, round(n * min(1.0, 512 / max(file.shape)))) for n in file.shape)
        values = file.read(self.indexes, out_shape=(len(self.indexes), *shape), masked=True)
        held = [band.compressed()[np.isfinite(band.compressed())] for band in values]
        return np.array([np.percentile(v, _STRETCH) if len(v) else (0.0, 1.0) for v in held])

    def coloured(self, values: npt.NDArray[Any]) -> Bytes:
        """Return red, green and blue for values of `indexes`; shapes (3, h, w) and (bands, h, w)."""
        if self._palette is not None:
            return np.moveaxis(self._palette[values[0]], -1, 0)
        if self._limits is not None:
            black, white = (limit[:, None, None] for limit in self._limits.T)
            share = (np.nan_to_num(values.astype(np.float64)) - black) / np.maximum(white - black, 1e-12)
            values = np.clip(255 * share, 0, 255).astype(np.uint8)
        return np.broadcast_to(values, (3, *values.shape[1:]))


def _palette(file: Any) -> Bytes:
    table = np.zeros((256, 3), dtype=np.uint8)
    for value, colour in file.colormap(1).items():
        if value < len(table):
            table[value] = colour[:3]
    return table


def _in_memory(rgba: Bytes) -> Any:
    """Return an open picture in memory."""
    memory = MemoryFile()
    count, height, width = rgba.shape
    profile = {"driver": "GTiff", "count": count, "height": height, "width": width, "dtype": "uint8"}
    with _quietly():
        with memory.open(**profile, photometric="RGB", alpha="YES") as made:
            made.write(rgba)
        return memory.open()


def _png(pixels: Bytes, transform: Affine) -> bytes:
    count, height, width = pixels.shape
    with MemoryFile() as memory:
        profile = {"driver": "PNG", "count": count, "height": height, "width": width, "dtype": "uint8"}
        with memory.open(**profile, zlevel=1, transform=transform) as made:
            made.write(pixels)
        return bytes(memory.read())


@contextmanager
def _quietly() -> Iterator[None]:
    """Let a picture without a place pass: that is judged here, and said in a sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield
