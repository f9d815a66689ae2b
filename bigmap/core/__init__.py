"""The stages of the pipeline as pure functions, one room a stage.

In: layers in the project CRS. Out: units, zones, coverage, operators, plans.
Called by: io, session, mapview, commands, cli, ui. No Qt, no files.
"""
