"""What the map shows: the folium page, its payloads and its messages."""
