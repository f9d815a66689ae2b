"""Formats: bytes to raw layers, whatever is wrong with the file.

In: paths. Out: rows, texts decoded, geometries as WKB or shapely, problems.
Called by: io.georeferencing, io.spreadsheets, io.reading.
"""
