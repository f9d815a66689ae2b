"""The import dialog: roles, fields, encodings and coordinate systems decided by the user.

In: surveys. Out: source options.
Called by: ui.window.
"""
