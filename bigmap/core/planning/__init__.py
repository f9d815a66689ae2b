"""Planning: the whole job in one call, and parts of it done anew.

In: `Sources`, rules, parameters. Out: a `Plan`.
Called by: core.editing, session, commands, cli, and notebooks.
"""
