"""A picture under the plan: none unless the user asks for one, since most of them need the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from pyproj import CRS, Transformer

from bigmap.base import settings
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.core.crs.systems import lacks_shift, name_of
from bigmap.core.sources.layers import Sources
from bigmap.mapview.basemap import OSM, Basemap, tianditu

if TYPE_CHECKING:
    from bigmap.io.rasters.geotiff import GeoTiff
    from bigmap.io.rasters.mbtiles import MbTiles


def none(context: Context) -> None:
    """Take the picture away; nothing is asked from the network any more."""
    context.ui.put_under(None, None)
    context.session.lie_on("")


def file(context: Context, *, gcj: bool = False) -> None:
    """Ask for an MBTiles file or a GeoTIFF; ``gcj`` if the user says that it is drawn in GCJ-02."""
    path = context.ui.ask_picture(Text("Put an MBTiles file or a GeoTIFF under the plan"))
    if path is None:
        return
    if path.suffix.lower() == ".mbtiles":
        from bigmap.io.rasters.mbtiles import MbTiles

        _put(context, MbTiles(path), gcj)
        return
    title = Text("Reading {file}", {"file": path.name})
    crs = context.document.built.sources.crs
    context.ui.run(
        title, lambda progress: _read(path, crs, progress), lambda found: _lay(context, found, gcj)
    )


def _read(path: Path, crs: CRS, progress: Progress) -> GeoTiff:
    from bigmap.io.rasters.geotiff import GeoTiff

    return GeoTiff(path, crs, progress)


def _lay(context: Context, picture: GeoTiff, gcj: bool) -> None:
    """Put a picture under the plan, and say what cannot be trusted about its place."""
    name = {"name": picture.attribution, "crs": name_of(picture.crs)}
    _put(context, picture, gcj)
    if not _meets(picture.bounds, context.document.built.sources):
        context.ui.tell(
            Text("{name} lies elsewhere, going by its coordinate system {crs}: is it another one?", name)
        )
    elif picture.guessed:
        context.ui.hint(Text("{name} names no coordinate system: taken for {crs}, as the plan.", name))
    elif lacks_shift(picture.crs) and not picture.crs.equals(context.document.built.sources.crs):
        text = "No official shift from {crs} to CGCS2000 is known: it may lie 60-130 m off."
        context.ui.hint(Text(text, name))


def _meets(bounds: tuple[float, float, float, float], sources: Sources) -> bool:
    """Tell whether a box in degrees meets the ground of the plan."""
    to_degrees = Transformer.from_crs(sources.crs, "OGC:CRS84", always_xy=True)
    return bool(
        shapely.box(*bounds).intersects(shapely.box(*to_degrees.transform_bounds(*sources.boundary.bounds)))
    )


def _put(context: Context, tiles: MbTiles | GeoTiff, gcj: bool) -> None:
    basemap = Basemap("base/{z}/{x}/{y}", tiles.low, tiles.high, tiles.attribution, gcj=gcj)
    context.ui.put_under(basemap, tiles.tile)
    context.session.lie_on("gcj_file" if gcj else "file")


def osm(context: Context) -> None:
    """Show OpenStreetMap from its own servers."""
    context.ui.put_under(OSM, None)
    context.session.lie_on("osm")


def sky_map(context: Context) -> None:
    """Show 天地图 with the user's own key, which is remembered."""
    held = settings.load().get("tianditu_key", "")
    key = context.ui.ask_text(Text("Key of 天地图 (tianditu.gov.cn, for browsers)"), held)
    if key is None:
        return
    if not key.strip().isalnum():
        raise UserError("A key of 天地图 has letters and digits only; copy it again from its console")
    context.keep(lambda: settings.keep(tianditu_key=key.strip()))
    context.ui.put_under(tianditu(key.strip()), None)
    context.session.lie_on("tianditu")
