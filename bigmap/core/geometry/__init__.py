"""Geometry on the 1 cm grid: noding, planar map, Voronoi, partition, adjacency, measures.

In: shapely geometries or integer arrays in the project CRS. Out: the same, and pairs of neighbours.
Called by: the rooms of core above; knows no layers.
"""
