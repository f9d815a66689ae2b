"""Units: a planar partition of the governance area, with attributes.

In: `Sources`, cutting rules. Out: `Units` (polygons in the project CRS, kinds, figures), barriers.
Called by: core.zoning, core.coverage, core.planning, core.editing.
"""
