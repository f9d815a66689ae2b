"""Reading a folder: the steps from paths to a `LayerSet`, and the survey the import dialog shows.

In: paths and source options. Out: `LayerSet`, surveys, problems.
Called by: commands.documents, cli, ui.importing, notebooks.
"""
