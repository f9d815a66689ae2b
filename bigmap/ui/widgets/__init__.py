"""Widgets that any part of the window uses: tables, columns, theme, number format.

In: rows and columns. Out: Qt models and views.
Called by: the other rooms of ui.
"""
