"""Editing: what a hand does to a plan, with figures that follow.

In: a plan, units chosen by place or query. Out: edits, running totals, polygons of the zones touched.
Called by: session, commands, mapview.
"""
