"""The window: the only package, with ``bigmap.app``, that knows Qt.

In: the session and the table of commands. Out: widgets, printed pages.
Called by: app.
"""
