"""The embedded map: web view, URL scheme, tools of the hand, previews, second map.

In: scenes and messages. Out: messages of the page as calls of commands.
Called by: ui.window.
"""
