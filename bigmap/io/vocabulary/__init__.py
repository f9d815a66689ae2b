"""Vocabulary: names of fields and layers, numbers and units as offices write them.

In: words and cells. Out: roles, fields, numbers.
Called by: the rooms of io above, ui.importing.
"""
