"""Compiled loops over vertices: plain functions of arrays, one file for the module that calls them.

They take no types, since numba finds them; who calls them says what the arrays hold.
"""
