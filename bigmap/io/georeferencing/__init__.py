"""Georeferencing: where the numbers of each layer lie on Earth.

In: raw layers, labels, control points. Out: layers with a CRS, moved where the user said so.
Called by: io.reading, commands.documents, ui.importing.
"""
