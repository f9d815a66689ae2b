"""Zoning: contiguous sets of whole units with balanced load.

In: `Units`, their adjacency, `ZoningRules`. Out: a zone for each unit, notes on what rules cost.
Called by: core.operators, core.planning, core.editing.
"""
