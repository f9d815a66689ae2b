"""Reading what planners have and writing what others read.

In: files. Out: layers for the core; results as files.
Called by: commands, cli, ui. No Qt.
"""
