"""Rasters below the map: GeoTIFF, pictures with a world file, MBTiles.

In: paths. Out: PNG tiles and bounds.
Called by: commands.viewing, ui.map.
"""
