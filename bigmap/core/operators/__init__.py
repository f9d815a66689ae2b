"""Operators: cost and income of zones, and their bundles (肥瘦搭配).

In: zones with loads, operators with capacities, parameters. Out: an operator for each zone, figures of each.
Called by: core.planning, core.editing, commands.planning.
"""
