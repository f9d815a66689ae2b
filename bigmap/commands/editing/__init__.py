"""Commands of the hand: draw, select, change zones, undo and redo.

In: gestures of the map and rows of the tables. Out: edits of the session's plan.
Called by: commands.planning, commands.registry, ui.
"""
