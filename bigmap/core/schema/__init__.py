"""Schema: the columns of units, zones, operators and gaps, one line each.

In: nothing; frames with those columns. Out: `Column`, names, labels, sum rules; a frame as it is handed over.
Called by: core.planning, core.editing, core.zoning, session, io.writing, ui.
"""
