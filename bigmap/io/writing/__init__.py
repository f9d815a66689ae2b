"""Writing results: GeoJSON, CSV, report, parameters, moved into place at the end.

In: a `Plan`. Out: files.
Called by: commands.documents, cli.
"""
