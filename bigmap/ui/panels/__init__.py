"""Panels beside the map: layers, problems, gaps, coverage figures, charts.

In: the session. Out: commands on rows.
Called by: ui.window.
"""
