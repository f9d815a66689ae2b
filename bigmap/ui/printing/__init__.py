"""Printed sheets: one painter for preview, printer, PDF, PNG and SVG.

In: a document, sheet options. Out: pages on a Qt paint device.
Called by: ui.window, cli.
"""
