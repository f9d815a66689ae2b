"""Sources: layers as read, their roles and options, and names of estates matched.

In: GeoDataFrames and tables. Out: `LayerSet`, `Sources`, keys of names.
Called by: everything above; imports base only.
"""
