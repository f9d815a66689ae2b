"""Nothing that is read reaches the network: GDAL and PROJ are told so before either is loaded."""

from __future__ import annotations

import os
import sys
import warnings

_LEADING_ELSEWHERE = (
    *("HTTP", "WMS", "WMTS", "WCS", "WFS", "OAPIF", "OGCAPI", "CSW", "NGW", "GeoRSS", "GPSBabel", "ADBC"),
    *("VRT", "OGR_VRT", "DERIVED", "GDALG", "GTI", "MRF", "STACIT", "STACTA", "EEDA", "EEDAI", "DAAS"),
    *("PLSCENES", "PLMOSAIC", "Carto", "AmigoCloud", "Elasticsearch", "KMLSUPEROVERLAY", "GMLAS"),
    *(
        "PostgreSQL",
        "PostGISRaster",
        "PGeo",
        "ODBC",
        "MySQL",
        "MSSQLSpatial",
        "MongoDBv3",
        "OCI",
        "GeoRaster",
    ),
    *("CouchDB", "Cloudant", "HANA", "RASDAMAN", "DODS", "TileDB", "GNMDatabase", "GNMFile"),
)
"""GDAL's drivers for services, and for files that only name other files, services or programs."""

_NO_PROXY_OF_THIS_KIND = "off://off"
"""Any request ends at this, before a connection is made: curl knows no such kind of proxy."""

SETTINGS = {
    "GDAL_SKIP": ",".join(_LEADING_ELSEWHERE),
    "OGR_SKIP": ",".join(_LEADING_ELSEWHERE),
    "GDAL_HTTP_PROXY": _NO_PROXY_OF_THIS_KIND,
    "GDAL_HTTPS_PROXY": _NO_PROXY_OF_THIS_KIND,
    "GDAL_HTTP_MAX_RETRY": "0",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "PROJ_NETWORK": "OFF",
    "CPL_LOG": os.devnull,  # GDAL complains of each driver that its build does not have
}


def keep_offline() -> None:
    """Shut GDAL and PROJ off from the network, in this process and those that it starts.

    Notes
    -----
    GDAL drops drivers as it is loaded. Where pyogrio was loaded before, it is made to look again; rasterio
    cannot be, and its first warped picture brings the driver VRT back: so `signature` tells with
    each picture which one driver may open it. PROJ is told directly.
    """
    os.environ.update(SETTINGS)
    if "pyogrio" in sys.modules:
        from pyogrio._ogr import _register_drivers

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _register_drivers()
    if (pyproj := sys.modules.get("pyproj")) is not None:
        pyproj.network.set_network_enabled(active=False)
