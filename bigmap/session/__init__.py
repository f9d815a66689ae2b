"""The open document with its history: the only mutable state.

In: documents and edits. Out: signals of what changed.
Called by: commands, ui.
"""
