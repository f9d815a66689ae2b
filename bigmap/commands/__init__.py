"""What a user can do, as data and plain functions without Qt.

In: the context of a command (session and the user port). Out: changes of the session.
Called by: ui and app.
"""
