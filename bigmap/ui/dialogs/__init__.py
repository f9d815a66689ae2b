"""Dialogs of planning: build zones, operators, parameters, alternatives, go to.

In: a document and remembered answers. Out: rules and parameters, or nothing.
Called by: ui.window.
"""
