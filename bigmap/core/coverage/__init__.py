"""Coverage: the proof in m² of what is served, once or twice or not at all.

In: units or zones, the governance area, operators and services. Out: `Coverage`, gaps, repairs.
Called by: core.operators, core.planning, core.editing, io, commands.
"""
