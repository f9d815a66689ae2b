"""The main window: menus, palette, status bar, worker lane, and the user port of the commands.

In: the session. Out: every other part of the window, put together.
Called by: app.
"""
