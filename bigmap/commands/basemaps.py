"""A picture under the plan: none unless the user asks for one, since most of them need the network."""

from __future__ import annotations

from bigmap.base import settings
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.commands.desk import Desk
from bigmap.mapview.basemap import OSM, Basemap, tianditu


def none(desk: Desk) -> None:
    """Take the picture away; nothing is asked from the network any more."""
    desk.ui.put_under(None, None)
    desk.session.lie_on("")


def file(desk: Desk, *, gcj: bool = False) -> None:
    """Ask for an MBTiles file; ``gcj`` if the user says that it is drawn in GCJ-02."""
    from bigmap.io.mbtiles import MbTiles

    path = desk.ui.ask_picture(Text("Put an MBTiles file under the plan"))
    if path is None:
        return
    tiles = MbTiles(path)
    address = "base/{z}/{x}/{y}"
    basemap = Basemap(address, tiles.low, tiles.high, tiles.attribution, gcj=gcj)
    desk.ui.put_under(basemap, tiles.tile)
    desk.session.lie_on("gcj_file" if gcj else "file")


def osm(desk: Desk) -> None:
    """Show OpenStreetMap from its own servers."""
    desk.ui.put_under(OSM, None)
    desk.session.lie_on("osm")


def sky_map(desk: Desk) -> None:
    """Show 天地图 with the user's own key, which is remembered."""
    held = settings.load().get("tianditu_key", "")
    key = desk.ui.ask_text(Text("Key of 天地图 (tianditu.gov.cn, for browsers)"), str(held))
    if key is None:
        return
    if not key.strip().isalnum():
        raise UserError("A key of 天地图 has letters and digits only; copy it again from its console")
    settings.remember(tianditu_key=key.strip())
    desk.ui.put_under(tianditu(key.strip()), None)
    desk.session.lie_on("tianditu")
