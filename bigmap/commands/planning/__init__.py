"""Commands that compute anew: zones, operators, gaps, repairs of the data.

In: rules and parameters from dialogs. Out: a new document on the session.
Called by: commands.registry, ui.
"""
