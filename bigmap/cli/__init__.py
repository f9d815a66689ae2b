"""The command line: ``bigmap plan``, ``check``, ``demo`` and the window.

In: arguments. Out: an exit code, lines on the screen, files in the folder of results.
Called by: the shell, ``python -m bigmap``.
"""
