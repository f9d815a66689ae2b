"""Data models: how offices and downloads name layers, fields and codes, one file a model.

In: the name, the fields and the rows of a layer as `bigmap.io.formats` read it. Out: which model it is of
(`recognise`), and its rows by role with fields and codes understood (`split`). Called by `bigmap.io.reading`.
"""
