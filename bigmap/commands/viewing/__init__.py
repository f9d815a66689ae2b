"""Commands that change what is shown: colours, layers, basemap, language, zoom.

In: the context of a command. Out: settings and messages to the map.
Called by: the other rooms of commands, ui.
"""
