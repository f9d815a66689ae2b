"""Cleaning: all layers in the project CRS, valid, on the 1 cm grid, each repair recorded.

In: a `LayerSet` as read. Out: `Sources` (GeoDataFrames by role) and problems.
Called by: core.planning, and checks of zones drawn elsewhere.
"""
