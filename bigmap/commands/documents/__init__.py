"""Commands that open, import and export documents, and the scene that the map shows.

In: folders, files, import options. Out: a document on the session, files of results.
Called by: commands.planning, commands.registry, app.
"""
