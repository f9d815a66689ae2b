"""What the map shows: the folium page, its scene in binary and its messages.

In: documents, edits. Out: packets, typed messages, HTML.
Called by: commands, ui.map. The only package that knows folium.
"""
