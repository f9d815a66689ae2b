"""Spreadsheets: workbooks and CSV, heads found, tables of estates, operators and services.

In: paths. Out: tables with named columns, problems with their rows.
Called by: io.reading, commands.documents, cli.
"""
